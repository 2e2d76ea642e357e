/**
 * The token endpoint: rate limit, form, client, grant, gather, judge, claim, issue, in that order. One path for every grant type; a
 * refusal, whichever table it comes from, leaves here as the rule that was broken, and every outcome is logged.
 */
import type { Fault } from '../edge-cases/faults.js';
import { edgeCasesOf } from '../on-purpose/edge-cases.js';
import { explain, firstBroken, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { policyAllows } from '../registry/authorization-server.js';
import { assertionExchange } from './assertion-exchange.js';
import { authorizationCode } from './authorization-code.js';
import {
  type Applied,
  type Call,
  type ClientCall,
  type GrantType,
  isRefusal,
  type Refusal,
  serverId,
  type TokenResponse,
} from './call.js';
import { authenticateClient } from './client-authentication.js';
import { clientCredentials } from './client-credentials.js';
import type { TokenRequestRecord } from './exchange-record.js';
import { jwtBearer } from './jwt-bearer.js';
import { password } from './password.js';
import { RATE_RULES } from './rate-rule.js';
import { refreshToken } from './refresh-token.js';
import { tokenExchange } from './token-exchange.js';
import { logTokenRequest } from './token-log.js';

/** A grant type whatever its facts are: the table below is the only place that mixes them. */
// biome-ignore lint/suspicious/noExplicitAny: each grant type judges facts of its own
type AnyGrantType = GrantType<any>;

const ORG_GRANT_TYPES: readonly AnyGrantType[] = [
  authorizationCode,
  refreshToken,
  password,
  clientCredentials,
  tokenExchange,
  assertionExchange,
];

/** The grant types that answer at a server; only a custom one redeems ID-JAGs. */
function grantTypesOf(server: Call['server']): readonly AnyGrantType[] {
  return server === 'org' ? ORG_GRANT_TYPES : [...ORG_GRANT_TYPES, jwtBearer];
}

/** The grant type of that name, and of several the one for the token that is requested; or else the first. */
function grantTypeFor({ server, form }: Pick<Call, 'server' | 'form'>): AnyGrantType | undefined {
  const named = grantTypesOf(server).filter((one) => one.grantType === form.get('grant_type'));
  return named.find((one) => one.requestedTokenType === form.get('requested_token_type')) ?? named[0];
}

/** `audience` and `resource` may stand several times. RFC 8693 "Request", RFC 8707 "Resource Parameter". */
const REPEATABLE = ['audience', 'resource'];

/** The parameters of the grant types; those of the client have a rule of their own. */
const PARAMETERS = [
  ...['grant_type', 'scope', 'audience', 'resource', 'code', 'redirect_uri', 'code_verifier', 'refresh_token'],
  ...['username', 'password', 'requested_token_type', 'subject_token', 'subject_token_type', 'actor_token'],
  ...['actor_token_type', 'assertion', 'authorization_details'],
];

interface FormFacts {
  readonly isForm: boolean;
  /** Parameters of a token request that stand in the URL. */
  readonly inQuery: readonly string[];
  readonly repeated: readonly string[];
  readonly grantType: AnyGrantType | undefined;
  readonly server: string;
  /** Edge cases that the header names, of those one that there is not. */
  readonly asked: readonly string[];
  readonly unknownEdgeCase: string | undefined;
}

const formRule = rulesOver<FormFacts>();

const FORM_RULES: readonly Rule<FormFacts>[] = [
  formRule({
    name: 'parameters-in-body',
    demands: 'No parameter of the request stands in the URL.',
    holds: (f) => f.inQuery.length === 0,
    reason: 'invalid_request',
    source: cite.tokenExchange('Request', 'inferred'),
  }),
  formRule({
    name: 'request-is-form',
    demands: 'The body is application/x-www-form-urlencoded.',
    holds: (f) => f.isForm,
    reason: 'invalid_request',
    source: cite.oauth('Token Endpoint', 'inferred'),
  }),
  formRule({
    name: 'parameters-once',
    demands: 'No parameter stands twice, audience and resource excepted.',
    holds: (f) => f.repeated.length === 0,
    reason: 'duplicate_oauth_params',
    source: cite.oktaErrors('duplicate_oauth_params'),
  }),
  formRule({
    name: 'edge-case-of-exchange',
    demands: 'An edge case is asked for in an exchange for an ID-JAG at the org only.',
    holds: (f) => f.asked.length === 0 || (f.grantType === tokenExchange && f.server === 'org'),
    reason: 'edge_case_not_of_exchange',
    source: cite.oauth('Error Response', 'ours'),
  }),
  formRule({
    name: 'edge-case-known',
    demands: 'Every edge case that is asked for is one of the org.',
    holds: (f) => f.unknownEdgeCase === undefined,
    reason: 'edge_case_unknown',
    source: cite.oauth('Error Response', 'ours'),
  }),
];

interface GrantFacts {
  readonly sent: string | undefined;
  readonly grantType: AnyGrantType | undefined;
  readonly allowed: boolean;
  readonly policyAllows: boolean;
  /** The server has an active signing key. An exchange asks for it last, by a rule of its own. */
  readonly canSign: boolean | undefined;
}

const grantRule = rulesOver<GrantFacts>();

const GRANT_RULES: readonly Rule<GrantFacts>[] = [
  grantRule({
    name: 'grant-type-sent',
    demands: 'grant_type is there.',
    holds: (f) => f.sent !== undefined,
    reason: 'token_request_missing_grant_type',
    source: cite.oktaErrors('token_request_missing_grant_type'),
  }),
  grantRule({
    name: 'grant-type-known',
    demands: 'The server knows the grant type.',
    needs: ['sent'],
    holds: (f) => f.grantType !== undefined,
    reason: 'unsupported_grant_type',
    source: cite.oktaErrors('unsupported_grant_type'),
  }),
  grantRule({
    name: 'grant-type-allowed',
    demands: 'The client is registered for the grant type.',
    needs: ['grantType'],
    holds: (f) => f.allowed,
    reason: 'unauthorized_client',
    source: cite.oktaErrors('unauthorized_client', 'captured'),
  }),
  grantRule({
    name: 'grant-type-in-policy',
    demands: 'An access policy of the custom authorization server lets the client use the grant type.',
    needs: ['grantType'],
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
  grantRule({
    name: 'server-can-sign',
    demands: 'The server has an active signing key: nothing is spent for tokens that it cannot issue.',
    needs: ['canSign'],
    holds: (f) => f.canSign,
    reason: 'server_error',
    source: cite.oauth('Error Response', 'ours'),
  }),
];

/** Every rule of the endpoint by table, for the docs and for the tests that go through them all. */
export const TOKEN_ENDPOINT_RULES = {
  rate: RATE_RULES,
  form: FORM_RULES,
  grant: GRANT_RULES,
  grantTypes: [...ORG_GRANT_TYPES, jwtBearer],
} as const;

/**
 * What a refusal to choose a grant is judged by. An exchange at a custom server is let through to its own rule, which
 * says better what is wrong.
 */
function gatherGrant({ org, form, server, client }: ClientCall): GrantFacts {
  const sent = form.get('grant_type');
  const grantType = grantTypeFor({ server, form });
  const name = grantType?.grantType ?? '';
  const governed = server !== 'org' && name !== GRANT_TYPE.tokenExchange && name !== GRANT_TYPE.refreshToken;
  return {
    sent,
    grantType,
    allowed: client.grantTypes.includes(name),
    policyAllows: !governed || policyAllows(server, client.clientId, name, []),
    canSign: name === GRANT_TYPE.tokenExchange ? undefined : org.keys.canSign(serverId({ server })),
  };
}

type Outcome = TokenResponse | Refusal | 'swapped';

/** More races than this are not lost by chance: a rule and the store disagree, and waiting would not help. */
const RACES = 1000;

/** Gathers, judges and claims until the claim is won or a rule is broken: a lost race shows in the next facts. */
async function settle<F>(grantType: GrantType<F>, first: ClientCall, record: TokenRequestRecord): Promise<Outcome> {
  let call = first;
  for (let race = 0; race < RACES; race++) {
    const facts: F = await grantType.gather(call);
    record.subject = grantType.subject(facts);
    const judged = explain(grantType.rules, facts);
    const refused = firstBroken(judged);
    const plan = refused ? undefined : grantType.plan(facts, call);
    const changes = plan ? plan.changes : (grantType.onRefusal?.(facts, refused as Rule<F>) ?? []);
    record.reuseDetected = refused !== undefined && changes.length > 0;
    const conflict = changes.length > 0 ? await call.org.store.commit(changes, call.now, call.view) : undefined;
    if (conflict?.kind === 'swapped') return 'swapped';
    if (conflict) {
      // What it lost may stand in the registry: the next facts are of the records as they are now.
      call = { ...call, view: call.org.store.view() };
      continue;
    }
    record.judged.push(...judged);
    record.applied = grantType.applied?.(facts);
    return plan ? plan.issue() : { refused: refused as Rule<unknown>, judged: record.judged };
  }
  throw new Error(`The claim of a ${grantType.grantType} request lost ${RACES} races`);
}

/** The first of the names that is no edge case; the catalogue is loaded only if there are names. */
async function unknownAmong({ org, asked }: Call): Promise<string | undefined> {
  if (asked.length === 0) return undefined;
  const all = await edgeCasesOf(org);
  return asked.find((name) => !all.has(name));
}

async function gatherForm(call: Call): Promise<FormFacts> {
  const { form, query, asked } = call;
  return {
    ...{ asked, unknownEdgeCase: await unknownAmong(call) },
    ...{ grantType: grantTypeFor(call), server: serverId(call) },
    isForm: form.isForm,
    inQuery: query.names.filter((name) => PARAMETERS.includes(name)),
    repeated: form.names.filter((name) => form.all(name).length > 1 && !REPEATABLE.includes(name)),
  };
}

/** Judges by one table, and notes every outcome in the record. */
function refusalBy<F>(rules: readonly Rule<F>[], facts: F, record: TokenRequestRecord): Refusal | undefined {
  const judged = explain(rules, facts);
  const refused = firstBroken(judged);
  record.judged.push(...judged);
  return refused && { refused, judged: record.judged };
}

async function attempt(call: Call, record: TokenRequestRecord): Promise<Outcome> {
  const unread = refusalBy(RATE_RULES, call, record) ?? refusalBy(FORM_RULES, await gatherForm(call), record);
  if (unread) return unread;
  const authenticated = await authenticateClient(call);
  record.judged.push(...authenticated.judged);
  if (isRefusal(authenticated)) {
    record.claimedClientId = authenticated.facts.claimedId;
    return { refused: authenticated.refused, judged: record.judged };
  }
  record.client = authenticated.client;
  record.assertedIssuer = authenticated.assertedIssuer;
  const clientCall: ClientCall = { ...authenticated.call, client: authenticated.client };
  const grant = gatherGrant(clientCall);
  return refusalBy(GRANT_RULES, grant, record) ?? settle(grant.grantType as AnyGrantType, clientCall, record);
}

/** What came of a request, and the fault that its answer is to meet. */
export interface Answered {
  readonly outcome: TokenResponse | Refusal;
  readonly fault: { readonly fault: Fault; readonly turn: number; readonly id: string | undefined } | undefined;
}

/** The fault that was armed for the answer. */
function faultOf({ fault, turn = 0, armed: id }: Partial<Applied> = {}): Answered['fault'] {
  return fault && { fault, turn, id };
}

/** Answers one request to a token endpoint. An org that is swapped meanwhile is asked again, from the beginning. */
export async function answerTokenRequest(call: Call): Promise<Answered> {
  const record: TokenRequestRecord = { grantType: call.form.get('grant_type'), subject: {}, judged: [] };
  const outcome = await attempt(call, record);
  if (outcome === 'swapped') return answerTokenRequest({ ...call, view: call.org.store.view() });
  logTokenRequest(call, record, outcome);
  return { outcome, fault: isRefusal(outcome) ? undefined : faultOf(record.applied) };
}
