/** What the inbox is told of a token request: what it said, how it was judged, and what it was answered. */

import type { Fault } from '../edge-cases/faults.js';
import { words } from '../protocol/form.js';
import type { Judged } from '../protocol/rule.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { sentStatus, wireOf } from '../protocol/wire.js';
import type { Client } from '../registry/client.js';
import type {
  ExchangeAssertions,
  ExchangeRecord,
  ExchangeRequest,
  GrantShown,
  RefusalShown,
  SamlShown,
} from '../syslog/exchange-log.js';
import { keptToken, shownToken } from '../tokens/kept-token.js';
import {
  type Applied,
  type Call,
  isRefusal,
  provesInBody,
  type Refusal,
  type Subject,
  serverId,
  type TokenResponse,
} from './call.js';
import { type Hides, hiding } from './exchange-secrets.js';

/** Filled in as far as the request gets. */
export interface TokenRequestRecord {
  readonly grantType: string | undefined;
  claimedClientId?: string | undefined;
  client?: Client;
  /** The client assertion was addressed to the issuer, which Okta would not accept. */
  assertedIssuer?: boolean;
  reuseDetected?: boolean;
  applied?: Applied | undefined;
  subject: Subject;
  /** Every rule that was judged, in order. */
  readonly judged: Judged[];
}

const KNOWN: readonly string[] = Object.values(GRANT_TYPE);

/** The last word of a grant type that there is; anything else may be a secret in the wrong place. */
export function short(grantType: string | undefined): string {
  if (grantType === undefined) return 'no grant type';
  return KNOWN.includes(grantType) ? (grantType.split(':').at(-1) as string) : 'unknown';
}

