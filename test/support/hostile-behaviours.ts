import type { Socket } from 'node:net';

export interface Visit {
  readonly socket: Socket;
  readonly head: string;
  readonly port: number;
}

/** What a good answer carries. */
export const GOOD_BODY = 'twenty bytes of file';

const GOOD = `content-type: image/jpeg\r\ncontent-length: ${String(GOOD_BODY.length)}\r\n\r\n${GOOD_BODY}`;
const BLOCK = Buffer.alloc(65_536, 'x');

/** Answers with these bytes and ends the connection. */
const says =
  (text: string) =>
  ({ socket }: Visit) =>
    void socket.end(Buffer.from(text, 'latin1'));
const ok = (rest: string) => says(`HTTP/1.1 200 OK\r\n${rest}`);
const status = (line: string, headers = '') => says(`HTTP/1.1 ${line}\r\n${headers}content-length: 4\r\n\r\nbody`);
const bare = (line: string) => says(`HTTP/1.1 ${line}\r\n\r\n`);
const redirect =
  (location: (visit: Visit) => string, code = 302) =>
  (visit: Visit) =>
    void visit.socket.end(
      `HTTP/1.1 ${String(code)} Found\r\nlocation: ${location(visit)}\r\ncontent-length: 0\r\n\r\n`,
    );
const to = (path: string) => redirect(() => path);

/** Sends a beginning, then the same again and again, as fast as it is taken or at a pace. */
const endless =
  (beginning: string, again: string | Buffer, everyMs = 0) =>
  ({ socket }: Visit) => {
    socket.write(beginning);
    const more = () => {
      if (socket.destroyed) return;
      if (everyMs > 0) {
        socket.write(again);
        setTimeout(more, everyMs);
      } else if (socket.write(again)) setImmediate(more);
      else socket.once('drain', more);
    };
    more();
  };
const thenReset =
  (text: string) =>
  ({ socket }: Visit) => {
    socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 20));
  };
const thenSilence =
  (text: string) =>
  ({ socket }: Visit) =>
    void socket.write(text);

