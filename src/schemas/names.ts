import { z } from 'zod';
import { parseName } from '../domain/names';

const MESSAGE = 'must be an id, a uuid or a key';

/**
 * Any of the three names of a thing: the number of the store (as text or as a JSON integer), the uuid, or the key. Read
 * as a {@link Name}; text without one of these forms names nothing, so it is refused here.
 */
export const nameSchema = z
  .union([z.string().min(1).max(100), z.int().nonnegative()], {
    error: ({ input }) => (input === undefined ? 'Invalid input: received undefined' : MESSAGE),
  })
  .transform((given, context) => {
    const name = parseName(String(given));
    if (name !== null) return name;
    context.addIssue({ code: 'custom', message: MESSAGE, input: given });
    return z.NEVER;
  });

/** A job token: any UUID that a Workflow Id may be. */
export const tokenSchema = z.guid('must be the token of a job, a uuid').transform((text) => text.toLowerCase());
