import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BEHAVIOURS, type Behaviour } from './hostile-behaviours';

export type { Behaviour } from './hostile-behaviours';

export interface HostileRequest {
  readonly path: string;
  /** The head as it came. */
  readonly head: string;
}

/** A server that answers each path in a way of its own, down to the bytes. */
export interface HostileServer {
  readonly port: number;
  readonly requests: readonly HostileRequest[];
  url(behaviour: Behaviour): string;
  close(): Promise<void>;
}

export const HOSTILE_BEHAVIOURS = Object.keys(BEHAVIOURS) as readonly Behaviour[];

/** Listens on a free port of the loopback, or of another address of this machine. */
export async function startHostileServer(host = '127.0.0.1'): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const requests: HostileRequest[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    let head = '';
    socket.on('data', (bytes: Buffer) => {
      if (head.includes('\r\n\r\n')) return;
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const path = head.split(' ')[1] ?? '';
      requests.push({ path, head });
      const name = path.slice(1).split('?')[0] ?? '';
      if (isBehaviour(name)) BEHAVIOURS[name]({ socket, head, port: portOf(server.address()) });
      else socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const port = portOf(server.address());
  return {
    port,
    requests,
    url: (behaviour) => `http://${host}:${String(port)}/${behaviour}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isBehaviour(name: string): name is Behaviour {
  return Object.hasOwn(BEHAVIOURS, name);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}
