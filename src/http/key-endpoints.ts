/** The control API's doors to the keys of the org and of its servers, and to who fetched them. */
import * as z from 'zod';
import {
  KeysRequest,
  RotateRequest,
  reuseKid,
  rollBack,
  rotate,
  ServerAsked,
  WithdrawRequest,
  withdraw,
} from '../control/keys.js';
import { clearFetches, keysShown } from '../control/keys-shown.js';
import { PublishRequest, publish, unpublish } from '../control/published-keys.js';
import { KEY_CHANGES } from '../registry/key-history.js';
import { DOCUMENTS } from '../syslog/fetch-log.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const KeysChangedBody = z.object({
  server: z.string(),
  happened: z.enum(['next-published', 'rotated', 'withdrawn', 'kid-reused', 'rolled-back']),
  ...{ active: z.string().nullable(), next: z.string().nullable() },
  ...{ retired: z.array(z.string()), withdrawn: z.array(z.string()) },
});
const RolledBackBody = KeysChangedBody.extend({ undone: z.enum(KEY_CHANGES) });
const PublishedBody = z.array(z.object({ signer: z.string(), kid: z.string() }));
const agents = z.record(z.string(), z.object({ count: z.int(), first: z.string(), last: z.string() }));
const CountBody = z.object({
  ...{ count: z.int(), last: z.string().nullable(), byUserAgent: agents },
  storm: z.int().describe('The most within any one second.'),
});
const ServerKeysBody = z.object({
  ...{ server: z.string(), issuer: z.string(), jwksUri: z.string(), keys: z.enum(['own', 'shared']) },
  signing: z.array(z.looseObject({ kid: z.string(), status: z.string(), rotatedAt: z.string().nullable() })),
  published: PublishedBody,
  fetches: z.object({ jwks: CountBody, oidc: CountBody, oauth: CountBody }),
});
const document = z.enum(DOCUMENTS);
const FetchedBody = z.object({
  ...{ at: z.string(), realTime: z.string(), document, server: z.string(), userAgent: z.string(), ip: z.string() },
});
const FetchesQuery = z.strictObject({
  ...{ document: document.optional(), server: z.string().min(1).max(100).optional() },
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const ServerQuery = z.strictObject({ server: ServerAsked });

const powerful = true;
const changes = { powerful, answers: { 200: KeysChangedBody } } as const;
const removes = { powerful, answers: { 204: null } } as const;

const below = (path: string, operations: Endpoint['operations']): Endpoint => ({
  ...{ url: `/_mock/keys${path}`, tag: 'Control', shape: 'management', operations },
});

export const KEY_ENDPOINTS: readonly Endpoint[] = [
  below('', {
    GET: control({
      ...{ summary: 'Keys of each server by status, and who fetched them', answers: { 200: z.array(ServerKeysBody) } },
      act: ({ org }) => keysShown(org),
      answer: (body) => ({ body }),
    }),
  }),
  below('/rotate', {
    POST: control({
      ...{ summary: 'A step of a rotation: the next key is published, or signs', body: RotateRequest, ...changes },
      act: (call) => rotate(call, call.body),
      answer: (body) => ({ body }),
    }),
  }),
  below('/withdraw', {
    POST: control({
      ...{ summary: 'Take a key out of the key set, now', body: WithdrawRequest, ...changes },
      act: (call) => withdraw(call, call.body),
      answer: (body) => ({ body }),
    }),
  }),
  below('/reuse-kid', {
    POST: control({
      ...{ summary: 'A fresh key signs under the kid of the active one', body: KeysRequest, ...changes },
      act: (call) => reuseKid(call, call.body),
      answer: (body) => ({ body }),
    }),
  }),
  below('/rollback', {
    POST: control({
      ...{ summary: 'Take back the last change of the keys of a server', body: KeysRequest, powerful },
      answers: { 200: RolledBackBody },
      act: (call) => rollBack(call, call.body),
      answer: (body) => ({ body }),
    }),
  }),
  below('/publish', {
    POST: control({
      ...{ summary: 'Publish keys that edge cases sign with', body: PublishRequest, powerful },
      answers: { 200: PublishedBody },
      act: (call) => publish(call, call.body),
      answer: (body) => ({ body }),
    }),
  }),
  below('/published', {
    DELETE: control({
      ...{ summary: 'Take all keys out that are published on purpose', query: ServerQuery, ...removes },
      act: (call) => unpublish(call, call.query.server),
      answer: () => ({}),
    }),
  }),
  below('/published/:signer', {
    DELETE: control({
      ...{ summary: 'Take a key out that is published on purpose', query: ServerQuery, ...removes },
      act: (call) => unpublish(call, call.query.server, call.param('signer')),
      answer: () => ({}),
    }),
  }),
  below('/fetches', {
    GET: control({
      ...{ summary: 'Last fetches of key sets and discovery documents', query: FetchesQuery },
      answers: { 200: z.array(FetchedBody) },
      act: ({ org, query: { limit, ...of } }) => org.fetches.last(limit, of),
      answer: (body) => ({ body }),
    }),
    DELETE: control({
      ...{ summary: 'Forget the fetches, and count anew', ...removes },
      act: (call) => clearFetches(call),
      answer: () => ({}),
    }),
  }),
];
