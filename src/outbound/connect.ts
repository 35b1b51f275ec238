import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { DownloadFault } from '../domain/download-fault';
import { toAddressBytes } from './address';
import { portOf, toLiteral } from './judge-url';
import { codeOf, toFaultDetail } from './to-fault';
import { within } from './within';

/** What may go wrong with the wire while TLS is being agreed on; anything else is the other side's proof. */
const OF_THE_WIRE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);
const READ_BYTES = 65_536;

export interface ConnectOptions {
  /** For all attempts together. */
  readonly timeoutMs: number;
  /** Certificates that are believed, in PEM, instead of those that come with Node. */
  readonly ca?: string | undefined;
}

/**
 * Connects to one of these addresses, which have been judged, for a URL. Neither Node nor undici look a name up on the
 * way: they are given addresses only, and the one that they say they are connected to is compared.
 * @throws DownloadFault
 */
export async function connectTo(
  url: URL,
  addresses: readonly string[],
  { timeoutMs, ca }: ConnectOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const until = Date.now() + timeoutMs;
  let last: DownloadFault | null = null;
  for (const [at, address] of addresses.entries()) {
    const ms = Math.max(1, (until - Date.now()) / (addresses.length - at));
    try {
      return await within({ ms, code: 'connect_timeout' }, signal, (attempt) => open(url, address, ca, attempt));
    } catch (error) {
      if (!(error instanceof DownloadFault) || !error.retryable || signal.aborted) throw error;
      last = error;
    }
  }
  throw last ?? new DownloadFault('connect_failed');
}

function open(url: URL, address: string, ca: string | undefined, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const place = { host: address, port: portOf(url), highWaterMark: READ_BYTES };
    const socket = secure
      ? connectSecurely({ ...place, ...identityOf(url), ca, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] })
      : connectPlainly(place);
    let phase: 'connecting' | 'agreeing' | 'done' = 'connecting';
    socket.setNoDelay(true);
    socket.once('connect', () => {
      phase = 'agreeing';
      const found = socket.remoteAddress;
      if (found !== undefined && isSameAddress(found, address)) return;
      // A connection that the other side has reset already has no address any more.
      reject(new DownloadFault(found === undefined ? 'connect_failed' : 'address_forbidden'));
      socket.destroy();
    });
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      phase = 'done';
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
    // Stays for good: between here and the parser nobody else would hear an error, and the process would end by it.
    socket.on('error', (error) => {
      if (phase === 'done') return;
      const code = phase === 'agreeing' && !OF_THE_WIRE.has(codeOf(error)) ? 'tls_failed' : 'connect_failed';
      reject(new DownloadFault(code, toFaultDetail(error)));
    });
  });
}

/** The certificate has to name the host of the URL, not the address; an address is no name to ask for (RFC 6066). */
function identityOf({ hostname }: URL): { servername?: string } {
  return toLiteral(hostname) === null ? { servername: hostname } : {};
}

function isSameAddress(found: string, wanted: string): boolean {
  const bytes = toAddressBytes(found);
  return bytes !== null && bytes.join() === toAddressBytes(wanted)?.join();
}
