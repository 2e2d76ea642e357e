/** An edge case: one way in which an ID-JAG, its keys or its request can be wrong, or right against expectation. A row. */
import * as z from 'zod';
import { withoutUndefined } from '../protocol/json-objects.js';
import { oneOf } from './one-of.js';
import { Answer, Situation } from './situations.js';
import { referencesOf, TOKEN_EDIT_NAMES, TokenEdits } from './token-edits.js';
import { type GivenName, isGiven } from './values.js';

export const GROUPS = {
  A0: 'Good controls, and where either answer is right',
  A1: 'Signature and header',
  A2: 'Time',
  A3: 'Issuer and audience',
  A4: 'Client',
  A5: 'Subject and tenant',
  A6: 'Resource, scope, authorization details, and the answer',
  A7: 'Replay and jti',
  A8: 'Structure',
  A9: 'Keys and their distribution',
  A10: 'Tokens of another kind',
  A11: 'Request and metadata',
  A12: 'Proof of possession',
  own: 'Your own',
} as const;
export type Group = keyof typeof GROUPS;

export const LEVELS = {
  MUST: 'a standard or the draft demands the answer',
  SHOULD: 'it is advised',
  MAY: 'it is allowed',
  E: 'the sources allow or demand both answers, or say nothing',
  proposal: 'only a proposed change, or one deployment, asks for it',
} as const;
export type Level = keyof typeof LEVELS;

/** How bad it is when the answer is wrong. */
export const SEVERITIES = {
  critical: 'a forged identity, or the validation bypassed altogether',
  high: 'a token of another audience, client, tenant or user is taken',
  medium: 'a protection less',
  low: 'untidy',
  interoperability: 'good clients are turned away',
} as const;
export type Severity = keyof typeof SEVERITIES;

export const VERDICTS = {
  accept: 'must be granted',
  reject: 'must be refused',
  either: 'may be granted or refused',
} as const;
export type Verdict = keyof typeof VERDICTS;

const sentence = z.string().min(5).max(400);

export const EdgeCaseName = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not in lower case with hyphens, such as exp-past');

/** Edits that another of the same row takes the ground from. */
function lostEdits(row: TokenEdits): readonly (keyof TokenEdits)[] {
  const { header, claims, tamper, headerText, payload, shape } = row;
  const noClaims = payload?.text !== undefined || payload?.base64url !== undefined;
  const nothing = shape === 'empty-segments';
  return [
    ...(header && (headerText !== undefined || nothing) ? (['header'] as const) : []),
    ...(claims && (noClaims || nothing) ? (['claims'] as const) : []),
    ...((tamper?.header && headerText !== undefined) || (tamper?.claims && noClaims) ? (['tamper'] as const) : []),
  ];
}

export const EdgeCase = z
  .strictObject({
    name: EdgeCaseName.describe('What is wrong, subject first.'),
    group: oneOf(GROUPS).default('own'),
    level: oneOf(LEVELS),
    expect: z
      .array(Answer)
      .min(1)
      .describe('The answers that are right, the best first. The verdict follows from them.'),
    severity: oneOf(SEVERITIES),
    source: z
      .array(z.string().regex(/^.{3,}, .{3,}$/, 'is not a document and a section: RFC 7519, Expiration Time Claim'))
      .min(1),
    differs: sentence.describe('In what it differs from a good one.'),
    note: sentence.describe('The real bug that it catches.'),
  })
  .extend(TokenEdits.shape)
  .extend(Situation.shape)
  .superRefine((row, context) => {
    if (verdictOf(row) === 'reject' && Object.keys({ ...tokenEditsOf(row), ...situationOf(row) }).length === 0) {
      context.addIssue({ code: 'custom', path: ['expect'], message: 'refuses a good token: the row changes nothing' });
    }
    for (const lost of lostEdits(row)) {
      context.addIssue({
        code: 'custom',
        path: [lost],
        message: 'is lost: what else the row does leaves nothing of it',
      });
    }
  });
export type EdgeCase = z.infer<typeof EdgeCase>;
/** As a person writes it. */
export type EdgeCaseInput = z.input<typeof EdgeCase>;

/** What a person sends or keeps in a file: a list of rows, or one. */
export const EdgeCaseList = z.preprocess(
  (input) => (Array.isArray(input) ? input : [input]),
  z.array(EdgeCase).max(1000),
);

/** What the right answers come to. */
export function verdictOf({ expect }: Pick<EdgeCase, 'expect'>): Verdict {
  const granted = expect.filter((answer) => answer === 'ok').length;
  if (granted === 0) return 'reject';
  return granted === expect.length ? 'accept' : 'either';
}

/** Those members that the row has. */
function picked<T>(row: T, names: readonly (keyof T & string)[]): Partial<T> {
  return withoutUndefined(Object.fromEntries(names.map((name) => [name, row[name]]))) as Partial<T>;
}

/** The edits of the token alone. */
export function tokenEditsOf(row: TokenEdits): TokenEdits {
  return picked(row, TOKEN_EDIT_NAMES);
}

const SITUATION_NAMES = Object.keys(Situation.shape) as (keyof Situation)[];

/** What is around the token. */
export function situationOf(row: Situation): Situation {
  return picked(row, SITUATION_NAMES);
}

/** The references in what a request is changed by. */
function requestReferences({ params, dpop }: NonNullable<Situation['request']> = {}) {
  return [params, dpop?.header, dpop?.claims].flatMap((claims) => referencesOf({ claims }));
}

/** Keys that a signer needs and that only somebody else has. */
const KEYS_GIVEN = { ras: 'rasKey', client: 'clientKey' } as const;

/** What can be needed of others. */
export type Need = GivenName | 'rasKey' | 'clientKey' | 'encryptionKey';

/** What must be given besides for the row to be made, and sent: values, and keys of others. */
export function needsOf(row: TokenEdits & Pick<Situation, 'request'>): readonly Need[] {
  const named = [...referencesOf(row), ...requestReferences(row.request)].map(({ name }) => name).filter(isGiven);
  const key = row.sign === 'ras' || row.sign === 'client' ? [KEYS_GIVEN[row.sign]] : [];
  const secret = row.sign === 'hs256-client-secret' ? (['clientSecret'] as const) : [];
  const recipient = row.encrypt?.to === 'server' ? (['encryptionKey'] as const) : [];
  return [...new Set([...named, ...key, ...secret, ...recipient])];
}
