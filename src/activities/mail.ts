import type { Logger } from 'pino';
import type { MailActivities } from '../contract/mail';
import { delayOfMail, type Handover, MAIL_TRIED_FOR_MS } from '../domain/mail';
import type { Store } from '../store/database';
import { claimMails, type ClaimedMail, endUnsent, markSent, postponeMail, readNextAttempt, settleLostMails } from '../store/mail-outbox'; // prettier-ignore
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

/** Batches under way at once. */
const LANES = 4;

/**
 * How mails are taken. Where a repetition does no harm they are taken by the hundred, with two statements for all of them,
 * and are taken again soon when their worker is lost. Elsewhere each is taken by itself, so that a worker that is lost
 * leaves no more in doubt than was under way; that is assumed after longer than any sending takes.
 */
const REPEATABLE = { batch: 100, lostAfterMs: 15_000 };
const AT_MOST_ONCE = { batch: 1, lostAfterMs: 5 * 60_000 };

const NOBODY_READS = () => Promise.resolve();

/** The activity that delivers the outbox. */
export function createMailActivities({ store, log, now, mail }: MailDependencies): MailActivities {
  return {
    async deliverMails() {
      const did = { sent: 0, postponed: 0, givenUp: 0, uncertain: 0 };
      const { batch, lostAfterMs } = mail.isRepeatable ? REPEATABLE : AT_MOST_ONCE;
      const lost = await settleLostMails(store.db, lostAfterMs, mail.isRepeatable);
      if (!mail.isRepeatable && lost > 0) {
        did.uncertain += lost;
        log.warn({ lost }, 'a worker was lost while it sent mails: they may be out or not, and are not sent again');
      }
      const deliverNext = async () => {
        const claimed = await claimMails(store.db, batch);
        if (claimed.length === 0) return 'idle';
        const tried = await Promise.all(claimed.map(async (one) => ({ one, handover: await mail.send(one) })));
        const sent = tried.filter(({ handover }) => handover.kind === 'sent');
        if (sent.length > 0) await markSent(store.db, sent.map(({ one }) => one.id)); // prettier-ignore
        did.sent += sent.length;
        for (const { one, handover } of tried) if (handover.kind !== 'sent') did[await settle(one, handover)] += 1;
        return 'worked';
      };
      const more = await workSlice(deliverNext, NOBODY_READS, { lanes: LANES });
      return { ...did, more, nextInMs: await readNextAttempt(store.db, lostAfterMs) };
    },
  };

  async function settle(
    { id, uuid, attempts, createdAt }: ClaimedMail,
    { kind, reason }: Exclude<Handover, { kind: 'sent' }>,
  ): Promise<'postponed' | 'givenUp' | 'uncertain'> {
    if (kind === 'uncertain') {
      log.warn({ mail: uuid, reason }, 'a mail may be out or not, and is not sent again');
      await endUnsent(store.db, id, 'uncertain', reason);
      return 'uncertain';
    }
    if (kind === 'later' && now().getTime() - createdAt.getTime() < MAIL_TRIED_FOR_MS) {
      await postponeMail(store.db, id, delayOfMail(attempts, Math.random()), reason);
      return 'postponed';
    }
    log.warn({ mail: uuid, reason }, 'a mail is given up');
    await endUnsent(store.db, id, 'given_up', reason);
    return 'givenUp';
  }
}
