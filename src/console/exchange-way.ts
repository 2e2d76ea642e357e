/** The picture of one token request: who told whom what, and where its ID-JAG went from there, as far as the org knows. Pure. */
import { type Html, html } from '../html/html.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import { type ExchangeModel, exchangePath, isIdJag, isRefusal } from './exchange-model.js';
import { type Hop, picture } from './exchange-picture.js';

const UNKNOWN = 'an unknown client';

/** What an audience is called in a picture: its host. */
const hostOf = (audience: string) => audience.replace(/^https?:\/\/([^/]+).*$/, '$1');

function answerHop(record: ExchangeRecord): Hop {
  const { answer, result } = record;
  if (answer === null) return { from: 1, to: 0, kind: 'refused', says: 'a fault answered in place of the org' };
  if (isRefusal(answer)) {
    return { from: 1, to: 0, kind: 'refused', says: html`${answer.status} <code>${answer.error}</code>` };
  }
  const what = answer.issued_token_type === TOKEN_TYPE.idJag ? 'ID-JAG' : 'tokens';
  return { from: 1, to: 0, says: `${answer.status}: ${what} ${result}` };
}

/** The way of the ID-JAG from here on, as far as anybody can know. */
function nextHops(model: ExchangeModel): readonly Hop[] {
  const { at, redeemed } = model;
  const link = (id: string) => html`<a href="${at(exchangePath(id))}">${id.slice(0, 8)}</a>`;
  const seen = redeemed.map((id): Hop => ({ from: 0, to: 2, says: html`redeems the ID-JAG: request ${link(id)}` }));
  const unseen: Hop = { from: 0, to: 2, kind: 'elsewhere', says: 'redeems the ID-JAG (not seen by the org)' };
  return [...(seen.length > 0 ? seen : [unseen]), ...fetchHops(model)];
}

/** The most user agents that are named. */
const AGENTS = 3;

/** Who fetched the key set since: they may have done so for this ID-JAG. */
function fetchHops({ record, fetches }: ExchangeModel): readonly Hop[] {
  const [first] = fetches.slice(-1);
  if (!first) return [];
  const agents = [...new Set(fetches.map(({ userAgent }) => userAgent.slice(0, 60) || '(no user agent)'))];
  const named = agents.slice(0, AGENTS).map((agent, index) => html`${index > 0 && ', '}<code>${agent}</code>`);
  const others = agents.length > AGENTS && ` and ${agents.length - AGENTS} more`;
  const later = Math.round((Date.parse(first.realTime) - Date.parse(record.realTime)) / 1000);
  const says = html`GET /oauth2/v1/keys, perhaps: fetched ${later} s later by ${named}${others}`;
  return [{ from: 2, to: 1, kind: 'elsewhere', says }];
}

export function wayOf(model: ExchangeModel): Html {
  const { record, server, client } = model;
  const path = record.server === 'org' ? '/oauth2/v1/token' : `/oauth2/${record.server}/v1/token`;
  const whom = record.user !== null && ` for ${record.user}`;
  const asks: Hop = { from: 0, to: 1, says: html`POST ${path}: ${record.grantType}${whom}` };
  const lanes = [client?.name ?? UNKNOWN, server];
  if (!isIdJag(record)) return picture(lanes, [asks, answerHop(record)]);
  const shown = picture([...lanes, hostOf(record.audience as string)], [asks, answerHop(record), ...nextHops(model)]);
  const says =
    model.fetches.length > 0
      ? 'Who fetches the key set does not say for which token: it may have been for this one, or for another.'
      : 'Nobody fetched the key set of the org within five minutes after it: the server has the keys already, or never checked the signature, or was not asked.';
  return html`${shown}<p class="quiet">${says}</p>`;
}
