import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

export interface FarStore {
  /** Of the same database, by the long way. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/**
 * The same Postgres, further away: each piece of either direction arrives half of `roundTripMs` later, in order, as over
 * a long line of plenty of bandwidth.
 */
export async function startFarStore(databaseUrl: string, roundTripMs: number): Promise<FarStore> {
  const there = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: there.hostname, port: Number(there.port), noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    passOn(near, far, roundTripMs / 2);
    passOn(far, near, roundTripMs / 2);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const here = new URL(databaseUrl);
  here.hostname = '127.0.0.1';
  here.port = String(port);
  return {
    databaseUrl: here.href,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Timers of the same length end in the order in which they began, so the pieces keep theirs. */
function passOn(from: Socket, to: Socket, ms: number): void {
  from.on('data', (piece) => void setTimeout(() => !to.destroyed && to.write(piece), ms));
  from.once('close', () => void setTimeout(() => to.destroy(), ms));
  from.on('error', () => undefined);
}
