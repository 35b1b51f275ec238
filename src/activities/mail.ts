import type { Logger } from 'pino';
import type { MailActivities } from '../contract/mail';
import { delayOfMail, type Handover, MAIL_TRIED_FOR_MS } from '../domain/mail';
import type { Store } from '../store/database';
import { claimMail, type ClaimedMail, endMail, postponeMail, readNextAttempt, settleLostMails } from '../store/mail-outbox'; // prettier-ignore
import { workSlice } from './slice';

/** What the delivery of mails needs. */
export interface MailDependencies {
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => Date;
  readonly mail: {
    /** Whether handing over a mail again does no harm. */
    readonly isRepeatable: boolean;
    /** Renders and hands over; a template that cannot be rendered is `refused`. */
    send(mail: ClaimedMail): Promise<Handover>;
  };
}

/** Mails under way at once. */
const WINDOW = 4;
/** Longer than any sending takes. */
const LOST_AFTER_MS = 5 * 60 * 1_000;

const NOBODY_READS = () => Promise.resolve();

/** The activity that delivers the outbox. */
export function createMailActivities({ store, log, now, mail }: MailDependencies): MailActivities {
  return {
    async deliverMails() {
      const did = { sent: 0, postponed: 0, givenUp: 0, uncertain: 0 };
      const lost = await settleLostMails(store.db, LOST_AFTER_MS, mail.isRepeatable);
      if (!mail.isRepeatable && lost > 0) {
        did.uncertain += lost;
        log.warn({ lost }, 'a worker was lost while it sent mails: they may be out or not, and are not sent again');
      }
      const deliverNext = async () => {
        const claimed = await claimMail(store.db);
        if (claimed === null) return 'idle';
        did[await settle(claimed, await mail.send(claimed))] += 1;
        return 'worked';
      };
      const more = await workSlice(deliverNext, NOBODY_READS, { lanes: WINDOW });
      return { ...did, more, nextInMs: await readNextAttempt(store.db, LOST_AFTER_MS) };
    },
  };

  async function settle(
    { id, uuid, attempts, createdAt }: ClaimedMail,
    handover: Handover,
  ): Promise<'sent' | 'postponed' | 'givenUp' | 'uncertain'> {
    if (handover.kind === 'sent') {
      await endMail(store.db, id, 'sent');
      return 'sent';
    }
    const { kind, reason } = handover;
    if (kind === 'uncertain') {
      log.warn({ mail: uuid, reason }, 'a mail may be out or not, and is not sent again');
      await endMail(store.db, id, 'uncertain', reason);
      return 'uncertain';
    }
    if (kind === 'later' && now().getTime() - createdAt.getTime() < MAIL_TRIED_FOR_MS) {
      await postponeMail(store.db, id, delayOfMail(attempts, Math.random()), reason);
      return 'postponed';
    }
    log.warn({ mail: uuid, reason }, 'a mail is given up');
    await endMail(store.db, id, 'given_up', reason);
    return 'givenUp';
  }
}
