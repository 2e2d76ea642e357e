/**
 * Cross App Access connections of the first beta: one application that may call another, without an agent. They are kept
 * so that the API of that time answers; the exchange, which asks for an agent, does not look at them.
 */
import * as z from 'zod';
import { Activity } from './activity.js';
import { collection } from './collection.js';

export const CrossAppAccessConnection = z.strictObject({
  /** `cwo…` */
  id: z.string(),
  requestingAppId: z.string(),
  resourceAppId: z.string(),
  status: Activity,
  created: z.string(),
  lastUpdated: z.string(),
});
export type CrossAppAccessConnection = z.infer<typeof CrossAppAccessConnection>;

export const crossAppAccessConnections = collection({
  name: 'crossAppAccessConnections',
  lifetime: 'registry',
  schema: CrossAppAccessConnection,
  indexes: {
    requesting: (row) => [row.requestingAppId],
    resource: (row) => [row.resourceAppId],
    pair: (row) => [`${row.requestingAppId}:${row.resourceAppId}`],
  },
  unique: ['pair'],
});
