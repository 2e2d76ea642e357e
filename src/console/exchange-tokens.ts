/** The tokens that a token request carried, and those that it was given: what can be read of them. Pure. */
import { type Html, html } from '../html/html.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import type { ShownToken } from '../tokens/kept-token.js';
import type { TokenSort } from './claims.js';
import { isIdJag, isRefusal } from './exchange-model.js';
import { card } from './parts.js';
import { tokenShown } from './token-shown.js';

const SUBJECT_SORTS: Readonly<Record<string, TokenSort>> = {
  [TOKEN_TYPE.idToken]: 'id-token',
  [TOKEN_TYPE.accessToken]: 'access-token',
};

type Carried = readonly [name: string, token: ShownToken | null, sort: TokenSort];

function tokensOf(record: ExchangeRecord): { readonly sent: readonly Carried[]; readonly given: readonly Carried[] } {
  const { assertions, answer, request } = record;
  const tokens = answer === null || isRefusal(answer) ? undefined : answer.tokens;
  const access: Carried | undefined = tokens && ['Access token', tokens.access_token, 'access-token'];
  const given: Carried | undefined = tokens && isIdJag(record) ? ['ID-JAG', tokens.access_token, 'id-jag'] : access;
  return {
    sent: [
      ['Subject token', assertions.subjectToken, SUBJECT_SORTS[request.subjectTokenType ?? ''] ?? 'other'],
      ['Assertion', assertions.assertion, 'id-jag'],
      ['Actor token', assertions.actorToken, 'client-assertion'],
      ['Client assertion', assertions.clientAssertion, 'client-assertion'],
    ],
    given: given
      ? [
          given,
          ['ID token', tokens?.id_token ?? null, 'id-token'],
          ['Refresh token', tokens?.refresh_token ?? null, 'other'],
        ]
      : [],
  };
}

const carried = ([name, token, sort]: Carried) =>
  token === 'opaque'
    ? html`<h3>${name}</h3><p>It is opaque: there is nothing in it to read.</p>`
    : token !== null && html`<h3>${name}</h3>${tokenShown(name, token, sort)}`;

export function tokenCards(record: ExchangeRecord): Html {
  const { sent, given } = tokensOf(record);
  const of = (all: readonly Carried[]) => all.flatMap((one) => carried(one) || []);
  const [sentShown, givenShown] = [of(sent), of(given)];
  return html`${givenShown.length > 0 && card('What it was given', givenShown)}
${sentShown.length > 0 && card('What it sent', html`<p>As sent, and not verified: whether a signature was right is said by the rules.</p>${sentShown}`)}`;
}
