import { type MediaMessage, type MediaSettings, type MediaTask } from '../media-task';
import { createFileWork } from './file-work';
import { replyOf } from './reply';
import { endWithParent } from './watchdog';

/** The process that works on one file after the other, and reads nothing but its arguments and what its parent sends. */
const settings = JSON.parse(process.argv[2] ?? '') as MediaSettings;
endWithParent(settings.parentPid);
const work = createFileWork(settings);

process.on('message', (task: MediaTask) => {
  void answer(task);
});
send({ kind: 'ready' });

async function answer(task: MediaTask): Promise<void> {
  const reply = await replyOf(work(task));
  send({ kind: 'reply', reply, rssBytes: process.memoryUsage.rss() });
}

function send(message: MediaMessage): void {
  process.send?.(message);
}
