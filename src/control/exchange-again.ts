/**
 * Doing a token exchange again as it is kept in the inbox, for the same user, agent and request: its tokens are not kept, so a
 * fresh subject token is minted. Where the org knows what the agent proves itself with, the exchange is carried out; where only
 * the agent does, the org says what it would come to, and mints the ID-JAG.
 */
import { type AdminCall, type AdminRefusal, notValid } from '../admin/change.js';
import type { TokenKind } from '../edge-cases/token-edits.js';
import { imagineIdJag } from '../grants/dry-run.js';
import { answerTokenRequest } from '../grants/token-endpoint.js';
import { endpointBase, issuerOf, type Org } from '../org.js';
import { readForm, words } from '../protocol/form.js';
import { isMistake, type Mistake } from '../protocol/mistake.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { authorizationServers } from '../registry/authorization-server.js';
import type { Client } from '../registry/client.js';
import type { View } from '../store/port.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import type { IdJagContent } from '../tokens/id-jag.js';
import { clientIn, isProvable, subjectClaims, text, userIn, whyNotAgain } from './exchange-obstacles.js';
import { type Minted, mint } from './mint.js';
import { callerOf, userOf } from './mint-subjects.js';

/** What came of it. `because`: why no exchange was carried out. */
export type Again =
  /** The exchange was carried out, whatever was answered; its record has this id. */
  | { readonly kind: 'exchanged'; readonly id: string }
  | { readonly kind: 'minted'; readonly minted: Minted; readonly because: string }
  /** Nothing was minted: the exchange would be refused, by this rule. */
  | { readonly kind: 'refused'; readonly rule: string; readonly because: string };

/** The tokens that stand for a sign-in, and what is minted in their place. */
const SUBJECT_TOKENS: Readonly<Record<string, TokenKind>> = {
  [TOKEN_TYPE.idToken]: 'id-token',
  [TOKEN_TYPE.accessToken]: 'access-token',
  [TOKEN_TYPE.refreshToken]: 'refresh-token',
};

/** The application that the subject token was for, and the server that issued it, as the token says. */
function issuedBy(org: Org, view: View, record: ExchangeRecord) {
  const { aud, cid, iss } = subjectClaims(record);
  const server = view.list(authorizationServers).find(({ id }) => issuerOf(org, id) === iss);
  const application = text(cid) ?? text(aud);
  return { ...(application !== undefined && { application }), ...(server && { server: server.id }) };
}

/** The scopes that the subject token was issued for, as far as it tells; undefined: it does not. */
function scopesOf(record: ExchangeRecord): string | undefined {
  const claims = subjectClaims(record);
  if (Array.isArray(claims.scp)) return claims.scp.join(' ');
  if (claims.sub === undefined) return undefined;
  const released = [...('name' in claims ? ['profile'] : []), ...('email' in claims ? ['email'] : [])];
  return ['openid', ...released, 'offline_access'].join(' ');
}

/** Edge cases that the request asked for itself: an armed case comes by itself, if it is still armed. */
const askedFor = ({ onPurpose }: ExchangeRecord) => (onPurpose?.armed === null ? onPurpose.edgeCases : []);

/** The request with a fresh subject token, as the client would send it. */
function formOf({ request }: ExchangeRecord, { clientId, proof }: Client, subjectToken: string): string {
  const pairs: readonly (readonly [string, string | null])[] = [
    ['grant_type', GRANT_TYPE.tokenExchange],
    ['requested_token_type', request.requestedTokenType],
    ['subject_token_type', request.subjectTokenType],
    ['subject_token', subjectToken],
    ...request.audience.map((one) => ['audience', one] as const),
    ...request.resource.map((one) => ['resource', one] as const),
    ['scope', request.scope],
    ...(proof.kind === 'secret' ? [] : [['client_id', clientId] as const]),
  ];
  const sent = pairs.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
  return String(new URLSearchParams(sent));
}

/** RFC 6749 "Client Password". */
function basicOf({ clientId, proof }: Client): string | undefined {
  if (proof.kind !== 'secret') return undefined;
  const halves = [clientId, proof.secrets[0] as string].map(encodeURIComponent);
  return `Basic ${Buffer.from(halves.join(':')).toString('base64')}`;
}

const refused = ({ path, mistake }: Mistake) => notValid(path, `${path}: ${mistake}`);

