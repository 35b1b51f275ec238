import { pino } from 'pino';

/** For what wants a log and whose words nobody reads. */
export const silent = pino({ level: 'silent' });
