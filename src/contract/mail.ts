import { defineSignal } from '@temporalio/workflow';

/** The Workflow Type of the delivery of mails. */
export const MAIL_WORKFLOW = 'mailWorkflow';
/** Its Workflow Id: there is one of it. */
export const MAIL_ID = 'longhaul-mail';

/** One slice of about five seconds. */
export interface MailSlice {
  /** What this slice did. */
  readonly sent: number;
  readonly postponed: number;
  readonly givenUp: number;
  readonly uncertain: number;
  /** Something is due still. */
  readonly more: boolean;
  /** Until the next attempt, in ms by the clock of the store, at least 1; null when no mail waits. */
  readonly nextInMs: number | null;
}

/** What workflows may ask of the worker for mail. May be repeated without harm. */
export interface MailActivities {
  deliverMails(): Promise<MailSlice>;
}

/** Mails were put into the outbox: look there. Harmless at any time. */
export const mailQueuedSignal = defineSignal('mailQueued');
