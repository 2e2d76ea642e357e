/**
 * What stands in a patch: any JSON, in which a text may name values of the token at hand (`{audience}/`), and an object
 * with one `$` member is worked out when the token is made. This file is the vocabulary; `tokens/bend/` works it out.
 */
import * as z from 'zod';
import { isJsonObject } from '../protocol/json-objects.js';

/** Values that a good token brings along. A row that names one the token lacks cannot be made from it. */
const OF_THE_TOKEN = {
  issuer: 'the org',
  audience: 'issuer of the resource authorization server, as the good token has it',
  clientId: 'the client at the resource authorization server',
  clientIdAtIdp: 'the AI agent at the org',
  subject: 'the user',
  email: 'their email address',
  scope: 'the scopes of the good token, as one text',
  resource: 'the resource of the good token',
  kid: 'of the key that signs',
  jti: 'of the good token',
  token: 'the token as it is so far; in `text` and in `request.params` only',
} as const;

/** Values that only the person knows who runs the resource authorization server: given beside the request, or not at all. */
const GIVEN = {
  publicClientId: 'a client registered there without credentials',
  otherClientId: 'another client registered at the resource authorization server',
  grantlessClientId: 'a client registered there that may not use jwt-bearer',
  disabledClientId: 'a client registered there that is switched off',
  otherSubject: 'another user, known there as well',
  otherEmail: 'the email address of that other user',
  deprovisionedSubject: 'a user who is switched off there',
  deprovisionedEmail: 'the email address of that one',
  otherIssuer: 'a second identity provider that is trusted there',
  revokedIssuer: 'an identity provider that was trusted there and is not any more',
  otherTenantsIssuer: 'an identity provider that is trusted there for another customer only',
  siblingAudience: 'issuer of a sibling tenant on the host of the resource authorization server',
  tokenEndpoint: 'the token endpoint of the resource authorization server',
  secondResource: 'a second resource that the resource authorization server governs',
  otherScope: 'a scope it has, and the token has not',
  privilegedScope: 'a scope it has, and this user may not have',
  jitEmail: 'an address in a domain for which the org may create users there',
  foreignEmail: 'an address in the domain of another customer',
  tenant: 'the tenant of the issuer that is linked there',
  otherClientsTenant: 'a tenant of the issuer that is linked there, but for another client',
  otherTenant: 'another tenant of the issuer, that is not',
  audTenant: "the resource authorization server's own tenant",
  otherAudTenant: 'another tenant of its own',
  audSub: 'the id of the user there',
  otherAudSub: 'the id of another user there',
  samlIssuer: 'the SAML entity id that is associated with the org',
  otherSamlIssuer: 'the SAML entity id of another connection',
  nameId: 'the NameID of the user',
  nameIdFormat: 'the format of that NameID',
  otherNameId: 'the NameID of another user',
  spNameQualifier: 'the SP name qualifier of the NameID, and so its format is persistent',
  rarType: 'a type of authorization details that is supported there',
  relyingPartyId: 'the client id by which the resource authorization server is an OpenID relying party of the org',
  clientSecret: 'the client secret at the resource authorization server',
  accessToken: 'an access token that the resource authorization server issued',
  cimdClientId: 'a client id that is the URL of a client metadata document',
  attackerUrl:
    'an address that whoever tests can watch, and that nobody should ask; https://attacker.example when not given',
  internalUrl:
    'an address of the inside, which a server must not ask for strangers; http://169.254.169.254/latest/meta-data when not given',
  thumbprint: 'of the DPoP key of the client (RFC 7638, SHA-256)',
} as const;

export const VALUES = { ...OF_THE_TOKEN, ...GIVEN } as const;
export type ValueName = keyof typeof VALUES;
export type GivenName = keyof typeof GIVEN;

export const GIVEN_NAMES = Object.keys(GIVEN) as GivenName[];
export const isGiven = (name: string): name is GivenName => Object.hasOwn(GIVEN, name);

/** How a value is respelled: `{issuer:upper-host}`. */
export const TRANSFORMS = {
  'upper-host': 'its host in capitals',
  http: 'its scheme http',
  'port-443': 'with the default port of https',
  'lookalike-host': 'its host with another domain behind it',
  cut: 'without its last letter',
  'first-word': 'its first word',
  'other-case': 'each letter in the other case',
  homograph: 'one letter in another script, or for want of one an invisible letter at the end',
  decomposed: 'an accent added as a letter of its own',
  'other-slash': 'a slash at its end taken away, or added',
} as const;
export type TransformName = keyof typeof TRANSFORMS;

