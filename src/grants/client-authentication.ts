/**
 * Who asks. Gathers every trace of a client in the request, judges it by the rules below, and burns the assertion that
 * proved it. Used by the token, introspection and revocation endpoints.
 */
import { timingSafeEqual } from 'node:crypto';
import { issuerOf, settingsOf } from '../org.js';
import { type Fact, isKnown, judge, problem } from '../protocol/rule.js';
import { type Client, findClient } from '../registry/client.js';
import { insert } from '../store/port.js';
import { verifyClientAssertion } from '../tokens/client-assertion.js';
import { peek } from '../tokens/jws.js';
import { type Call, type Refusal, serverId } from './call.js';
import {
  ASSERTION_UNUSED,
  type BasicCredentials,
  CLIENT_RULES,
  type ClientFacts,
  SKEW,
  type Way,
} from './client-rules.js';
import { fingerprint, spentAssertions } from './records.js';

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
