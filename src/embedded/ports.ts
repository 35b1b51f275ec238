import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The only address that embedded servers listen on. */
export const LOOPBACK = '127.0.0.1';

const CONNECT_TIMEOUT_MS = 500;

/** A port of the loopback address that nobody listens on at this moment; another program may still be quicker. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * True when the port can be bound and nobody answers on it. Both are asked: on some systems 127.0.0.1 can be bound
 * although another program holds the port on all addresses.
 */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port)) && !(await isAnswered(port));
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

async function isAnswered(port: number): Promise<boolean> {
  const socket = connect({ port, host: LOOPBACK, timeout: CONNECT_TIMEOUT_MS });
  socket.once('timeout', () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
