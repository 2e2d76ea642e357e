/** Whether an exchange that is kept in the inbox can be done again, and what its record says of whom it was about. Pure, but for the view. */
import { isJsonObject } from '../protocol/json-objects.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { type Client, findClient } from '../registry/client.js';
import type { View } from '../store/port.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';

const NOT_KEPT = '(not kept)';

function isWhole({ audience, resource, scope, requestedTokenType, subjectTokenType }: ExchangeRecord['request']) {
  const said = [...audience, ...resource, scope, requestedTokenType, subjectTokenType];
  return !said.some((value) => value?.includes(NOT_KEPT));
}

/** Claims of the subject token, as they were sent. */
export function subjectClaims({ assertions: { subjectToken } }: ExchangeRecord): Readonly<Record<string, unknown>> {
  const claims = subjectToken === null || subjectToken === 'opaque' ? undefined : subjectToken.claims;
  return isJsonObject(claims) ? claims : {};
}

export const text = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Whom the subject token was about: as the org found, or else as the token claims. */
export function userIn(record: ExchangeRecord): string | undefined {
  const { uid, sub } = subjectClaims(record);
  return record.user ?? text(uid) ?? text(sub);
}

/** What keeps a record from being done again, each with whether it does. */
const OBSTACLES: readonly (readonly [
  says: string,
  stands: (record: ExchangeRecord, client: Client | undefined) => boolean,
])[] = [
  [
    'Only a token exchange at the org can be done again: other requests are made of codes, passwords and tokens that are not kept.',
    ({ grantType, server }) => grantType !== 'token-exchange' || server !== 'org',
  ],
  [
    'The exchange of a SAML assertion cannot be done again from here: the assertion is not kept.',
    ({ request }) => request.subjectTokenType === TOKEN_TYPE.saml2,
  ],
  ['Parts of the request were not kept, so it cannot be done again.', ({ request }) => !isWhole(request)],
  [
    'It came with an actor token, which only the agent can sign, so it cannot be done again.',
    ({ assertions }) => assertions.actorToken !== null,
  ],
  ['It does not come from an AI agent that is in the org now.', (_, client) => client?.agent === undefined],
  ['Nobody knows for which user it was.', (record) => userIn(record) === undefined],
  [
    'Only the agent can prove who it is, and without it the org can think through no request but one for an ID-JAG with one audience.',
    ({ request }, client) =>
      !isProvable(client) && (request.audience.length !== 1 || request.requestedTokenType !== TOKEN_TYPE.idJag),
  ],
];

/** Whether the org has what the client proves itself with, if anything. */
export const isProvable = (client: Client | undefined) =>
  client?.proof.kind === 'none' || (client?.proof.kind === 'secret' && client.proof.secrets.length > 0);

export const clientIn = (view: View, { client }: ExchangeRecord) => findClient(view, client ?? '');

/** Why the record cannot be done again, as a sentence; undefined: it can. */
export function whyNotAgain(view: View, record: ExchangeRecord): string | undefined {
  const client = clientIn(view, record);
  return OBSTACLES.find(([, stands]) => stands(record, client))?.[0];
}
