/** What the System Log and the terminal are told of a token request. Never a token, a secret, a code or a password. */
import { createHash } from 'node:crypto';
import { GRANT_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import { type Client, findClient } from '../registry/client.js';
import { type Party, partyOfAgent, partyOfApp, UNKNOWN_PARTY } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { ID_JAG_SECONDS } from '../tokens/id-jag.js';
import { peek } from '../tokens/jws.js';
import { type Applied, type Call, isRefusal, type Refusal, type TokenResponse } from './call.js';
import { audienceOf, exchangeRecord, short, type TokenRequestRecord } from './exchange-record.js';
import { type Hides, hiding, plainSecretsOf } from './exchange-secrets.js';

function partyOfClient(client: Client | undefined): Party {
  if (client?.agent) return partyOfAgent(client.agent);
  return client?.app ? partyOfApp(client.app) : UNKNOWN_PARTY;
}

/** The client, or the one that the request claimed to be from. */
const clientPart = (call: Call, record: TokenRequestRecord): Party =>
  partyOfClient(record.client ?? findClient(call.view, record.claimedClientId ?? ''));

/** The event types of a success: one for each token that was issued. */
function issuedTypes(response: TokenResponse): string[] {
  const { issued_token_type, refresh_token, id_token } = response;
  if (issued_token_type !== undefined) return [issued_token_type === TOKEN_TYPE.idJag ? 'id_jag' : 'refresh_token'];
  return ['access_token', ...(refresh_token ? ['refresh_token'] : []), ...(id_token ? ['id_token'] : [])];
}

/** Okta's OAuth2ResourceDetails of an ID-JAG; the token itself stands there as a hash only. */
function idJagTarget(call: Call, record: TokenRequestRecord, response: TokenResponse): Party {
  const { user, audience } = record.subject;
  // Read back from the token just issued: what was granted, which may be more than what was asked for.
  const { scope, act } = peek(response.access_token);
  return {
    id: (record.client as Client).clientId,
    type: 'id_jag',
    alternateId: audience as string,
    displayName: 'ID-JAG',
    detailEntry: {
      subject: user?.id,
      subject_profile: 'user',
      scope,
      actor: JSON.stringify(act),
      audience,
      expires: new Date(call.now + ID_JAG_SECONDS * 1000).toISOString(),
      hash: createHash('sha256').update(response.access_token).digest('base64'),
    },
  };
}

/** One line for the person at the terminal: who, for whom, to which audience, granted or why not. */
function terminalLine(
  client: Party,
  record: TokenRequestRecord,
  outcome: TokenResponse | Refusal,
  hides: Hides,
): string {
  const { user } = record.subject;
  const audience = audienceOf(record, outcome, hides);
  const what = record.grantType === GRANT_TYPE.tokenExchange ? 'exchange' : `token (${short(record.grantType)})`;
  const who = client === UNKNOWN_PARTY ? 'an unknown client' : `"${client.displayName}"`;
  const forWhom = user ? ` for ${user.alternateId}` : '';
  const where = audience ? ` -> ${audience}` : '';
  const bent = record.applied?.edgeCases.join(', ') || (record.applied?.fault && 'with a fault');
  const granted = bent ? `granted, wrong on purpose: ${bent}` : 'granted';
  const result = isRefusal(outcome) ? `REFUSED, for this does not hold: ${outcome.refused.demands}` : granted;
  const name = isRefusal(outcome) ? ` [${outcome.refused.name} / ${outcome.refused.reason}]` : '';
  return `${what}: ${who}${forWhom}${where}: ${result}${name}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 400);
}

/** Okta names the events of a custom server apart. */
function eventType({ server }: Call, type: string): EventType {
  return `app.oauth2${server === 'org' ? '' : '.as'}.token.${type}` as EventType;
}

/** Writes the event of a revocation that a client asked for. */
export function logRevocation(call: Call, client: Client): void {
  const { org, origin } = call;
  org.log.write({ eventType: eventType(call, 'revoke'), result: 'SUCCESS', actor: partyOfClient(client), origin });
}

/** What the event says of what was done on purpose. */
function purposeDebug({ edgeCases = [], armed, fault }: Partial<Applied> = {}): Record<string, string> {
  return {
    ...(edgeCases.length > 0 && { edgeCase: edgeCases.join(' ') }),
    ...(armed !== undefined && { armed }),
    ...(fault && { fault: JSON.stringify(fault) }),
  };
}

/** Writes the events, the record and the line of one token request. */
export function logTokenRequest(call: Call, record: TokenRequestRecord, outcome: TokenResponse | Refusal): void {
  const { org, origin } = call;
  const client = clientPart(call, record);
  const secrets = plainSecretsOf(call);
  const answered = { client: client === UNKNOWN_PARTY ? null : client.id, record, outcome };
  org.exchanges.write(exchangeRecord(call, answered, secrets));
  const { user } = record.subject;
  const debug = {
    grantType: short(record.grantType),
    ...(record.assertedIssuer && { clientAssertionAudience: 'issuer' }),
    ...(record.subject.saml?.problem && { samlProblem: record.subject.saml.problem }),
    ...(isRefusal(outcome) ? { rule: outcome.refused.name } : purposeDebug(record.applied)),
  };
  const event = { actor: client, targets: user ? [user] : [], origin, debug };
  const write = (type: string, more: object) =>
    org.log.write({ ...event, result: 'SUCCESS', ...more, eventType: eventType(call, type) });
  if (isRefusal(outcome)) {
    const failure = { result: 'FAILURE', reason: outcome.refused.reason } as const;
    write('grant', failure);
    if (record.reuseDetected) write('detect_reuse', failure);
  } else {
    for (const type of issuedTypes(outcome)) {
      const targets = type === 'id_jag' ? [...event.targets, idJagTarget(call, record, outcome)] : event.targets;
      write(`grant.${type}`, { targets });
    }
  }
  org.say(terminalLine(client, record, outcome, hiding(secrets)));
}
