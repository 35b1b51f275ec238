import { z } from 'zod';

/** The path parameter of everything below `/api/dag_actions/:name`. */
export const actionParams = z.object({
  name: z.string().min(1).describe('Its name; to read it, its id or uuid does as well'),
});