const NOTHING_BESIDES = { given: {}, keys: {} } as const;

/** Sends the exchange to the token endpoint, as the agent. */
async function carryOutAgain(call: AdminCall, record: ExchangeRecord, client: Client): Promise<Again | AdminRefusal> {
  const { org, origin } = call;
  const before = org.store.view();
  const token = SUBJECT_TOKENS[record.request.subjectTokenType ?? ''] ?? 'id-token';
  const whose = { user: userIn(record), agent: client.clientId, ...issuedBy(org, before, record) };
  const of = { ...whose, token, scope: scopesOf(record) };
  const subject = await mint(org, { ...NOTHING_BESIDES, edgeCases: [], ...of });
  if (isMistake(subject)) return refused(subject);
  await answerTokenRequest({
    ...{ org, view: org.store.view(), now: org.clock.now(), server: 'org', rateExceeded: false },
    ...{ form: readForm(formOf(record, client, subject.token)), query: readForm(''), asked: askedFor(record) },
    ...{ authorization: basicOf(client), endpoint: `${endpointBase(org, 'org')}/v1/token` },
    origin: { ...origin, path: '/oauth2/v1/token' },
  });
  return { kind: 'exchanged', id: origin.requestId };
}

const NO_SECRET = 'The agent has no active secret that the exchange could be sent with.';
const NO_KEY =
  'Only the agent has its private key, so the org cannot sign the client assertion that an exchange takes.';

/** What an ID-JAG would have when minted, and has when exchanged only if it is asked for, or the sign-in has released it. */
function lackingIn(record: ExchangeRecord): string[] {
  const scopes = scopesOf(record)?.split(' ');
  return [
    ...(record.request.resource.length === 0 ? ['resource'] : []),
    ...(scopes && !scopes.includes('email') ? ['email'] : []),
  ];
}

/** Of what is minted, what the request says. An edge case decides itself what is in the token and what is not. */
function sameRequest(record: ExchangeRecord, { resource }: IdJagContent) {
  const [audience] = record.request.audience;
  const edgeCases = [...(record.onPurpose?.edgeCases ?? [])];
  const lacking = edgeCases.length > 0 ? [] : lackingIn(record);
  return {
    ...{ ...NOTHING_BESIDES, edgeCases, audience },
    // As the connection has it, however it was asked for.
    ...(typeof resource === 'string' && { resource }),
    ...(lacking.length > 0 && { claims: { remove: lacking } }),
  };
}

/** Says what the exchange would come to, and mints what it would give. */
async function mintAgain({ org }: AdminCall, record: ExchangeRecord, client: Client): Promise<Again | AdminRefusal> {
  const view = org.store.view();
  const { application, server: issuer = 'org' } = issuedBy(org, view, record);
  const [user, agent] = [userOf(view, userIn(record)), client.agent as AiAgent];
  const caller = callerOf(view, agent, application);
  if (isMistake(user)) return refused(user);
  if (isMistake(caller)) return refused(caller);
  const { audience, resource, scope } = record.request;
  const asked = { audience: audience[0] as string, resources: resource, scopes: words(scope ?? '') };
  const server = application === undefined ? caller.server : issuer;
  const imagined = imagineIdJag({ org, view, agent, caller: caller.app, server, userId: user.id, ...asked });
  const because = client.proof.kind === 'secret' ? NO_SECRET : NO_KEY;
  const rule = imagined.refusedBy()?.name;
  if (rule !== undefined) return { kind: 'refused', rule, because };
  const content = imagined.content as IdJagContent;
  const of = { user: user.id, agent: agent.id, application: caller.app.id, scope: content.scopes.join(' ') };
  const minted = await mint(org, { ...of, ...sameRequest(record, content) });
  return isMistake(minted) ? refused(minted) : { kind: 'minted', minted, because };
}

/** Does the exchange again, as things are now. */
export async function exchangeAgain(call: AdminCall, record: ExchangeRecord): Promise<Again | AdminRefusal> {
  const view = call.org.store.view();
  const obstacle = whyNotAgain(view, record);
  if (obstacle !== undefined) return notValid('exchange', obstacle);
  const client = clientIn(view, record) as Client;
  return isProvable(client) ? carryOutAgain(call, record, client) : mintAgain(call, record, client);
}
