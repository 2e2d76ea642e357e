/** The claims of an ID-JAG as facts: each the value that the rules go by, or why it cannot be taken. Absent: undefined. */
import { isJsonObject } from '../protocol/json-objects.js';
import { type Fact, type Problem, problem } from '../protocol/rule.js';
import type { Members } from '../tokens/read-json.js';

/** `absent` is of claims that must be there; the others may be undefined. */
export type ClaimProblem = 'absent' | 'type';

export type ResourceProblem = 'type' | 'none' | 'relative' | 'fragment';

export type DetailsProblem = 'type' | 'no-type';

export type ConfirmationProblem = 'type' | 'no-jkt';

export type SubIdProblem = 'type' | 'no-format' | 'member-absent' | 'member-type' | 'member-unlisted';

/** `member` names what is wrong in a `sub_id`. */
export interface SubIdFault extends Problem<SubIdProblem> {
  readonly member?: string;
}

/** Every claim that a rule asks for, under its own name. Times in seconds, as sent: they may be fractions. */
export interface ClaimFacts {
  readonly iss?: Fact<string, ClaimProblem> | undefined;
  readonly sub?: Fact<string, ClaimProblem> | undefined;
  /** One audience or several. */
  readonly aud?: Fact<readonly string[], ClaimProblem> | undefined;
  readonly client_id?: Fact<string, ClaimProblem> | undefined;
  readonly jti?: Fact<string, ClaimProblem> | undefined;
  readonly iat?: Fact<number, ClaimProblem> | undefined;
  readonly exp?: Fact<number, ClaimProblem> | undefined;
  readonly nbf?: Fact<number, 'type'> | undefined;
  /** Any text: what it means, the rules ask. */
  readonly scope?: Fact<string, 'type'> | undefined;
  readonly email?: Fact<string, 'type'> | undefined;
  readonly sub_profile?: Fact<string, 'type'> | undefined;
  readonly tenant?: Fact<string, 'type'> | undefined;
  readonly aud_tenant?: Fact<string, 'type'> | undefined;
  readonly aud_sub?: Fact<string, 'type'> | undefined;
  readonly resource?: Fact<readonly string[], ResourceProblem> | undefined;
  readonly act?: Fact<{ readonly actor: object }, 'type'> | undefined;
  /** The `type` of each. */
  readonly authorization_details?: Fact<readonly string[], DetailsProblem> | undefined;
  /** The thumbprint of the key that the ID-JAG is bound to. */
  readonly cnf?: Fact<string, ConfirmationProblem> | undefined;
  /** The format. */
  readonly sub_id?: Fact<string, SubIdProblem> | SubIdFault | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const TYPE = problem('type');
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const own = (object: Json, name: string) => (Object.hasOwn(object, name) ? object[name] : undefined);

const text = (value: unknown) => (isText(value) ? value : TYPE);
const anyText = (value: unknown) => (typeof value === 'string' ? value : TYPE);
const time = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : TYPE);
const audiences = (value: unknown) => {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every(isText) ? all : TYPE;
};

/** RFC 3986 "Absolute URI", in the characters that a URI may have. */
const URI = /^[a-z][a-z0-9+.-]*:[!$-;=?-Z_a-z~[\]]+$/i;

function resourceProblem(uri: string): ResourceProblem | undefined {
  if (uri.includes('#')) return 'fragment';
  return URI.test(uri) && URL.canParse(uri) ? undefined : 'relative';
}

function resources(value: unknown): Fact<readonly string[], ResourceProblem> {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length === 0) return problem('none');
  if (!all.every((one) => typeof one === 'string')) return TYPE;
  const wrong = all.map(resourceProblem).find((one) => one !== undefined);
  return wrong ? problem(wrong) : all;
}

/** RFC 8693 "act (Actor) Claim". Who acted before the actor is not looked at. */
const actor = (value: unknown) => (isJsonObject(value) && isText(own(value, 'sub')) ? { actor: value } : TYPE);

/** RFC 9396 "Authorization Details". */
function detailTypes(value: unknown): Fact<readonly string[], DetailsProblem> {
  if (!Array.isArray(value) || !value.every(isJsonObject)) return TYPE;
  const types = value.map((one) => own(one, 'type'));
  return types.every(isText) ? types : problem('no-type');
}

/** RFC 9449 "JWK Thumbprint Confirmation Method": the base64url of a SHA-256. */
function thumbprint(value: unknown): Fact<string, ConfirmationProblem> {
  if (!isJsonObject(value)) return TYPE;
  const jkt = own(value, 'jkt');
  return typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt) ? jkt : problem('no-jkt');
}

export const SAML_NAME_ID = 'saml-nameid';
const REQUIRED_OF_NAME_ID = ['format', 'issuer', 'nameid'];
const OF_NAME_ID = [...REQUIRED_OF_NAME_ID, 'nameid_format', 'name_qualifier', 'sp_name_qualifier', 'sp_provided_id'];

function nameIdFault(value: Json): SubIdFault | undefined {
  const absent = REQUIRED_OF_NAME_ID.find((name) => own(value, name) === undefined);
  if (absent) return { problem: 'member-absent', member: absent };
  const unlisted = Object.keys(value).find((name) => !OF_NAME_ID.includes(name));
  if (unlisted !== undefined) return { problem: 'member-unlisted', member: unlisted };
  const wrong = Object.keys(value).find((name) => !isText(value[name]));
  return wrong === undefined ? undefined : { problem: 'member-type', member: wrong };
}

/** RFC 9493 "Subject Identifiers". The members are looked at in the one format that the ID-JAG draft defines. */
function subjectId(value: unknown): string | SubIdFault {
  if (!isJsonObject(value)) return TYPE;
  const format = own(value, 'format');
  if (!isText(format)) return problem('no-format');
  return (format === SAML_NAME_ID && nameIdFault(value)) || format;
}

type Readers = Readonly<Partial<Record<keyof ClaimFacts, (value: unknown) => unknown>>>;

const REQUIRED: Readers = {
  ...{ iss: text, sub: text, aud: audiences, client_id: text, jti: text, iat: time, exp: time },
};

const OPTIONAL: Readers = {
  ...{ nbf: time, scope: anyText, email: text, sub_profile: text, tenant: text, aud_tenant: text, aud_sub: text },
  ...{ resource: resources, act: actor, authorization_details: detailTypes, cnf: thumbprint, sub_id: subjectId },
};

/** The facts in the claims; whether they may be believed is not asked here. */
export function claimFacts(claims: Members): ClaimFacts {
  const required = Object.entries(REQUIRED).map(([name, read]) => [
    name,
    claims.has(name) ? read(claims.get(name)) : problem('absent'),
  ]);
  const there = Object.entries(OPTIONAL).filter(([name]) => claims.has(name));
  return Object.fromEntries([...required, ...there.map(([name, read]) => [name, read(claims.get(name))])]);
}