/** A value so far as it is an address: what else stands in it may be a secret in the wrong place. */
function addressIn(text: string | undefined, hides: Hides): string | undefined {
  if (text === undefined || hides(text)) return undefined;
  return /^https?:\/\/(?![^/?#]*@)[^?#\s]+/i.exec(text)?.[0].slice(0, 500);
}

/** The audience as the log may hold it. */
export function audienceOf(
  { subject }: TokenRequestRecord,
  outcome: TokenResponse | Refusal,
  hides: Hides,
): string | undefined {
  return isRefusal(outcome) ? addressIn(subject.audience, hides) : subject.audience;
}

/** In place of a value that has not the shape that it should, or is a secret. */
const NOT_KEPT = '(not kept)';

/** The most values of one name, and words of a scope, that are kept. */
const [VALUES, WORDS] = [10, 50];

const SCOPE = /^[\w:./@*+-]{1,100}$/;
const TOKEN_TYPE = /^urn:[\w:.-]{1,100}$/;

function requestOf({ form, origin }: Call, hides: Hides): ExchangeRequest {
  const shaped = (text: string, shape: RegExp) => (shape.test(text) && !hides(text) ? text : NOT_KEPT);
  const addresses = (name: string) =>
    form
      .all(name)
      .slice(0, VALUES)
      .map((text) => addressIn(text, hides) ?? NOT_KEPT);
  const tokenType = (name: string) =>
    form.get(name) === undefined ? null : shaped(form.get(name) as string, TOKEN_TYPE);
  const scope = form.get('scope') ?? '';
  const scopes = words(scope)
    .slice(0, WORDS)
    .map((word) => shaped(word, SCOPE));
  return {
    audience: addresses('audience'),
    resource: addresses('resource'),
    // A secret may have blanks in it.
    scope: (hides(scope) ? NOT_KEPT : scopes.join(' ')) || null,
    requestedTokenType: tokenType('requested_token_type'),
    subjectTokenType: tokenType('subject_token_type'),
    userAgent:
      (hides(origin.userAgent) ? NOT_KEPT : origin.userAgent.replace(/[^\x20-\x7e]/g, '?').slice(0, 300)) || null,
  };
}

type Shows = (token: string) => () => ReturnType<typeof shownToken>;

/**
 * Keeps a token to be shown later. It is decoded when the record is read, and every time: most records never are. But
 * where secrets came with it that are no JWTs, it is decoded now, so that they need not be kept to be looked for.
 */
function shows(secrets: readonly string[], hides: Hides): Shows {
  return (token) => {
    const kept = keptToken(token);
    if (secrets.length === 0) return () => shownToken(kept, hides);
    const shown = shownToken(kept, hides);
    return () => shown;
  };
}

/** Keeps one that may not be there. */
const optional = (show: Shows) => (token: string | undefined) => (token === undefined ? () => null : show(token));

function samlOf({ subject: { saml } }: TokenRequestRecord, hides: Hides): SamlShown | null {
  if (!saml) return null;
  const seen = (text: string | null) => (text === null || hides(text) ? null : text);
  return { ...saml, issuer: seen(saml.issuer), id: seen(saml.id) };
}

/** @returns reads what was kept */
function assertionsOf({ form }: Call, saml: SamlShown | null, show: Shows): () => ExchangeAssertions {
  const keep = optional(show);
  const client = keep(form.get('client_assertion'));
  const subject = keep(form.get('subject_token'));
  const actor = keep(form.get('actor_token'));
  const assertion = keep(form.get('assertion'));
  return () => ({
    clientAssertion: client(),
    subjectToken: subject(),
    actorToken: actor(),
    assertion: assertion(),
    saml,
  });
}

function refusalShown(call: Call, { refused }: Refusal): () => RefusalShown {
  const wire = wireOf(refused, call.org.profile);
  const status = sentStatus(wire, call.authorization !== undefined || provesInBody(call));
  return () => ({ status, error: wire.error, error_description: wire.text });
}

/** @returns reads what was kept */
function grantShown(response: TokenResponse, show: Shows): () => GrantShown {
  const { token_type, issued_token_type = null, expires_in, scope = null, refresh_token } = response;
  const access = show(response.access_token);
  const id = optional(show)(response.id_token);
  const refresh = refresh_token === undefined ? null : 'opaque';
  return () => ({
    ...{ status: 200, token_type, issued_token_type, expires_in, scope },
    tokens: { access_token: access(), id_token: id(), refresh_token: refresh },
  });
}

/** What was done on purpose, or why it could not be; what a refusal left undone is not told. */
function onPurposeOf({ met }: Call, applied: Applied | undefined, refused: boolean): ExchangeRecord['onPurpose'] {
  const done = refused && applied?.impossible === undefined ? undefined : applied;
  if (!done && !met) return null;
  const { edgeCases = [], armed = null, fault, impossible = null } = done ?? {};
  return { edgeCases, armed, fault: fault ?? met?.fault ?? null, faultId: met?.id ?? null, impossible };
}

interface Faulted extends Pick<Call, 'org' | 'origin'> {
  readonly server: string;
  readonly met: { readonly id: string; readonly fault: Fault };
}

/** The record of a request that met a fault in its place: it was not read, so nothing else is known of it. */
export function faultedRecord({ org, origin, server, met }: Faulted): ExchangeRecord {
  const unread = { audience: [], resource: [], scope: null, requestedTokenType: null, subjectTokenType: null };
  return {
    id: origin.requestId,
    published: new Date(org.clock.now()).toISOString(),
    realTime: new Date(org.realClock.now()).toISOString(),
    ...{ server, grantType: 'unread', client: null, user: null, audience: null },
    ...{ result: 'faulted', reason: null, rule: null, rules: [] },
    onPurpose: { edgeCases: [], armed: null, fault: met.fault, faultId: met.id, impossible: null },
    request: { ...unread, userAgent: null },
    assertions: { clientAssertion: null, subjectToken: null, actorToken: null, assertion: null, saml: null },
    answer: null,
  };
}

/** What came of a request, and the id of the client behind it. */
export interface AnsweredRequest {
  readonly client: string | null;
  readonly record: TokenRequestRecord;
  readonly outcome: TokenResponse | Refusal;
}

/** The record of one request. @param secrets of the request, but for its JWTs */
export function exchangeRecord(
  call: Call,
  { client, record, outcome }: AnsweredRequest,
  secrets: readonly string[],
): ExchangeRecord {
  const hides = hiding(secrets);
  const show = shows(secrets, hides);
  const refused = isRefusal(outcome) ? outcome.refused : undefined;
  const assertions = assertionsOf(call, samlOf(record, hides), show);
  const answer = isRefusal(outcome) ? refusalShown(call, outcome) : grantShown(outcome, show);
  return {
    id: call.origin.requestId,
    published: new Date(call.now).toISOString(),
    realTime: new Date(call.org.realClock.now()).toISOString(),
    server: serverId(call),
    grantType: short(record.grantType),
    client,
    user: record.subject.user?.alternateId ?? null,
    audience: audienceOf(record, outcome, hides) ?? null,
    result: refused ? 'refused' : 'granted',
    reason: refused?.reason ?? null,
    rule: refused?.name ?? null,
    onPurpose: onPurposeOf(call, record.applied, refused !== undefined),
    rules: record.judged.map(({ rule, outcome }) => ({ name: rule.name, outcome })),
    request: requestOf(call, hides),
    get assertions() {
      return assertions();
    },
    get answer() {
      return answer();
    },
  };
}
