import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificate';

/** A proxy as there is one before a server in production: it speaks TLS, the server behind it does not. */
export interface TlsFront {
  readonly port: number;
  close(): Promise<void>;
}

/** Hands on every byte to this port of the loopback, which is asked for with each connection. */
export async function startTlsFront(certificate: Certificate, behind: () => number): Promise<TlsFront> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (caller) => {
    const onward = connect(behind(), '127.0.0.1');
    for (const socket of [caller, onward]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        caller.destroy();
        onward.destroy();
      });
      socket.on('error', () => undefined);
    }
    caller.pipe(onward).pipe(caller);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
