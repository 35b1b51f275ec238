import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { makeCertificate } from '../support/certificate';
import { createLocalOutbound } from '../support/local-outbound';

const { cert, key } = makeCertificate('media.example.com');
const hosts: (string | false)[] = [];

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer({ cert, key }, (request, response) => {
    hosts.push((request.socket as unknown as { servername: string | false }).servername);
    if (request.url === '/down') response.writeHead(302, { location: `http://127.0.0.1:${String(port)}/` });
    response.end('secret bytes');
  });
  port = await listen(server);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function request(hostname: string, path: string, ca?: string) {
  const allow = ['127.0.0.1/32', '127.0.0.1'];
  const outbound = createLocalOutbound(allow, {
    resolve: async () => ['127.0.0.1'],
    timeouts: { connectMs: 500, headersMs: 2_000, idleMs: 2_000 },
    ...(ca !== undefined && { ca }),
  });
  return outbound.request({ url: `https://${hostname}:${String(port)}${path}` });
}

it('the certificate has to name the host of the URL, whatever address it leads to', async () => {
  const answer = await request('media.example.com', '/', cert);
  answer.close();
  expect(answer.status).toBe(200);
  expect(hosts).toEqual(['media.example.com']);
});

it.each([
  ['of nobody we know', 'media.example.com', undefined],
  ['of another host', 'other.example.com', cert],
  ['of a host where the URL has an address', '127.0.0.1', cert],
])('a certificate %s ends it for good', async (_name, hostname, ca) => {
  await expect(request(hostname, '/', ca)).rejects.toMatchObject({ code: 'tls_failed', retryable: false });
});

it('no variable of the environment turns the check off', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(request('media.example.com', '/')).rejects.toMatchObject({ code: 'tls_failed' });
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  }
});

it('a redirect from https to http is refused', async () => {
  await expect(request('media.example.com', '/down', cert)).rejects.toMatchObject({ code: 'redirect_insecure' });
});

it('a server that never agrees on TLS is given up, one that hangs up may be asked again', async () => {
  const sockets: Socket[] = [];
  const silent = createPlainServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  const hangingUp = createPlainServer((socket) => socket.on('error', () => undefined).destroy());
  const ports = [await listen(silent), await listen(hangingUp)];
  const outbound = createLocalOutbound(['127.0.0.1'], { timeouts: { connectMs: 200, headersMs: 200, idleMs: 200 } });
  const codes = ports.map(async (at) =>
    outbound
      .request({ url: `https://127.0.0.1:${String(at)}/` })
      .catch((error: unknown) => (error as { code: string }).code),
  );
  expect(await Promise.all(codes)).toEqual(['connect_timeout', 'connect_failed']);
  for (const socket of sockets) socket.destroy();
  silent.close();
  hangingUp.close();
});

async function listen(on: NetServer): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    on.once('error', reject);
    on.listen(0, '127.0.0.1', resolve);
  });
  return (on.address() as AddressInfo).port;
}
