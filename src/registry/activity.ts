/** Whether a thing of the org is in use: the status that most of its nouns have, and all that an administrator sets. */
import * as z from 'zod';

export const Activity = z.enum(['ACTIVE', 'INACTIVE']);
export type Activity = z.infer<typeof Activity>;
