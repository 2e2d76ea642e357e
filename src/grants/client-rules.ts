/** What a client must show to be believed: the facts of a client authentication, and the rules in the order they win. */
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { CLIENT_ASSERTION_TYPE } from '../protocol/urns.js';
import type { Client } from '../registry/client.js';
import type { AssertionProblem, ClientAssertion } from '../tokens/client-assertion.js';

export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** `iss` and `sub` of an assertion, where they are text. */
export interface AssertedParties {
  readonly iss: string | undefined;
  readonly sub: string | undefined;
}

export type Way = 'client_secret_basic' | 'client_secret_post' | 'assertion' | 'none';

export interface ClientFacts {
  /** The ways in which the request tries to authenticate. */
  readonly ways: readonly Way[];
  /** A parameter that names or proves the client stands in the URL. */
  readonly credentialsInQuery: boolean;
  readonly assertionType: string | undefined;
  readonly assertionSent: boolean;
  readonly basic: Fact<BasicCredentials, 'malformed'> | undefined;
  /** What the assertion says of itself, not believed yet: whom it is from and about. Absent without an assertion. */
  readonly asserted: Fact<AssertedParties, 'malformed'> | undefined;
  /** Who the request says the client is: Basic user, the assertion's sub (or else its iss), or `client_id`. */
  readonly claimedId: string | undefined;
  /** `client_id` of the body, when the client is named elsewhere, too. */
  readonly bodyId: string | undefined;
  readonly client: Fact<Client, 'unknown'> | undefined;
  /** Of a secret that was sent for a client that has secrets; else it is no question. */
  readonly secretMatches: boolean | undefined;
  readonly assertion: Fact<ClientAssertion, AssertionProblem> | undefined;
  readonly assertionSpent: boolean;
  /** The values of `aud` that a client assertion may have. */
  readonly audiences: readonly string[];
  /** Seconds. */
  readonly now: number;
}

const HOUR = 3600;
/** Clocks may differ by this many seconds. */
export const SKEW = 60;

/** The problems of verifying an assertion, in the order of its steps. */
const STEPS: readonly AssertionProblem[] = [
  'no-keys',
  'unreachable',
  'malformed',
  'algorithm',
  'key-use',
  'no-such-key',
  'signature',
];
/** What hides a rule about one step: the problems of the steps before it. */
const before = (step: AssertionProblem) => STEPS.slice(0, STEPS.indexOf(step));

const rule = rulesOver<ClientFacts>();

