import { z } from 'zod';

/** The path parameter of everything below `/api/jobs/:token`. */
export const jobParams = z.object({ token: z.string().describe('The job token; the key and id do as well') });
