import { type MediaMessage, type MediaSettings, type MediaTask } from '../media-task';
import { boundProcess } from './bounds';
import { createFileWork } from './file-work';
import { replyOf } from './reply';
import { endWithParent } from './watchdog';

/** The process that works on one file after the other, and reads nothing but its arguments and what its parent sends. */
const settings = JSON.parse(process.argv[2] ?? '') as MediaSettings;

async function main(): Promise<void> {
  await endWithParent(settings.parentPid);
  const work = await createFileWork(settings);
  boundProcess(settings);
  process.on('message', (task: MediaTask) => {
    void replyOf(work(task)).then((reply) => {
      send({ kind: 'reply', reply, rssBytes: process.memoryUsage.rss() });
    });
  });
  send({ kind: 'ready' });
}

function send(message: MediaMessage): void {
  process.send?.(message);
}

void main();
