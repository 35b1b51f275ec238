import { condition, continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow'; // prettier-ignore
import { type MailActivities, mailQueuedSignal } from '../contract/mail';
import { storeActivityOptions } from './activity-options';

const { deliverMails } = proxyActivities<MailActivities>(storeActivityOptions);

/**
 * Delivers what waits in the outbox, sleeps until the next attempt, and ends when nothing waits: the next mail, or the
 * watch of each minute, starts it again. What waits lies in the store alone.
 */
export async function mailWorkflow(): Promise<void> {
  let queued = 0;
  setHandler(
    mailQueuedSignal,
    () => {
      queued += 1;
    },
    { description: 'Mails were put into the outbox: look there. Harmless at any time.' },
  );
  for (;;) {
    const heard = queued;
    const { more, nextInMs } = await deliverMails();
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof mailWorkflow>();
    if (more || queued > heard) continue;
    if (nextInMs === null) return;
    setCurrentDetails(`next attempt in ${String(Math.ceil(nextInMs / 1_000))} s`);
    await condition(() => queued > heard, nextInMs);
  }
}
