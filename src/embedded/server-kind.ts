import type { Logger } from 'pino';

import type { ProcessIdentity } from './process-identity';

/** A server process of a DATA_DIR, started by us or by another root of the same DATA_DIR. */
export interface RunningServer {
  readonly identity: ProcessIdentity;
  /** Ends it in order, waiting for it; logs when it cannot be ended. Harmless when it is gone. */
  stop(): Promise<void>;
}

/** What the stack needs to know of Postgres or Temporal to keep exactly one of it. */
export interface ServerKind<S extends RunningServer> {
  readonly name: string;
  /** The servers that run on our data now, healthy or not. */
  find(): readonly S[];
  /** True when the server answers as it should, given some time. */
  answers(server: S): Promise<boolean>;
  /** True when it was started with the ports and settings that we would give it. */
  isAsConfigured(server: S): boolean;
  /** Starts one; `keepPort` when others rely on its address. Throws EmbeddedStartError. */
  start(keepPort: boolean): Promise<S>;
}

/**
 * The one server of this kind: a running one that is healthy, or a new one after ending what ran. While others use it
 * (`isShared`) a running one is taken with whatever ports and settings it has. Call it while holding the lock.
 */
export async function bringUp<S extends RunningServer>(
  kind: ServerKind<S>,
  isShared: boolean,
  log: Logger,
): Promise<S> {
  const [found, ...surplus] = kind.find();
  for (const server of surplus) {
    log.warn({ serverPid: server.identity.pid }, `ending a second ${kind.name} on the same data`);
    await server.stop();
  }
  if (found !== undefined) {
    const serverPid = found.identity.pid;
    if ((isShared || kind.isAsConfigured(found)) && (await kind.answers(found))) {
      log.info({ serverPid }, `joined the ${kind.name} that runs already`);
      return found;
    }
    log.warn(
      { serverPid },
      `ending a ${kind.name} that was left behind and does not answer, or has other ports or settings`,
    );
    await found.stop();
  }
  return await kind.start(isShared);
}
