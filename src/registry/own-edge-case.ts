/** Edge cases of an org's own: rows that its users added over HTTP, or in the org file. */
import * as z from 'zod';
import { EdgeCase } from '../edge-cases/edge-case.js';
import { collection } from './collection.js';

/** Filed under its name. */
const OwnEdgeCase = z.strictObject({ id: z.string(), row: EdgeCase });
export type OwnEdgeCase = z.infer<typeof OwnEdgeCase>;

export const ownEdgeCases = collection<OwnEdgeCase>({
  name: 'ownEdgeCases',
  lifetime: 'registry',
  schema: OwnEdgeCase,
  indexes: { name: ({ row }) => [row.name] },
  unique: ['name'],
});
