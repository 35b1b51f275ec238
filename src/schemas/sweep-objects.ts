import { z } from 'zod';

const TEN_YEARS_SECONDS = 315_360_000;

/** The input of `sweepObjectsWorkflow`, from wherever it is started. */
export const sweepObjectsInput = z.strictObject({
  dry_run: z.boolean('must be true or false').optional(),
  older_than_seconds: z.int('must be a whole number').min(0).max(TEN_YEARS_SECONDS).optional(),
});

/** `dry_run`: only tell what would go. `older_than_seconds`: what is younger is let alone; a day by default. */
export type SweepObjectsInput = z.output<typeof sweepObjectsInput>;
