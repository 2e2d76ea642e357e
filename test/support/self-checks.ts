/**
 * What must hold of every answer of a token endpoint, whoever asked: the self-checks of the catalogue, one predicate an id.
 * Importing `org.ts` puts them behind `fetch`, so that every 200 and every refusal in the test suite passes them.
 */
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import type { OrgFileInput } from '../../src/index.js';
import type { ProfileName } from '../../src/protocol/profile.js';
import { TOKEN_TYPE } from '../../src/protocol/urns.js';

/** An answer to a token exchange, with what is needed to judge it. */
export interface Issued {
  readonly request: URLSearchParams;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what came back is what is to be judged
  readonly body: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly header: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly claims: any;
  readonly verifies: boolean;
  readonly keys: JSONWebKeySet;
  /** The org's discovery document. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly profile: ProfileName;
  /** What the org file prescribes; undefined where no file, or no agent or user of it, is known. */
  readonly registered: Registered | undefined;
  /** The identifiers of ID-JAGs seen before. */
  readonly seen: ReadonlySet<string>;
}

/** What an ID-JAG must say by the org file. */
export interface Registered {
  readonly clientId: string | undefined;
  /** For a SAML app, the NameID it gets; null for what gets no sub_id. */
  /** Undefined: by an expression, which is not worked out here again. */
  readonly nameId: string | null | undefined;
  /** Of the user in the token. */
  readonly email: string;
  /** Whether the connection, or for want of a `scope` parameter the target, has that scope. */
  readonly allows: (scope: string, byDefault: boolean) => boolean;
}

const ANSWER = ['token_type', 'expires_in', 'access_token', 'scope', 'issued_token_type'];
const CLAIMS = [
  ...['jti', 'iss', 'aud', 'iat', 'exp', 'sub', 'email', 'client_id', 'sub_profile', 'scope', 'resource', 'act'],
  'sub_id',
];
const SUBJECT_ID = ['format', 'issuer', 'nameid', 'nameid_format'];

/** An origin; an org beside the main one has its prefix behind it. */
const ORG_ISSUER = /^https?:\/\/[^/]+(\/orgs\/[\w-]+)?$/;

const isDraft = ({ profile }: Issued) => profile === 'draft';
const within = (names: readonly string[], thing: object) => Object.keys(thing).every((name) => names.includes(name));
const list = (text: unknown) =>
  String(text ?? '')
    .split(' ')
    .filter(Boolean);
const subjectOf = ({ request }: Issued): Record<string, unknown> => {
  const isIdToken = request.get('subject_token_type') === TOKEN_TYPE.idToken;
  return isIdToken ? decodeJwt(request.get('subject_token') ?? '') : {};
};

function subjectIdConsistent({ claims: { sub_id }, registered }: Issued): boolean {
  if (registered?.nameId !== undefined && (sub_id?.nameid ?? null) !== registered.nameId) return false;
  if (sub_id === undefined) return true;
  const texts = SUBJECT_ID.every((name) => typeof sub_id[name] === 'string' && sub_id[name] !== '');
  return (
    texts &&
    within([...SUBJECT_ID, 'sp_name_qualifier'], sub_id) &&
    sub_id.format === 'saml-nameid' &&
    /okta\.com\/exk/.test(sub_id.issuer)
  );
}

function scopeGranted(issued: Issued): boolean {
  const asked = list(issued.request.get('scope'));
  const granted = list(issued.claims.scope);
  const { registered } = issued;
  if (registered && !granted.every((scope) => registered.allows(scope, asked.length === 0))) return false;
  if (asked.length === 0) return true;
  return isDraft(issued)
    ? granted.every((scope) => asked.includes(scope))
    : granted.join() === [...new Set(asked)].join();
}