/** An unknown client is answered in the management API's shape; see the reason. */
export const CLIENT_RULES: readonly Rule<ClientFacts>[] = [
  rule({
    name: 'client-credentials-in-body',
    demands: 'Nothing that names or proves the client stands in the URL.',
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
    of: ['basic'],
    holds: (f) => problemOf(f.basic) === undefined,
    reason: 'invalid_basic_auth_creds',
    source: cite.oktaErrors('invalid_basic_auth_creds'),
  }),
  rule({
    name: 'client-assertion-readable',
    demands: 'The client assertion is a JWT.',
    of: ['asserted'],
    holds: (f) => problemOf(f.asserted) === undefined,
    reason: 'client_assertion_invalid_jwt',
    source: cite.oktaErrors('client_assertion_invalid_jwt'),
  }),
  rule({
    name: 'client-assertion-issuer-is-client',
    demands: 'The iss of the client assertion is the client.',
    needs: ['asserted'],
    holds: (f) => f.asserted.iss !== undefined && f.asserted.iss === f.claimedId,
    reason: 'client_assertion_invalid_issuer',
    source: cite.oktaErrors('client_assertion_invalid_issuer'),
  }),
  rule({
    name: 'client-assertion-subject-is-client',
    demands: 'The sub of the client assertion is the client.',
    needs: ['asserted'],
    holds: (f) => f.asserted.sub !== undefined && f.asserted.sub === f.claimedId,
    reason: 'client_assertion_invalid_subject',
    source: cite.oktaErrors('client_assertion_invalid_subject'),
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
    source: cite.jwtBearer('JWT Format and Processing Requirements', 'inferred'),
  }),
  rule({
    name: 'client-known',
    demands: 'The client is registered in this org.',
    of: ['client'],
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
    needs: ['secretMatches'],
    holds: (f) => f.secretMatches,
    reason: 'invalid_client_secret',
    source: cite.oktaErrors('invalid_client_secret', 'captured'),
  }),
  rule({
    name: 'client-has-keys',
    demands: 'A client that sends an assertion has a key registered to verify it with.',
    of: ['assertion'],
    holds: (f) => problemOf(f.assertion) !== 'no-keys',
    reason: 'client_assertion_jwks_not_configured',
    source: cite.oktaErrors('client_assertion_jwks_not_configured'),
  }),
  rule({
    name: 'client-jwks-uri-readable',
    demands: "The client's JWKS URI answers with a key set.",
    of: ['assertion'],
    hiddenBy: before('unreachable'),
    holds: (f) => problemOf(f.assertion) !== 'unreachable',
    reason: 'jwks_uri_error',
    source: cite.oktaErrors('jwks_uri_error'),
  }),
  rule({
    name: 'client-assertion-well-formed',
    demands: 'The client assertion is a signed JWT.',
    of: ['assertion'],
    hiddenBy: before('malformed'),
    holds: (f) => problemOf(f.assertion) !== 'malformed',
    reason: 'client_assertion_invalid_jwt',
    source: cite.oktaErrors('client_assertion_invalid_jwt'),
  }),
  rule({
    name: 'client-assertion-algorithm-allowed',
    demands: 'The client assertion is signed with an algorithm that fits the registered credential.',
    of: ['assertion'],
    hiddenBy: before('algorithm'),
    holds: (f) => problemOf(f.assertion) !== 'algorithm',
    reason: 'client_assertion_invalid_signature_algorithm',
    source: cite.jwtBcp('Perform Algorithm Verification'),
  }),
  rule({
    name: 'client-assertion-key-for-signing',
    demands: 'The key that the client assertion names is not registered for another use, such as encryption.',
    of: ['assertion'],
    hiddenBy: before('key-use'),
    holds: (f) => problemOf(f.assertion) !== 'key-use',
    reason: 'client_assertion_invalid_key_use',
    source: cite.jwk('use (Public Key Use) Parameter'),
  }),
  rule({
    name: 'client-assertion-key-known',
    demands: 'The kid of the client assertion names one of the registered keys.',
    of: ['assertion'],
    hiddenBy: before('no-such-key'),
    holds: (f) => problemOf(f.assertion) !== 'no-such-key',
    reason: 'client_assertion_invalid_kid',
    source: cite.oktaErrors('client_assertion_invalid_kid'),
  }),
  rule({
    name: 'client-assertion-signature-verifies',
    demands: 'The signature of the client assertion verifies.',
    of: ['assertion'],
    hiddenBy: before('signature'),
    holds: (f) => problemOf(f.assertion) !== 'signature',
    reason: 'client_assertion_invalid_signature',
    source: cite.jwtBearer('JWT Format and Processing Requirements', 'captured'),
  }),
  rule({
    name: 'client-assertion-audience-is-this-server',
    demands:
      'The aud of the client assertion is the endpoint called or the issuer; in a strict org, the one its profile names.',
    needs: ['assertion'],
    holds: (f) => f.assertion.aud !== undefined && f.audiences.includes(f.assertion.aud),
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
    demands: 'Neither iat nor nbf of the client assertion lies more than a minute in the future.',
    needs: ['assertion'],
    holds: (f) => Math.max(f.assertion.iat ?? 0, f.assertion.nbf ?? 0) <= f.now + SKEW,
    reason: 'client_assertion_issued_at_in_future',
    source: cite.oktaErrors('client_assertion_issued_at_in_future'),
  }),
  rule({
    name: 'client-assertion-unused',
    demands: 'The jti of the client assertion was not used before.',
    needs: ['assertion'],
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
export const ASSERTION_UNUSED = CLIENT_RULES.find((row) => row.name === 'client-assertion-unused') as Rule<ClientFacts>;

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
