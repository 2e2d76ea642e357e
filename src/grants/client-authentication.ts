/**
 * Who asks. Gathers every trace of a client in the request, judges it by the rules below, and burns the assertion that
 * proved it. Used by the token, introspection and revocation endpoints.
 */
import { timingSafeEqual } from 'node:crypto';
import { issuerOf, settingsOf } from '../org.js';
import { type Fact, isKnown, judge, problem, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { CLIENT_ASSERTION_TYPE } from '../protocol/urns.js';
import { type Client, findClient } from '../registry/client.js';
import { insert } from '../store/port.js';
import { type AssertionProblem, type ClientAssertion, verifyClientAssertion } from '../tokens/client-assertion.js';
import { peek } from '../tokens/jws.js';
import { type Call, type Refusal, serverId } from './call.js';
import { fingerprint, spentAssertions } from './records.js';

interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

type Way = 'client_secret_basic' | 'client_secret_post' | 'assertion' | 'none';

export interface ClientFacts {
  /** The ways in which the request tries to authenticate. */
  readonly ways: readonly Way[];
  readonly credentialsInQuery: boolean;
  readonly assertionType: string | undefined;
  readonly assertionSent: boolean;
  readonly basic: Fact<BasicCredentials, 'malformed'> | undefined;
  /** Who the request says the client is: `client_id`, Basic user, or the assertion's subject. */
  readonly claimedId: string | undefined;
  /** `client_id` of the body, when the client is named elsewhere, too. */
  readonly bodyId: string | undefined;
  readonly client: Fact<Client, 'unknown'> | undefined;
  readonly secretMatches: boolean;
  readonly assertion: Fact<ClientAssertion, AssertionProblem> | undefined;
  readonly assertionSpent: boolean;
  readonly audiences: { readonly endpoint: string; readonly issuer: string; readonly strict: boolean };
  /** Seconds. */
  readonly now: number;
}

const HOUR = 3600;
/** Clocks may differ by this many seconds. */
const SKEW = 60;

const rule = rulesOver<ClientFacts>();

/** An unknown client is answered in the management API's shape; see the reason. */
export const CLIENT_RULES: readonly Rule<ClientFacts>[] = [
  rule({
    name: 'client-credentials-in-body',
    demands: 'No client secret or assertion stands in the URL.',
    holds: (f) => !f.credentialsInQuery,
    reason: 'client_credentials_in_query',
    source: cite.oktaErrors('client_credentials_in_query'),
  }),
  rule({
    name: 'client-authenticates-once',
    demands: 'The client authenticates in one way only.',
    holds: (f) => f.ways.length < 2,
    reason: 'multiple_client_credentials',
    source: cite.oauth('Client Password'),
  }),
  rule({
    name: 'client-assertion-type-known',
    demands: 'client_assertion_type is the jwt-bearer type, and stands beside a client_assertion.',
    holds: (f) => f.assertionType === (f.assertionSent ? CLIENT_ASSERTION_TYPE : undefined),
    reason: 'client_assertion_type_invalid',
    source: cite.jwtBearer('Using JWTs for Client Authentication'),
  }),
  rule({
    name: 'client-basic-readable',
    demands: 'An Authorization header holds a Basic credential.',
    holds: (f) => problemOf(f.basic) === undefined,
    reason: 'invalid_basic_auth_creds',
    source: cite.oktaErrors('invalid_basic_auth_creds'),
  }),
  rule({
    name: 'client-assertion-readable',
    demands: 'The client assertion is a JWT that names a client.',
    holds: (f) => !f.assertionSent || f.claimedId !== undefined,
    reason: 'client_assertion_invalid_jwt',
    source: cite.oktaErrors('client_assertion_invalid_jwt'),
  }),
  rule({
    name: 'client-named',
    demands: 'The request says which client sent it.',
    holds: (f) => f.claimedId !== undefined,
    reason: 'missing_client_credentials',
    source: cite.oktaErrors('missing_client_credentials'),
  }),
  rule({
    name: 'client-id-consistent',
    demands: 'client_id in the body is the client that authenticates.',
    needs: ['bodyId', 'claimedId'],
    holds: (f) => f.bodyId === f.claimedId,
    reason: 'client_assertion_invalid_subject',
    source: cite.jwtBearer('JWT Format and Processing Requirements'),
  }),
  rule({
    name: 'client-known',
    demands: 'The client is registered in this org.',
    holds: (f) => problemOf(f.client) !== 'unknown',
    reason: 'invalid_client_id',
    source: cite.oktaErrors('invalid_client_id', 'captured'),
  }),
  rule({
    name: 'client-uses-registered-method',
    demands: 'The client authenticates by the method that is active for it.',
    needs: ['client'],
    holds: (f) => f.ways.every((way) => allowsWay(f.client, way)),
    reason: 'invalid_token_endpoint_auth_method',
    source: cite.oktaErrors('invalid_token_endpoint_auth_method'),
  }),
  rule({
    name: 'client-secret-right',
    demands: 'The client secret is the registered one.',
    needs: ['client'],
    holds: (f) => !f.ways.some((way) => way.startsWith('client_secret')) || f.secretMatches,
    reason: 'invalid_client_secret',
    source: cite.oktaErrors('invalid_client_secret', 'captured'),
  }),
  rule({
    name: 'client-has-keys',
    demands: 'A client that sends an assertion has a key registered to verify it with.',
    holds: (f) => problemOf(f.assertion) !== 'no-keys',
    reason: 'client_assertion_jwks_not_configured',
    source: cite.oktaErrors('client_assertion_jwks_not_configured'),
  }),
  rule({
    name: 'client-jwks-uri-readable',
    demands: "The client's JWKS URI answers with a key set.",
    holds: (f) => problemOf(f.assertion) !== 'unreachable',
    reason: 'jwks_uri_error',
    source: cite.oktaErrors('jwks_uri_error'),
  }),
  rule({
    name: 'client-assertion-well-formed',
    demands: 'The client assertion is a signed JWT.',
    holds: (f) => problemOf(f.assertion) !== 'malformed',
    reason: 'client_assertion_invalid_jwt',
    source: cite.oktaErrors('client_assertion_invalid_jwt'),
  }),
  rule({
    name: 'client-assertion-algorithm-allowed',
    demands: 'The client assertion is signed with an algorithm that fits the registered credential.',
    holds: (f) => problemOf(f.assertion) !== 'algorithm',
    reason: 'client_assertion_invalid_signature_algorithm',
    source: cite.jwtBcp('Perform Algorithm Verification'),
  }),
  rule({
    name: 'client-assertion-key-known',
    demands: 'The kid of the client assertion names one of the registered keys.',
    holds: (f) => problemOf(f.assertion) !== 'no-such-key',
    reason: 'client_assertion_invalid_kid',
    source: cite.oktaErrors('client_assertion_invalid_kid'),
  }),
  rule({
    name: 'client-assertion-signature-verifies',
    demands: 'The signature of the client assertion verifies.',
    holds: (f) => problemOf(f.assertion) !== 'signature',
    reason: 'client_assertion_invalid_signature',
    source: cite.jwtBearer('JWT Format and Processing Requirements', 'captured'),
  }),
  rule({
    name: 'client-assertion-issuer-is-client',
    demands: 'The iss of the client assertion is the client id.',
    needs: ['assertion', 'client'],
    holds: (f) => f.assertion.iss === f.client.clientId,
    reason: 'client_assertion_invalid_issuer',
    source: cite.oidc('Client Authentication'),
  }),
  rule({
    name: 'client-assertion-subject-is-client',
    demands: 'The sub of the client assertion is the client id.',
    needs: ['assertion', 'client'],
    holds: (f) => f.assertion.sub === f.client.clientId,
    reason: 'client_assertion_invalid_subject',
    source: cite.oidc('Client Authentication'),
  }),
  rule({
    name: 'client-assertion-audience-is-endpoint',
    demands: 'The aud of the client assertion is the endpoint called, or the issuer unless the org is strict.',
    needs: ['assertion'],
    holds: (f) => {
      const { endpoint, issuer, strict } = f.audiences;
      return f.assertion.aud === endpoint || (!strict && f.assertion.aud === issuer);
    },
    reason: 'client_assertion_invalid_audience',
    source: cite.oktaErrors('client_assertion_invalid_audience'),
  }),
  rule({
    name: 'client-assertion-has-expiry',
    demands: 'The client assertion has an exp.',
    needs: ['assertion'],
    holds: (f) => f.assertion.exp !== undefined,
    reason: 'client_assertion_expiration_required',
    source: cite.oktaErrors('client_assertion_expiration_required'),
  }),
  rule({
    name: 'client-assertion-not-expired',
    demands: 'The client assertion has not expired.',
    needs: ['assertion'],
    holds: (f) => f.assertion.exp === undefined || f.assertion.exp > f.now,
    reason: 'client_assertion_expired_token',
    source: cite.oktaErrors('client_assertion_expired_token'),
  }),
  rule({
    name: 'client-assertion-lives-at-most-an-hour',
    demands: 'The client assertion expires within an hour.',
    needs: ['assertion'],
    holds: (f) => f.assertion.exp === undefined || f.assertion.exp <= f.now + HOUR,
    reason: 'client_assertion_expires_too_far_in_future',
    source: cite.oktaErrors('client_assertion_expires_too_far_in_future'),
  }),
  rule({
    name: 'client-assertion-not-from-the-future',
    demands: 'Neither iat nor nbf of the client assertion lies in the future.',
    needs: ['assertion'],
    holds: (f) => Math.max(f.assertion.iat ?? 0, f.assertion.nbf ?? 0) <= f.now + SKEW,
    reason: 'client_assertion_issued_at_in_future',
    source: cite.oktaErrors('client_assertion_issued_at_in_future'),
  }),
  rule({
    name: 'client-assertion-unused',
    demands: 'The jti of the client assertion was not used before.',
    holds: (f) => !f.assertionSpent,
    reason: 'client_assertion_already_used',
    source: cite.oktaErrors('client_assertion_already_used'),
  }),
  rule({
    name: 'client-active',
    demands: 'The agent, and the application linked to it, are active.',
    needs: ['client'],
    holds: (f) => f.client.active,
    reason: 'invalid_client',
    source: cite.oktaXaa('Configure AI agent-to-app', 'inferred'),
  }),
];

/** The row that a lost race for a jti breaks, too. */
const ASSERTION_UNUSED = CLIENT_RULES.find((row) => row.name === 'client-assertion-unused') as Rule<ClientFacts>;

function allowsWay({ proof }: Client, way: Way): boolean {
  if (way === 'none') return proof.kind === 'none';
  if (way === 'assertion') {
    return proof.kind === 'keys' || proof.kind === 'jwks-uri' || allowsSecret(proof, 'client_secret_jwt');
  }
  return allowsSecret(proof, way);
}

function allowsSecret(proof: Client['proof'], method: string): boolean {
  return proof.kind === 'secret' && proof.methods.includes(method);
}

/** RFC 6749 "Client Password": both halves are form-encoded before they are joined. */
function readBasic(header: string | undefined): Fact<BasicCredentials, 'malformed'> | undefined {
  if (header === undefined) return undefined;
  const encoded = /^basic ([A-Za-z0-9+/=_-]+)$/i.exec(header.trim())?.[1];
  const [, id, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
  if (id === undefined || secret === undefined) return problem('malformed');
  return { id: formDecoded(id), secret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') as string;
}

function equalSecrets(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(fingerprint(one)), Buffer.from(fingerprint(other)));
}

function waysTried(call: Call, basic: ClientFacts['basic']): Way[] {
  const { form } = call;
  const ways: Way[] = [];
  if (basic !== undefined) ways.push('client_secret_basic');
  if (form.get('client_secret') !== undefined) ways.push('client_secret_post');
  if (form.get('client_assertion') !== undefined) ways.push('assertion');
  return ways.length > 0 ? ways : ['none'];
}

/** The client named by the assertion: `client_id` need not be sent beside it. */
function assertionSubject(assertion: string | undefined): string | undefined {
  const { sub } = assertion === undefined ? {} : peek(assertion);
  return typeof sub === 'string' ? sub : undefined;
}

const spentId = (clientId: string, jti: string) => `client-assertion ${clientId} ${fingerprint(jti)}`;

export async function gatherClient(call: Call): Promise<ClientFacts> {
  const { org, form, query } = call;
  const basic = readBasic(call.authorization);
  const credentials = isKnown(basic) ? basic : undefined;
  const token = form.get('client_assertion');
  const bodyId = form.get('client_id');
  const claimedId = credentials?.id ?? assertionSubject(token) ?? bodyId;
  const client = claimedId === undefined ? undefined : findClient(call.view, claimedId);
  const secret = credentials?.secret ?? form.get('client_secret');
  const assertion = token && client ? await verifyClientAssertion(token, client, org.keys) : undefined;
  const jti = isKnown(assertion) ? assertion.jti : undefined;
  const spent = jti === undefined ? undefined : org.store.live.get(spentAssertions, spentId(claimedId as string, jti));
  return {
    ways: waysTried(call, basic),
    credentialsInQuery: query.names.some((name) => name === 'client_secret' || name === 'client_assertion'),
    assertionType: form.get('client_assertion_type'),
    assertionSent: token !== undefined,
    basic,
    claimedId,
    bodyId,
    client: client ?? (claimedId === undefined ? undefined : problem('unknown')),
    secretMatches: secret !== undefined && secretsOf(client).some((one) => equalSecrets(one, secret)),
    assertion,
    assertionSpent: spent !== undefined && spent.expiresAt > call.now,
    audiences: {
      endpoint: call.endpoint,
      issuer: issuerOf(org, serverId(call)),
      strict: settingsOf(org).settings.strictClientAssertionAudience,
    },
    now: Math.floor(call.now / 1000),
  };
}

function secretsOf(client: Client | undefined): readonly string[] {
  return client?.proof.kind === 'secret' ? client.proof.secrets : [];
}

/**
 * The authenticated client; `assertedIssuer` says that the assertion was addressed to the issuer, not the endpoint. `call`
 * is the request to go on with: its view is of the generation in which the assertion was burned.
 */
export interface Authenticated {
  readonly call: Call;
  readonly client: Client;
  readonly assertedIssuer: boolean;
}

/** Authenticates the client of a request; its assertion is spent from here on, whatever becomes of the request. */
export async function authenticateClient(
  call: Call,
): Promise<Authenticated | (Refusal & { readonly facts: ClientFacts })> {
  const facts = await gatherClient(call);
  const refused = judge(CLIENT_RULES, facts);
  if (refused) return { refused, facts };
  const client = facts.client as Client;
  const assertion = isKnown(facts.assertion) ? facts.assertion : undefined;
  if (assertion?.jti !== undefined) {
    const expiresAt = ((assertion.exp as number) + SKEW) * 1000;
    const spent = insert(spentAssertions, { id: spentId(client.clientId, assertion.jti), expiresAt });
    const conflict = await call.org.store.commit([spent], call.now, call.view);
    if (conflict?.kind === 'swapped') return authenticateClient({ ...call, view: call.org.store.view() });
    if (conflict) return { refused: ASSERTION_UNUSED, facts };
  }
  return { call, client, assertedIssuer: assertion?.aud === facts.audiences.issuer };
}