/** Catalogue id -> whether the answer is as it must be. */
export const SELF_CHECKS: Readonly<Record<string, (issued: Issued) => boolean>> = {
  'iss-body-shape': ({ body }) =>
    ANSWER.filter((name) => name in body).join() === Object.keys(body).join() &&
    typeof body.access_token === 'string' &&
    typeof body.expires_in === 'number' &&
    body.token_type === 'N_A' &&
    body.issued_token_type === TOKEN_TYPE.idJag,
  'iss-no-refresh': ({ body }) => !('refresh_token' in body) && !('id_token' in body),
  'iss-no-store': ({ headers }) =>
    /no-store/.test(headers.get('cache-control') ?? '') && /^application\/json/.test(headers.get('content-type') ?? ''),
  'iss-typ-header': ({ header, claims }) => header.typ === 'oauth-id-jag+jwt' && !('typ' in claims),
  'iss-kid-published': ({ header, keys, verifies }) =>
    verifies && keys.keys.some((key) => key.kid === header.kid && key.alg === header.alg && key.use === 'sig'),
  'iss-iss-exact': ({ claims, metadata }) => claims.iss === metadata.issuer && ORG_ISSUER.test(claims.iss),
  'iss-aud-single-issuer': ({ claims, request }) => claims.aud === request.get('audience'),
  'iss-client-id-ras': ({ claims, registered }) =>
    typeof claims.client_id === 'string' && (!registered || claims.client_id === registered.clientId),
  'iss-sub-ras-view': (issued) => /^00u\w{17}$/.test(issued.claims.sub) && sameSubject(issued),
  'iss-sub-id-consistent': subjectIdConsistent,
  'iss-resource-granted': ({ claims, request }) =>
    withoutSlash(claims.resource) === withoutSlash(request.getAll('resource').filter(Boolean)[0]),
  'iss-scope-granted': scopeGranted,
  'iss-narrowing-reported': (issued) => issued.body.scope === (isDraft(issued) ? issued.claims.scope : undefined),
  'iss-jti-unique': ({ claims, seen }) => /^IDAAG\.[\w-]{43}$/.test(claims.jti) && !seen.has(claims.jti),
  'iss-lifetime': ({ claims }) => claims.exp - claims.iat === 300,
  'ix-ok-expires-in': ({ body, claims }) => body.expires_in === claims.exp - claims.iat,
  'iss-act-iff-actor': (issued) => 'act' in issued.claims === (!isDraft(issued) || issued.request.has('actor_token')),
  'iss-claims-minimal': (issued) =>
    CLAIMS.filter((name) => name in issued.claims).join() === Object.keys(issued.claims).join() &&
    emailReleased(issued),
  'iss-metadata': ({ profile, metadata }) =>
    profile === 'okta' ||
    (String(metadata.identity_chaining_requested_token_types_supported) === TOKEN_TYPE.idJag &&
      [metadata.grant_types_supported].flat().includes('urn:ietf:params:oauth:grant-type:token-exchange')),
};

const withoutSlash = (resource: unknown) => String(resource ?? '').replace(/^([a-z]+:\/\/[^/]+)\/$/, '$1');
const sameSubject = (issued: Issued) => [undefined, issued.claims.sub].includes(subjectOf(issued).sub as string);

/** No email, or the user's own that the sign-in has released. */
function emailReleased(issued: Issued): boolean {
  const { claims, registered, request } = issued;
  if (!('email' in claims)) return true;
  const released = request.get('subject_token_type') !== TOKEN_TYPE.idToken || 'email' in subjectOf(issued);
  return released && (!registered || claims.email === registered.email);
}

/** The ids of the checks that the answer fails. */
export function failedChecks(issued: Issued): string[] {
  return Object.entries(SELF_CHECKS).flatMap(([id, holds]) => (holds(issued) ? [] : [id]));
}

const OAUTH = ['error', 'error_description', 'explanation'];
const MANAGEMENT = ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses', 'explanation'];

/** What of a request must not come back in an error. */
const SECRETS = [
  'subject_token',
  'actor_token',
  'assertion',
  'client_assertion',
  'client_secret',
  'refresh_token',
  'code',
];

/** iss-error-shape: JSON of known members, not cached, plain ASCII, and nothing that was sent repeated. */
export function isErrorShape(request: URLSearchParams, headers: Headers, text: string): boolean {
  const { error, error_description, errorCode, errorSummary, ...rest } = JSON.parse(text);
  const said = error_description ?? errorSummary;
  const known = within(error === undefined ? MANAGEMENT : OAUTH, rest) && typeof (error ?? errorCode) === 'string';
  const sent = SECRETS.map((name) => request.get(name) ?? '').filter((value) => value.length >= 12);
  return (
    known &&
    /no-store/.test(headers.get('cache-control') ?? '') &&
    /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(said) &&
    !sent.some((value) => text.includes(value))
  );
}

/** An org that a test has started. */
export interface StartedOrg {
  readonly file: OrgFileInput;
  readonly profile: ProfileName;
}

const started = new Map<string, StartedOrg>();

/** Tells the self-checks what an org was started with. */
export function expectOrg(issuer: string, org: StartedOrg): void {
  started.set(issuer, org);
}

/** Who sent the request. */
function agentOf(request: URLSearchParams, authorization: string | null): string | null {
  const basic = Buffer.from(authorization?.split(' ')[1] ?? '', 'base64')
    .toString()
    .split(':')[0];
  const assertion = request.get('client_assertion');
  return assertion === null
    ? request.get('client_id') || decodeURIComponent(basic ?? '')
    : (decodeJwt(assertion).sub ?? null);
}

type List<N extends 'users' | 'applications' | 'agents'> = NonNullable<OrgFileInput[N]>;
type Connection = NonNullable<List<'agents'>[number]['resourceConnections']>[number];

