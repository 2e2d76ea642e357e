/**
 * What a run of the probe comes to: the report, as data. Every format (terminal, JSON, JUnit, SARIF, Markdown, HTML) is
 * written from this value and from nothing else. Neither secret nor token stands in it.
 */
import * as z from 'zod';
import { GROUPS, LEVELS, SEVERITIES, VERDICTS } from '../edge-cases/edge-case.js';
import { oneOf } from '../edge-cases/one-of.js';

/** The number of this form of report; it grows when a member changes its meaning or goes. */
export const REPORT_VERSION = 1;

export const STATUSES = {
  pass: 'the server did what it is to do',
  fail: 'it did not',
  warn: 'it decided rightly and said so wrongly, or it leaves out what is only advised',
  either: 'both answers are right; what it did is noted',
  'not-run': 'the case could not be played, or not be judged, here: nothing is known',
  error: 'the case was played and went wrong for another reason than the case: nothing is known',
} as const;
export type Status = keyof typeof STATUSES;

const text = z.string();

/** A request and its answer. Secrets are left out, tokens are decoded and without signature. */
export const Exchange = z.strictObject({
  what: text.describe('Which one it was: the case, what went before it, the good twin after it.'),
  sent: z.strictObject({
    method: text,
    url: text,
    headers: z.record(text, text),
    form: z.array(z.tuple([text, text])).describe('Parameters; what is secret or long is described, not shown.'),
    token: z
      .strictObject({ header: z.unknown(), claims: z.unknown() })
      .optional()
      .describe('The ID-JAG as decoded; a text where it is no JSON.'),
  }),
  got: z
    .strictObject({ status: z.int(), headers: z.record(text, text), body: z.unknown() })
    .optional()
    .describe('Absent: no answer came.'),
  problem: text.optional().describe('Why none came, or why what came is none.'),
  milliseconds: z.number(),
});
export type Exchange = z.infer<typeof Exchange>;

/** Something that the answer was looked at for besides. */
export const Looked = z.strictObject({
  check: text,
  demands: text,
  outcome: z.enum(['held', 'broken', 'not-looked-at']),
  found: text,
});
export type Looked = z.infer<typeof Looked>;

export const Result = z.strictObject({
  name: text.describe('Of the edge case: stable.'),
  group: oneOf(GROUPS),
  level: oneOf(LEVELS),
  severity: oneOf(SEVERITIES).describe('How bad it is if the server gets it wrong.'),
  verdict: oneOf(VERDICTS).describe('What the server is to do.'),
  expect: z.array(text).describe('The answers that are right, the best first.'),
  source: z.array(text).describe('Document and section that say so.'),
  differs: text.describe('In what it differs from a good one.'),
  note: text.describe('Why it matters: the real bug that it catches.'),
  conformance: z
    .array(text)
    .optional()
    .describe('Ids of checks of the MCP conformance suite for the same requirement.'),
  status: oneOf(STATUSES),
  why: text.describe('A sentence: what the server did, or why nothing is known.'),
  hint: text.optional().describe('How to mend it.'),
  looked: z.array(Looked),
  exchanges: z.array(Exchange),
  accepted: z
    .strictObject({ reason: text, expires: text })
    .optional()
    .describe('A failure that the baseline accepts, until that day.'),
  seconds: z.number(),
});
export type Result = z.infer<typeof Result>;

/** A step before any case is fired. */
export const Step = z.strictObject({
  step: text,
  outcome: z.enum(['ok', 'failed', 'not-looked-at']),
  found: text,
  cause: text.optional().describe('The likely cause of a failure.'),
  advice: text.optional(),
});
export type Step = z.infer<typeof Step>;

/** What the server must be configured with to be probed. */
export const Setup = z.strictObject({
  issuer: text.describe('Of the identity provider that the server is to trust.'),
  discovery: text,
  jwksUri: text,
  algorithm: text,
  audience: text.describe('The server: what aud says.'),
  clientId: text,
  users: z.array(z.strictObject({ sub: text, email: text.optional() })),
  scopes: z.array(text),
  resource: text.optional(),
  otherIssuer: text.optional().describe('A second identity provider that it is to trust as well.'),
});
export type Setup = z.infer<typeof Setup>;

const counts = z.record(oneOf(STATUSES), z.int());
export type Counts = z.infer<typeof counts>;

export const OUTCOMES = {
  conformant: 'no failure, or none that counts',
  failures: 'failures at or above the severity that counts, which the baseline does not accept',
  'could-not-run': 'the cases could not be fired, or some of them went wrong for another reason',
} as const;
export type Outcome = keyof typeof OUTCOMES;

export const Report = z.strictObject({
  version: z.literal(REPORT_VERSION),
  tool: z.strictObject({ name: z.literal('mock-okta-xaa'), version: text }),
  began: z.iso.datetime(),
  seconds: z.number(),
  requests: z.int().describe('How many were sent to the server.'),
  target: z.strictObject({
    tokenEndpoint: text,
    issuer: text,
    mcp: text.optional(),
    clientId: text,
    authentication: text,
  }),
  setup: Setup,
  settings: z.record(text, z.unknown()).describe('Which of several right answers were demanded.'),
  preflight: z.array(Step),
  observed: z.array(z.strictObject({ what: text, seen: text })).describe('Where both are right: what it does.'),
  results: z.array(Result),
  counts,
  groups: z.array(z.strictObject({ group: oneOf(GROUPS), title: text, counts })),
  severities: z
    .array(z.strictObject({ severity: oneOf(SEVERITIES), failed: z.int(), warned: z.int() }))
    .describe('Of failures that the baseline does not accept, and of warnings.'),
  failOn: oneOf(SEVERITIES).describe('Failures of that severity and above count; of interoperability always.'),
  baseline: z
    .strictObject({
      accepted: z.array(text),
      stale: z.array(z.strictObject({ name: text, why: text })).describe('Entries to be taken out of the file.'),
      expired: z.array(text),
    })
    .optional(),
  outcome: oneOf(OUTCOMES),
  sentence: text.describe('The outcome, for a person.'),
});
export type Report = z.infer<typeof Report>;
