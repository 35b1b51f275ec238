import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadCode } from '../../src/domain/download-fault';
import { createDownloader, type Downloader } from '../../src/outbound/download';
import { GOOD_BODY } from '../support/hostile-behaviours';
import { HOSTILE_BEHAVIOURS, startHostileServer, type Behaviour, type HostileServer } from '../support/hostile-server';
import { createLocalOutbound } from '../support/local-outbound';

const MAX_BYTES = 3 * 1_048_576;

let server: HostileServer;
let downloader: Downloader;
let directory: string;

beforeAll(async () => {
  server = await startHostileServer();
  directory = await mkdtemp(join(tmpdir(), 'longhaul-hostile-'));
  const timeouts = { connectMs: 2_000, headersMs: 1_000, idleMs: 1_000 };
  downloader = createDownloader({
    outbound: createLocalOutbound([`127.0.0.1:${String(server.port)}`], { timeouts }),
    directory,
    limits: { maxBytes: MAX_BYTES, leastBytesPerSecond: 1_000, windowMs: 2_500 },
  });
});
afterAll(async () => {
  await downloader.close();
  await server.close();
  await rm(directory, { recursive: true });
});

/** What each behaviour ends in; a second word says that another attempt is worth it. */
const ENDS: Readonly<
  Record<Behaviour, DownloadCode | `${DownloadCode} retryable` | 'accepted' | 'accepted unverified'>
> = {
  good: 'accepted',
  refreshing: 'accepted',
  'http-1.0': 'accepted unverified',
  'without-length': 'accepted unverified',
  chunked: 'accepted',
  'length-too-small': 'accepted',
  'encoded-as-identity': 'accepted',

  'length-too-large': 'connection_lost retryable',
  'reset-in-body': 'connection_lost retryable',
  'reset-without-length': 'connection_lost retryable',
  'reset-in-chunk': 'connection_lost retryable',
  'chunks-without-end': 'connection_lost retryable',
  'chunk-cut-off': 'connection_lost retryable',
  'bad-chunk': 'upstream_protocol_error retryable',

  'length-and-chunks': 'upstream_protocol_error retryable',
  'two-lengths': 'upstream_protocol_error retryable',
  'two-equal-lengths': 'upstream_protocol_error retryable',
  'negative-length': 'upstream_protocol_error retryable',
  'hex-length': 'upstream_protocol_error retryable',
  'length-past-counting': 'upstream_protocol_error retryable',
  'nul-in-header': 'upstream_protocol_error retryable',
  'http-0.9': 'upstream_protocol_error retryable',
  icy: 'upstream_protocol_error retryable',
  'http-9': 'upstream_protocol_error retryable',
  'no-status': 'upstream_protocol_error retryable',

  'closes-at-once': 'connection_lost retryable',
  'resets-at-once': 'connection_lost retryable',
  silent: 'header_timeout retryable',
  'silent-in-headers': 'header_timeout retryable',
  'slow-headers': 'header_timeout retryable',
  'endless-103': 'header_timeout retryable',
  'endless-102-fast': 'header_timeout retryable',
  'large-header': 'headers_too_large',
  'many-headers': 'headers_too_large',
  'endless-headers': 'headers_too_large',

  stalled: 'idle_timeout retryable',
  slow: 'too_slow retryable',
  endless: 'too_large',
  'endless-chunks': 'too_large',
  'endless-trailers': 'headers_too_large',
  'declared-too-large': 'too_large',

  gzip: 'unsupported_encoding',
  br: 'unsupported_encoding',
  'many-encodings': 'unsupported_encoding',

  empty: 'empty_file',
  'empty-until-close': 'empty_file',
  'empty-chunks': 'empty_file',

  '201': 'unexpected_status',
  '202': 'unexpected_status',
  '204': 'no_content',
  '205': 'reset_content',
  '206': 'unasked_partial',
  '300': 'unexpected_status',
  '304': 'not_modified',
  '305': 'unexpected_status',
  '400': 'http_client_error',
  '401': 'authentication_required',
  '403': 'http_forbidden',
  '404': 'http_not_found',
  '407': 'authentication_required',
  '410': 'http_not_found',
  '416': 'http_client_error',
  '418': 'http_client_error',
  '429': 'rate_limited retryable',
  '429-for-a-year': 'rate_limited retryable',
  '500': 'http_server_error retryable',
  '503': 'http_server_error retryable',
  '599': 'http_server_error retryable',
  '999': 'unexpected_status',

  loop: 'too_many_redirects',
  'hops-1': 'accepted',
  'hops-2': 'accepted',
  'hops-3': 'accepted',
  'hops-4': 'accepted',
  'hops-5': 'accepted',
  'hops-6': 'too_many_redirects',
  '301': 'accepted',
  '303': 'accepted',
  '307': 'accepted',
  '308': 'accepted',
  'to-good-and-remember': 'accepted',
  'endless-redirect-body': 'accepted',
  'to-nowhere': 'redirect_invalid',
  'to-ftp': 'redirect_invalid',
  'to-file': 'redirect_invalid',
  'to-script': 'redirect_invalid',
  'to-a-space': 'redirect_invalid',
  'to-a-backslash': 'redirect_invalid',
  'to-a-control': 'upstream_protocol_error retryable',
  'to-user': 'url_userinfo',
  'to-port': 'url_port',
  'to-localhost': 'url_host',
  'to-metadata': 'url_address',
  'to-mapped': 'url_address',
  'to-other-loopback': 'url_address',
};

it.each(HOSTILE_BEHAVIOURS)('a server that does %s ends in its own code, and no bytes are kept', async (behaviour) => {
  expect(await endOf(behaviour)).toBe(ENDS[behaviour]);
  expect(await readdir(directory)).toEqual([]);
});

it('each of two times a server asks for patience is kept within bounds', async () => {
  await expect(downloader.download({ id: 'a', url: server.url('429') })).rejects.toMatchObject({ retryAfterMs: 7_000 });
  const year = downloader.download({ id: 'a', url: server.url('429-for-a-year') });
  await expect(year).rejects.toMatchObject({ retryAfterMs: 120_000 });
});

it('a length that is too small is believed: the rest is nobody’s', async () => {
  const file = await downloader.download({ id: 'short', url: server.url('length-too-small') });
  expect(await readFile(file.path, 'utf8')).toBe(GOOD_BODY.slice(0, 6));
  await downloader.discard('short');
});

it('neither cookies nor a referer go along with a redirect, and each request stands alone', async () => {
  const before = server.requests.length;
  await downloader.download({ id: 'hop', url: server.url('to-good-and-remember') });
  await downloader.discard('hop');
  const [first, second] = server.requests.slice(before).map(({ head }) => head.toLowerCase());
  for (const head of [first, second]) {
    expect(head).toContain('\r\naccept-encoding: identity\r\n');
    expect(head).toContain('\r\nuser-agent: longhaul\r\n');
    expect(head).toContain('\r\nconnection: close\r\n');
    expect(head).not.toMatch(/cookie|referer|authorization/);
  }
});

async function endOf(behaviour: Behaviour): Promise<string> {
  try {
    const file = await downloader.download({ id: 'one', url: server.url(behaviour) });
    await downloader.discard('one');
    return file.lengthVerified ? 'accepted' : 'accepted unverified';
  } catch (error) {
    const { code, retryable } = error as { code: string; retryable: boolean };
    return retryable ? `${code} retryable` : code;
  }
}
