import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Plain JavaScript: it is run as it stands, by a thread that loads nothing. */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData.parentPid) process.kill(-process.pid, 'SIGKILL');
  }, 500);
`;

/**
 * Ends this process, with the programs that it has started, once its parent is gone. The channel tells so at once, but only to
 * a thread that listens: one that a file keeps busy is looked after by another thread. This process leads its group.
 */
export async function endWithParent(parentPid: number): Promise<void> {
  const end = (): void => {
    process.kill(-process.pid, 'SIGKILL');
  };
  process.once('disconnect', end);
  const worker = new Worker(WATCH, { eval: true, workerData: { parentPid }, execArgv: [] });
  worker.once('error', end);
  worker.unref();
  await once(worker, 'online');
}
