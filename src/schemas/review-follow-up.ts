import { z } from 'zod';

/** The input of the follow-up of reviews. */
export const trackReviewInput = z.strictObject({ token: z.uuid().lowercase() });