/** What an object with one `$` member means. */
export const FORMS = {
  $now: z.number().min(-4e9).max(4e11).describe('so many seconds from now'),
  $nowText: z.number().min(-4e9).max(4e11).describe('the same as a text'),
  $raw: z.string().min(1).max(2000).describe('this text as it stands, JSON or not'),
  $words: z.string().max(2000).describe('the words of this text as a list'),
  $letters: z.int().min(0).max(500_000).describe('a text of so many letters'),
  $nested: z.int().min(1).max(20_000).describe('arrays within arrays, so many deep'),
  $literal: z.unknown().describe('this value as it is, whatever it looks like'),
  $jwk: z.enum(['attacker', 'attacker-private']).describe('a key of the attacker as JWK'),
  $x5c: z.enum(['attacker']).describe('a certificate that the attacker signed for that key'),
} as const;
export type FormName = keyof typeof FORMS;

/** `{name}` or `{name:transform}`, wherever it stands in a text. */
export const REFERENCE = /\{([a-zA-Z]+)(?::([a-z0-9-]+))?\}/g;

/** A JSON value of a patch. */
export type Value = z.core.util.JSONType;

/** The `$` member of the object, if it is a form. */
export function formIn(value: Value): FormName | undefined {
  if (!isJsonObject(value)) return undefined;
  const [name, ...more] = Object.keys(value);
  return name?.startsWith('$') && more.length === 0 ? (name as FormName) : undefined;
}

type Path = readonly PropertyKey[];
/** What is wrong with a value, and where in it. */
export interface ValueProblem {
  readonly path: Path;
  readonly message: string;
}

export function problemsInText(text: string, path: Path = []): readonly ValueProblem[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name = '', transform]) => {
    if (!Object.hasOwn(VALUES, name)) {
      return [
        { path, message: `names no value that there is: {${name}}; write {"$literal": …} for a text with braces` },
      ];
    }
    const known = transform === undefined || Object.hasOwn(TRANSFORMS, transform);
    return known ? [] : [{ path, message: `names no respelling that there is: ${transform}` }];
  });
}

/** What is wrong with a value: names and forms that do not exist, at any depth. */
export function problemsIn(value: Value, path: Path = []): readonly ValueProblem[] {
  if (typeof value === 'string') return problemsInText(value, path);
  if (typeof value !== 'object' || value === null) return [];
  const form = formIn(value);
  if (form === undefined) return Object.entries(value).flatMap(([name, one]) => problemsIn(one, [...path, name]));
  const schema = Object.hasOwn(FORMS, form) ? FORMS[form] : undefined;
  if (!schema) return [{ path: [...path, form], message: `is none of ${Object.keys(FORMS).join(', ')}` }];
  const argument = (value as Record<string, unknown>)[form];
  const parsed = schema.safeParse(argument);
  if (form === '$words' && typeof argument === 'string') return problemsInText(argument, [...path, form]);
  return parsed.success ? [] : parsed.error.issues.map((issue) => ({ path: [...path, form], message: issue.message }));
}

/** Whether JSON can say it. */
function isJson(value: unknown): value is Value {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean'].includes(typeof value) || value === null;
  return Object.values(value).every(isJson);
}

/** Deeper than anybody writes by hand, and well within what the functions here can walk. */
const DEEPEST = 100;

/** Whether the value is nested deeper than that; walked without recursion, for it is anybody's. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** What is wrong with any value at all. */
function problemsInAny(value: unknown): readonly ValueProblem[] {
  if (isTooDeep(value)) return [{ path: [], message: `is nested deeper than ${DEEPEST} levels; write {"$nested": …}` }];
  return isJson(value) ? problemsIn(value) : [{ path: [], message: 'is no JSON value' }];
}

/** A value of a patch, checked, and handed on as it is: zod's own JSON would leave a member `__proto__` out. */
export const Value = z.unknown().superRefine((value, context) => {
  for (const { path, message } of problemsInAny(value)) context.addIssue({ code: 'custom', path: [...path], message });
}) as z.ZodType<Value>;

/** A text that may name values, checked. */
export const Template = z.string().superRefine((text, context) => {
  for (const { message } of problemsInText(text)) context.addIssue({ code: 'custom', message });
});

/** A reference that stands in a text. */
export interface Reference {
  readonly name: ValueName;
  readonly transform: TransformName | undefined;
}

/** The references in a value, at any depth. */
export function referencesIn(value: Value): readonly Reference[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].map(([, name, transform]) => ({ name, transform }) as Reference);
  }
  if (typeof value !== 'object' || value === null || formIn(value) === '$literal') return [];
  return Object.values(value).flatMap((one) => referencesIn(one as Value));
}
