/**
 * Faults: what can become of an answer on its way, as data. Latency goes with any of the others; of those, one at a time.
 * `http/faults.ts` does what they say.
 */
import * as z from 'zod';
import { WrittenDuration } from '../protocol/duration.js';
import { oneOf } from './one-of.js';
import { KEY_SETS, METADATA } from './situations.js';

/** The longest that an answer is held back, in milliseconds. */
const LONGEST = 600_000;
/** The most bytes of an answer that is too large. */
const LARGEST = 200_000_000;

const Latency = z.strictObject({
  fixed: WrittenDuration(0, LONGEST).default('0s'),
  jitter: WrittenDuration(0, LONGEST).default('0s').describe('At most so much is added, as chance has it.'),
  seed: z.int().default(1).describe('The same seed gives the same sequence.'),
});

const headerValue = z
  .string()
  .max(1000)
  .regex(/^[\x20-\x7e]*$/, 'has more than plain letters');

/** Not those that say how long the body is, and how it is sent. */
const SETTABLE = /^(?!(?:content-length|transfer-encoding|connection)$)[\w-]{1,100}$/i;

const Status = z.strictObject({
  code: z.int().min(200).max(599),
  body: z
    .union([z.string().max(100_000), z.record(z.string(), z.unknown())])
    .default('')
    .describe('A text, or JSON.'),
  headers: z
    .record(z.string(), headerValue)
    .refine((headers) => Object.keys(headers).every((name) => SETTABLE.test(name)), 'has a header that may not be set')
    .default({}),
});

const Drip = z.strictObject({
  bytes: z.int().min(1).max(100_000).default(1).describe('So many at a time.'),
  every: WrittenDuration(1, 60_000).default('100ms'),
});

/** What an answer is turned into; of these, a fault has one at most. */
const TURNED_ANSWER = {
  status: Status.describe('Another answer; the request is not carried out.'),
  reset: z
    .enum(['before', 'after'])
    .describe('The connection is reset: before the request is carried out, or after, so that its answer is lost.'),
  redirect: z.url({ protocol: /^https?$/ }).describe('302 to that address; the request is not carried out.'),
  truncate: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Ends after so many bytes of the body, and fewer than it announced.'),
  drip: Drip.describe('The body comes slowly.'),
  contentType: headerValue.min(1).describe('The right body under another Content-Type.'),
  oversize: z.int().min(1).max(LARGEST).describe('The body, and blanks behind it up to so many bytes.'),
};
const TURNED = {
  ...TURNED_ANSWER,
  jwks: oneOf(KEY_SETS).describe('For key sets only.'),
  metadata: oneOf(METADATA).describe('For discovery documents only.'),
};
const TURNED_NAMES = Object.keys(TURNED) as (keyof typeof TURNED)[];

const saysSomething = (fault: object) => Object.values(fault).some((part) => part !== undefined);
type Said = { readonly [N in keyof typeof TURNED | 'leadsTo']?: unknown };
const saysOne = (fault: Said) => TURNED_NAMES.filter((name) => fault[name] !== undefined).length <= 1;
/** Whether one of its words leads to another host, or no such host is said. */
const leads = ({ jwks, metadata, leadsTo }: Said) =>
  leadsTo === undefined || jwks === 'redirect' || metadata === 'jwks-uri-http';
const TOO_MANY = `has more than one of ${TURNED_NAMES.join(', ')}`;

/** What an answer may meet on its way. */
export const Fault = z
  .strictObject({
    latency: Latency,
    ...TURNED,
    leadsTo: z
      .url({ protocol: /^https?$/ })
      .describe('Where jwks: redirect and metadata: jwks-uri-http lead; a host that does not exist when absent.'),
  })
  .partial()
  .refine(saysSomething, 'says nothing')
  .refine(saysOne, TOO_MANY)
  .refine(leads, { path: ['leadsTo'], message: 'goes with jwks: redirect, or with metadata: jwks-uri-http' });
export type Fault = z.infer<typeof Fault>;

/** The same for the answer to an exchange, which is neither a key set nor a document. */
export const AnswerFault = z
  .strictObject({ latency: Latency, ...TURNED_ANSWER })
  .partial()
  .refine(saysSomething, 'says nothing')
  .refine(saysOne, TOO_MANY);