export const BEHAVIOURS = {
  good: ok(GOOD),
  refreshing: ok(`refresh: 0; url=/endless\r\nalt-svc: h3=":443"\r\nlink: </endless>; rel=preload\r\n${GOOD}`),
  'http-1.0': says(`HTTP/1.0 200 OK\r\ncontent-type: image/jpeg\r\n\r\n${GOOD_BODY}`),
  'without-length': ok(`connection: close\r\n\r\n${GOOD_BODY}`),
  chunked: ok(`transfer-encoding: chunked\r\n\r\n14\r\n${GOOD_BODY}\r\n0\r\n\r\n`),
  'length-too-small': ok(`content-length: 6\r\n\r\n${GOOD_BODY}`),

  'length-too-large': ok(`content-length: 21\r\n\r\n${GOOD_BODY}`),
  'reset-in-body': thenReset(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${GOOD_BODY}`),
  'reset-without-length': thenReset(`HTTP/1.1 200 OK\r\n\r\n${GOOD_BODY}`),
  'reset-in-chunk': thenReset(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n15\r\n${GOOD_BODY}`),
  'chunks-without-end': ok(`transfer-encoding: chunked\r\n\r\n14\r\n${GOOD_BODY}\r\n`),
  'chunk-cut-off': ok(`transfer-encoding: chunked\r\n\r\n15\r\n${GOOD_BODY}`),
  'bad-chunk': ok(`transfer-encoding: chunked\r\n\r\nzz\r\n${GOOD_BODY}\r\n0\r\n\r\n`),

  'length-and-chunks': ok(`content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n14\r\n${GOOD_BODY}\r\n0\r\n\r\n`),
  'two-lengths': ok(`content-length: 20\r\ncontent-length: 21\r\n\r\n${GOOD_BODY}`),
  'two-equal-lengths': ok(`content-length: 20\r\ncontent-length: 20\r\n\r\n${GOOD_BODY}`),
  'negative-length': ok(`content-length: -1\r\n\r\n${GOOD_BODY}`),
  'hex-length': ok(`content-length: 0x14\r\n\r\n${GOOD_BODY}`),
  'length-past-counting': ok(`content-length: 99999999999999999999999\r\n\r\n${GOOD_BODY}`),
  'nul-in-header': ok(`x-a: b\0c\r\n${GOOD}`),
  'http-0.9': says(GOOD_BODY),
  icy: says(`ICY 200 OK\r\n${GOOD}`),
  'http-9': says(`HTTP/9.9 200 OK\r\n${GOOD}`),
  'no-status': says(`HTTP/1.1 OK\r\n${GOOD}`),

  'closes-at-once': ({ socket }) => void socket.end(),
  'resets-at-once': ({ socket }) => void socket.resetAndDestroy(),
  silent: thenSilence(''),
  'silent-in-headers': thenSilence('HTTP/1.1 200 OK\r\ncontent-length: 20\r\n'),
  'slow-headers': endless('HTTP/1.1 200 OK\r\nx-a: ', 'a', 20),
  'endless-103': endless('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n', 5),
  'endless-102-fast': endless('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
  'large-header': ok(`x-a: ${'a'.repeat(17_000)}\r\n${GOOD}`),
  'many-headers': ok(`${Array.from({ length: 4_000 }, (_, at) => `x-${String(at)}: a\r\n`).join('')}${GOOD}`),
  'endless-headers': endless(
    'HTTP/1.1 200 OK\r\n',
    'x-a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(10),
  ),

  stalled: thenSilence(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n${GOOD_BODY}`),
  slow: endless('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', 'x', 20),
  endless: endless('HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\n\r\n', BLOCK),
  'endless-chunks': endless(
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    Buffer.concat([Buffer.from('10000\r\n'), BLOCK, Buffer.from('\r\n')]),
  ),
  'endless-trailers': endless(
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n14\r\n${GOOD_BODY}\r\n0\r\n`,
    'x-a: b\r\n'.repeat(100),
  ),
  'declared-too-large': thenSilence('HTTP/1.1 200 OK\r\ncontent-length: 999999999999999\r\n\r\nx'),

  gzip: ok(`content-encoding: gzip\r\n${GOOD}`),
  br: ok(`content-encoding: br\r\n${GOOD}`),
  'many-encodings': ok(`content-encoding: gzip\r\ncontent-encoding: gzip\r\n${GOOD}`),
  'encoded-as-identity': ok(`content-encoding: identity\r\n${GOOD}`),

  empty: ok('content-length: 0\r\n\r\n'),
  'empty-until-close': ok('\r\n'),
  'empty-chunks': ok('transfer-encoding: chunked\r\n\r\n0\r\n\r\n'),

  '201': status('201 Created'),
  '202': status('202 Accepted'),
  '204': bare('204 No Content'),
  '205': status('205 Reset Content'),
  '206': status('206 Partial Content', 'content-range: bytes 0-3/20\r\n'),
  '300': status('300 Multiple Choices', 'location: /good\r\n'),
  '304': bare('304 Not Modified'),
  '305': status('305 Use Proxy', 'location: /good\r\n'),
  '400': status('400 Bad Request'),
  '401': status('401 Unauthorized', 'www-authenticate: Basic realm="x"\r\n'),
  '403': status('403 Forbidden'),
  '404': status('404 Not Found'),
  '407': status('407 Proxy Authentication Required', 'proxy-authenticate: Basic\r\n'),
  '410': status('410 Gone'),
  '416': status('416 Range Not Satisfiable', 'content-range: bytes */0\r\n'),
  '418': status("418 I'm a teapot"),
  '429': status('429 Too Many Requests', 'retry-after: 7\r\n'),
  '429-for-a-year': status('429 Too Many Requests', 'retry-after: 31536000\r\n'),
  '500': status('500 Internal Server Error'),
  '503': status('503 Service Unavailable', 'retry-after: Thu, 01 Jan 1970 00:00:00 GMT\r\n'),
  '599': status('599 Whatever'),
  '999': status('999 Request Denied'),

  loop: to('/loop'),
  'hops-1': to('/good'),
  'hops-2': to('/hops-1'),
  'hops-3': to('/hops-2'),
  'hops-4': to('/hops-3'),
  'hops-5': to('/hops-4'),
  'hops-6': to('/hops-5'),
  '301': redirect(() => '/good', 301),
  '303': redirect(() => '/good', 303),
  '307': redirect(() => '/good', 307),
  '308': redirect(({ port }) => `http://127.0.0.1:${String(port)}/good`, 308),
  'to-good-and-remember': ({ socket }) =>
    void socket.end('HTTP/1.1 302 Found\r\nlocation: /good\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n'),
  'endless-redirect-body': endless('HTTP/1.1 302 Found\r\nlocation: /good\r\n\r\n', BLOCK),
  'to-nowhere': bare('302 Found'),
  'to-ftp': to('ftp://example.com/a'),
  'to-file': to('file:///etc/passwd'),
  'to-script': to('javascript:alert(1)'),
  'to-a-space': to('/good good'),
  'to-a-backslash': to('\\\\127.0.0.1\\good'),
  'to-a-control': to('/go\x01od'),
  'to-user': to('http://user:secret@example.com/'),
  'to-port': to('http://example.com:22/'),
  'to-localhost': redirect(({ port }) => `http://localhost:${String(port)}/good`),
  'to-metadata': to('http://169.254.169.254/latest/meta-data/'),
  'to-mapped': redirect(({ port }) => `http://[::ffff:127.0.0.1]:${String(port)}/good`),
  'to-other-loopback': redirect(({ port }) => `http://127.0.0.2:${String(port)}/good`),
} as const satisfies Readonly<Record<string, (visit: Visit) => void>>;

export type Behaviour = keyof typeof BEHAVIOURS;
