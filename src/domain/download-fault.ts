interface Fault {
  readonly message: string;
  /** Another attempt may end differently: the fault was the network's, or of a server that may recover. */
  readonly retryable: boolean;
}

const final = (message: string): Fault => ({ message, retryable: false });
const passing = (message: string): Fault => ({ message, retryable: true });

const FAULTS = {
  // What the text of an address says.
  url_invalid: final('not a valid HTTP URL'),
  url_userinfo: final('the URL must not carry a user name or a password'),
  url_port: final('the port of the URL is not allowed'),
  url_host: final('the host of the URL is not the name of a public host'),
  url_address: final('the address in the URL is not a public one'),
  // What shows on the way to the server.
  host_not_found: passing('the host has no address'),
  dns_failed: passing('the address of the host could not be looked up'),
  dns_timeout: passing('looking up the address of the host took too long'),
  address_forbidden: final('the host leads to an address or port that is not allowed'),
  connect_failed: passing('no connection to the server could be made'),
  connect_timeout: passing('connecting to the server took too long'),
  tls_failed: final('the server could not prove that it is the host of the URL'),
  // Redirects.
  redirect_invalid: final('the server redirects to no valid HTTP URL'),
  redirect_insecure: final('the server redirects from https to http'),
  too_many_redirects: final('the server redirects too often'),
  // What the server answers.
  header_timeout: passing('the server took too long to answer'),
  headers_too_large: final('the headers of the answer are too large'),
  upstream_protocol_error: passing('the answer of the server breaks the rules of HTTP'),
  authentication_required: final('the server asks for credentials'),
  http_forbidden: final('the server refuses to give the file'),
  http_not_found: final('the server does not have the file'),
  http_client_error: final('the server refuses the request'),
  rate_limited: passing('the server asks to come back later'),
  http_server_error: passing('the server has a fault of its own'),
  no_content: final('the server answers without content'),
  reset_content: final('the server answers with a reset instead of content'),
  unasked_partial: final('the server answers with a part that was not asked for'),
  not_modified: final('the server answers that the file has not changed, which was not asked'),
  unexpected_status: final('the server answers with a status that means no file'),
  unsupported_encoding: final('the server answers with an encoded body although it was asked for a plain one'),
  // The bytes.
  empty_file: final('the file is empty'),
  too_large: final('the file is larger than allowed'),
  connection_lost: passing('the connection broke before the file was complete'),
  idle_timeout: passing('the server stopped sending'),
  too_slow: passing('the server sends too slowly'),
  total_timeout: passing('the download took too long'),
} as const satisfies Readonly<Record<string, Fault>>;

/** Why an address was refused or a download failed; stable, for callers to rely on. */
export type DownloadCode = keyof typeof FAULTS;
/** What the text of a URL alone can be refused for. */
export type UrlCode = Extract<DownloadCode, `url_${string}`>;

export const DOWNLOAD_CODES = Object.keys(FAULTS) as readonly DownloadCode[];

export function isDownloadCode(code: string): code is DownloadCode {
  return Object.hasOwn(FAULTS, code);
}

/** A sentence for people, and whether another attempt may end differently. */
export function describeDownloadFault(code: DownloadCode): Fault {
  return FAULTS[code];
}

export interface DownloadFaultFacts {
  /** How long the server asks us to stay away, already within bounds. */
  readonly retryAfterMs?: number;
  /** The status that the server answered with. */
  readonly status?: number;
  /** The code of the error below, such as `ECONNRESET`, for the log. */
  readonly detail?: string;
}

/**
 * A download that failed by the fault of an address, a server or the network in between. Holds neither URL nor address
 * nor anything that the server wrote, and has no `cause`, so that it may be told anywhere.
 */
export class DownloadFault extends Error {
  override readonly name = 'DownloadFault';
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly status: number | undefined;
  readonly detail: string | undefined;

  constructor(
    readonly code: DownloadCode,
    { retryAfterMs, status, detail }: DownloadFaultFacts = {},
  ) {
    const { message, retryable } = FAULTS[code];
    super(status === undefined ? message : `${message} (status ${String(status)})`);
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
    this.detail = detail;
  }
}
