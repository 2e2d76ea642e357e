/**
 * Who asks. Gathers every trace of a client in the request, judges it by the rules below, and burns the assertion that
 * proved it. Used by the token, introspection and revocation endpoints.
 */
import { timingSafeEqual } from 'node:crypto';
import { issuerOf, type Org, settingsOf } from '../org.js';
import { explain, type Fact, firstBroken, type Judged, known, problem } from '../protocol/rule.js';
import { CLIENT_ASSERTION_TYPE } from '../protocol/urns.js';
import { type Client, findClient } from '../registry/client.js';
import { type Change, insert } from '../store/port.js';
import { verifyClientAssertion } from '../tokens/client-assertion.js';
import { peekOrNothing } from '../tokens/jws.js';
import { type Call, type Refusal, serverId } from './call.js';
import {
  ASSERTION_UNUSED,
  type AssertedParties,
  type BasicCredentials,
  CLIENT_RULES,
  type ClientFacts,
  SKEW,
  type Way,
} from './client-rules.js';
import { fingerprint, spentAssertions } from './records.js';

/** RFC 6749 "Client Password": both halves are form-encoded before they are joined. */
export function readBasic(header: string | undefined): Fact<BasicCredentials, 'malformed'> | undefined {
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

/** The parameters that name or prove a client. */
const OF_THE_CLIENT = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/** Whom an assertion names, read without believing it: only so that it can be verified with the right keys. */
function readAsserted(assertion: string | undefined): Fact<AssertedParties, 'malformed'> | undefined {
  if (assertion === undefined) return undefined;
  const claims = peekOrNothing(assertion);
  if (claims === undefined) return problem('malformed');
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { iss: text(claims.iss), sub: text(claims.sub) };
}

/** The values of `aud` by which a client assertion may address this server. */
export function audiencesOf({ org, endpoint, ...call }: Call): readonly string[] {
  const issuer = issuerOf(org, serverId(call));
  if (!settingsOf(org).settings.strictClientAssertionAudience) return [endpoint, issuer];
  return [org.profile.clientAssertionAudience === 'endpoint' ? endpoint : issuer];
}

/** The name under which a client's assertion is remembered once it is spent. */
const spentAssertionId = (clientId: string, jti: string) => `client-assertion ${clientId} ${fingerprint(jti)}`;

/** Whether the client has used an assertion with that `jti` that could still be used. */
export function isAssertionSpent({ store }: Org, clientId: string, jti: string | undefined, now: number): boolean {
  const spent = jti === undefined ? undefined : store.live.get(spentAssertions, spentAssertionId(clientId, jti));
  return spent !== undefined && spent.expiresAt > now;
}

/** The change that spends an assertion for as long as it could be used. @param exp seconds */
export function spendAssertion(clientId: string, jti: string, exp: number): Change {
  return insert(spentAssertions, { id: spentAssertionId(clientId, jti), expiresAt: (exp + SKEW) * 1000 });
}

/** What the request says by itself, before anything is looked up. */
type Said = Pick<ClientFacts, 'credentialsInQuery' | 'ways' | 'assertionType' | 'asserted' | 'claimedId' | 'bodyId'>;

/**
 * Whether the request stands up by itself, so that its assertion is worth verifying: that may mean to fetch the client's
 * keys, which nobody should be able to bring about with a request that is refused anyway.
 */
function isCoherent(facts: Said): boolean {
  const { iss, sub } = known(facts.asserted) ?? {};
  const single = !facts.credentialsInQuery && facts.ways.length === 1 && facts.assertionType === CLIENT_ASSERTION_TYPE;
  return single && [iss, sub, facts.bodyId ?? sub].every((id) => id === facts.claimedId);
}

export async function gatherClient(call: Call): Promise<ClientFacts> {
  const { org, form, query } = call;
  const basic = readBasic(call.authorization);
  const token = form.get('client_assertion');
  const asserted = readAsserted(token);
  const named = known(asserted);
  const bodyId = form.get('client_id');
  const claimedId = known(basic)?.id ?? named?.sub ?? named?.iss ?? bodyId;
  const client = claimedId === undefined ? undefined : findClient(call.view, claimedId);
  const said = {
    credentialsInQuery: query.names.some((name) => OF_THE_CLIENT.includes(name)),
    ways: waysTried(call, basic),
    assertionType: form.get('client_assertion_type'),
    asserted,
    claimedId,
    bodyId,
  };
  const verifying = token !== undefined && client !== undefined && isCoherent(said);
  const assertion = verifying ? await verifyClientAssertion(token, client, org.keys) : undefined;
  return {
    ...said,
    assertionSent: token !== undefined,
    basic,
    client: client ?? (claimedId === undefined ? undefined : problem('unknown')),
    secretMatches: secretMatches(client, known(basic)?.secret ?? form.get('client_secret')),
    assertion,
    assertionSpent: isAssertionSpent(org, claimedId as string, known(assertion)?.jti, call.now),
    audiences: audiencesOf(call),
    now: Math.floor(call.now / 1000),
  };
}

/** A client without a secret is compared with, too, so that the answer takes the same path and time for every client. */
function secretMatches(client: Client | undefined, sent: string | undefined): boolean | undefined {
  if (sent === undefined) return undefined;
  const secrets = client?.proof.kind === 'secret' ? client.proof.secrets : undefined;
  const equal = (secrets?.length ? secrets : ['']).map((one) => equalSecrets(one, sent));
  return secrets && equal.includes(true) && secrets.length > 0;
}

/**
 * The authenticated client; `assertedIssuer` says that the assertion was addressed to the issuer, not the endpoint. `call`
 * is the request to go on with: its view is of the generation in which the assertion was burned.
 */
export interface Authenticated {
  readonly call: Call;
  readonly client: Client;
  readonly assertedIssuer: boolean;
  readonly judged: readonly Judged[];
}

/** Authenticates the client of a request; its assertion is spent from here on, whatever becomes of the request. */
export async function authenticateClient(
  call: Call,
): Promise<Authenticated | (Refusal & { readonly facts: ClientFacts })> {
  const facts = await gatherClient(call);
  const judged = explain(CLIENT_RULES, facts);
  const refused = firstBroken(judged);
  if (refused) return { refused, judged, facts };
  const client = facts.client as Client;
  const assertion = known(facts.assertion);
  if (assertion?.jti !== undefined) {
    const spending = spendAssertion(client.clientId, assertion.jti, assertion.exp as number);
    const conflict = await call.org.store.commit([spending], call.now, call.view);
    if (conflict?.kind === 'swapped') return authenticateClient({ ...call, view: call.org.store.view() });
    if (conflict) return { refused: ASSERTION_UNUSED, judged: broken(judged, ASSERTION_UNUSED), facts };
  }
  return { call, client, assertedIssuer: assertion?.aud === issuerOf(call.org, serverId(call)), judged };
}

/** The same rules, that one broken after all: the race for it was lost. */
function broken(judged: readonly Judged[], rule: Judged['rule']): readonly Judged[] {
  return judged.map((one) => (one.rule === rule ? { rule, outcome: 'broken' } : one));
}