function nameIdOf(
  app: List<'applications'>[number] | undefined,
  user: List<'users'>[number],
): string | null | undefined {
  const { login, email } = user.profile;
  const references = [user.id, login];
  const assigned = app?.users?.find((one) => typeof one !== 'string' && references.includes(one.user));
  if (app?.saml && typeof assigned === 'object') return assigned.userName;
  const prefixOf = (address: string) => address.split('@')[0] as string;
  const names: Partial<Record<string, string>> = {
    ...{ OKTA_USERNAME: login, OKTA_USERNAME_PREFIX: prefixOf(login) },
    ...{ EMAIL: email, EMAIL_LOWERCASE: email.toLowerCase(), EMAIL_PREFIX: prefixOf(email) },
  };
  return app?.saml ? names[app.saml.usernameFormat ?? 'OKTA_USERNAME'] : null;
}

function allowedBy(connection: Connection, declared: readonly string[]): Registered['allows'] {
  const { scopeCondition = 'ALL_SCOPES', scopes = [] } = connection;
  return (scope, byDefault) => {
    if (scopeCondition === 'INCLUDE_ONLY') return scopes.includes(scope);
    return !(scopeCondition === 'EXCLUDE' && scopes.includes(scope)) && (!byDefault || declared.includes(scope));
  };
}

/** What the file says of an exchange by that agent for that user. Files that say it in another way are passed over. */
function registeredIn(file: OrgFileInput, issuer: string, agentId: string | null, audience: string, sub: string) {
  const agent = file.agents?.find((one) => one.id === agentId);
  const user = file.users?.find((one) => one.id === sub);
  const app = file.applications?.find((one) => one.xaa?.issuerUrl === audience);
  const server = file.authorizationServers?.find((one) => `${issuer}/oauth2/${one.id}` === audience);
  const connection = agent?.resourceConnections?.find((one) =>
    app ? one.application === app.label : one.authorizationServer === server?.id,
  );
  if (!user || !connection || (!app && !server)) return undefined;
  return {
    clientId: app ? connection.clientIdAtResource : agent?.id,
    nameId: nameIdOf(app, user),
    email: user.profile.email,
    allows: allowedBy(
      connection,
      (app ? app.xaa?.scopes : server?.scopes?.map((scope) => (typeof scope === 'string' ? scope : scope.name))) ?? [],
    ),
  };
}

const seen = new Set<string>();

async function checkIssued(real: typeof fetch, url: URL, sent: Sent, response: Response): Promise<void> {
  const org = url.origin + url.pathname.replace(TOKEN_ENDPOINT, '');
  const read = async (path: string) => (await real(org + path)).json();
  const [body, keys, metadata] = await Promise.all([
    response.json() as Promise<Issued['body']>,
    read('/oauth2/v1/keys') as Promise<JSONWebKeySet>,
    read('/.well-known/openid-configuration') as Promise<Record<string, unknown>>,
  ]);
  const token: string = body.access_token;
  const verifies = await compactVerify(token, createLocalJWKSet(keys), { algorithms: ['RS256'] }).then(
    () => true,
    () => false,
  );
  const [header, claims] = [decodeProtectedHeader(token), decodeJwt(token)];
  const issuer = metadata.issuer as string;
  const { file, profile = 'okta' } = started.get(issuer) ?? {};
  const { request } = sent;
  const agentId = agentOf(request, sent.authorization);
  const registered = file && registeredIn(file, issuer, agentId, request.get('audience') ?? '', claims.sub as string);
  const { headers } = response;
  const failed = failedChecks({
    request,
    headers,
    body,
    header,
    claims,
    verifies,
    keys,
    metadata,
    profile,
    registered,
    seen,
  });
  seen.add(claims.jti as string);
  if (failed.length > 0)
    throw new Error(`An ID-JAG was issued that fails ${failed.join(', ')}: ${JSON.stringify(claims)}`);
}

/** What was sent to a token endpoint. */
interface Sent {
  readonly request: URLSearchParams;
  readonly authorization: string | null;
}

const TOKEN_ENDPOINT = /\/oauth2\/([\w-]+\/)?v1\/token$/;

/** The org is unfriendly, or something is armed in it: what it issues is not what these checks are about. */
let unchecked = 0;

/** Does something whose ID-JAGs are wrong on purpose, or written in an unusual way. */
export async function unchecking<T>(work: () => Promise<T>): Promise<T> {
  unchecked += 1;
  try {
    return await work();
  } finally {
    unchecked -= 1;
  }
}

/** Puts the checks behind `fetch`, for every request of this process to the token endpoint of an org. */
function install(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await real(input, init);
    const url = new URL(input instanceof Request ? input.url : String(input));
    const isForm = init?.body instanceof URLSearchParams || typeof init?.body === 'string';
    if (unchecked > 0 || !TOKEN_ENDPOINT.test(url.pathname) || !isForm) return response;
    const request = new URLSearchParams(String(init?.body));
    const text = await response.clone().text();
    if (response.status >= 400 && text.startsWith('{"error"') && !isErrorShape(request, response.headers, text)) {
      throw new Error(`iss-error-shape does not hold of ${text}`);
    }
    if (response.status === 200 && text.includes(TOKEN_TYPE.idJag)) {
      const authorization = new Headers(init?.headers).get('authorization');
      await checkIssued(real, url, { request, authorization }, response.clone());
    }
    return response;
  };
}

install();
