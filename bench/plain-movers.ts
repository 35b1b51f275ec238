import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadConfig } from '../src/config';
import type { BulkMoveJob } from '../src/store/bulk-move-chunk';
import { newUuid } from '../src/store/ids';
import { createJob } from '../src/store/job-creation';
import type { Home } from './home';
import type { Library } from './library';
import type { MoverOrder } from './plain-mover';

export interface Movers {
  readonly pids: readonly number[];
  /** Shares the jobs out and waits until all are done. */
  run(jobs: readonly BulkMoveJob[]): Promise<void>;
  stop(): Promise<void>;
}

/** Plain processes with as many connections each as a worker has: by default when nothing else is said. */
export async function startMovers(
  { databaseUrl, poolSize = loadConfig({}).databasePoolSize }: { readonly databaseUrl: string; readonly poolSize?: number }, // prettier-ignore
  count: number,
): Promise<Movers> {
  const env = { ...process.env, DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: String(poolSize) };
  const children = Array.from({ length: count }, () => fork(join(__dirname, 'plain-mover.ts'), { execArgv: ['--import', 'tsx'], env })); // prettier-ignore
  await Promise.all(children.map((child) => nextWord(child)));
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    async run(jobs) {
      const words = await Promise.all(
        children.map((child, no) => {
          child.send({ jobs: jobs.filter((_, at) => at % count === no) } satisfies MoverOrder);
          return nextWord(child);
        }),
      );
      const fault = words.find((word) => word !== 'done');
      if (fault !== undefined) throw new Error(`a plain process failed: ${fault}`);
    },
    async stop() {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null) return;
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          await ended;
        }),
      );
    },
  };
}

async function nextWord(child: ChildProcess): Promise<string> {
  const [word] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  return typeof word === 'string' ? word : 'it has ended';
}

/** The rows of the jobs are made before the clock starts; `dispatched` keeps the façade's dispatcher away. */
export async function runPlainly<T>(
  { store: { db } }: Home,
  movers: Movers,
  libraries: readonly Library[],
  to: 0 | 1,
  time: (work: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const jobs: BulkMoveJob[] = [];
  for (const { projectId, projectUuid, userId, folders } of libraries) {
    const token = newUuid();
    const [from, target] = [folders[to === 1 ? 0 : 1], folders[to]];
    await createJob(db, {
      token,
      kind: 'bulk_move_assets',
      project: { id: projectId, uuid: projectUuid },
      createdBy: userId,
      input: {},
      selection: { parentId: target.id, assetIds: [], rules: [{ kind: 'children', parentId: from.id, exclude: [] }] },
      idempotency: null,
      dispatched: true,
      now: new Date(),
    });
    const { id } = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
    jobs.push({ jobId: id, projectId, targetId: target.id, requestedBy: userId, undo: false });
  }
  return time(() => movers.run(jobs));
}
