/** The inbox: every token request that the org keeps, the newest first, chosen by what it was. */
import { type Html, html } from '../html/html.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import { casePath, exchangePath, RESULTS } from './exchange-model.js';
import { choice, danger, field, type Option, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, block, dayAndTime, empty, more, table } from './parts.js';

/** One request, as a row. `demands`: of the rule that refused. */
export interface ExchangeRow
  extends Pick<
    ExchangeRecord,
    'id' | 'published' | 'grantType' | 'result' | 'user' | 'audience' | 'rule' | 'reason' | 'onPurpose'
  > {
  /** What the client is called, or its id. */
  readonly client: string | undefined;
  readonly demands: string | undefined;
}

export interface ExchangesModel {
  readonly at: At;
  readonly value: Values;
  readonly issuer: string;
  readonly rows: readonly ExchangeRow[];
  /** How many there are that are not shown. */
  readonly others: number;
  /** How many are kept in all. */
  readonly kept: number;
  /** Why the choice could not be read. */
  readonly wrong: readonly string[];
  /** What occurs among those that are kept, to choose from. */
  readonly seen: {
    readonly clients: readonly Option[];
    readonly users: readonly string[];
    readonly audiences: readonly string[];
    readonly rules: readonly string[];
    readonly edgeCases: readonly string[];
    readonly grantTypes: readonly string[];
  };
  /** The choice as it stands in the address, for the stream of events. */
  readonly choice: string;
}

const option = (value: string): Option => ({ value, label: value });

const RESULT_OPTIONS: readonly Option[] = [{ value: '', label: 'Any' }, ...Object.keys(RESULTS).map(option)];

function filters({ at, value, seen }: ExchangesModel): Html {
  const expert = ['rule', 'edgeCase', 'grantType', 'match'].some((name) => value(name) !== '');
  return search(
    at('/console/exchanges'),
    html`${choice({ name: 'result', label: 'Result', value: value('result'), options: RESULT_OPTIONS })}
${choice({ name: 'client', label: 'Client', value: value('client'), options: [{ value: '', label: 'Any' }, ...seen.clients] })}
${field({ name: 'user', label: 'User', value: value('user'), offers: seen.users })}
${field({ name: 'audience', label: 'Audience', value: value('audience'), offers: seen.audiences })}
<details class="wide"${expert && ' open'}><summary>More</summary><div>
${field({ name: 'rule', label: 'Rule that refused', value: value('rule'), offers: seen.rules })}
${field({ name: 'edgeCase', label: 'Edge case', value: value('edgeCase'), offers: seen.edgeCases })}
${choice({ name: 'grantType', label: 'Grant type', value: value('grantType'), options: [{ value: '', label: 'Any' }, ...seen.grantTypes.map(option)] })}
${field({ name: 'match', label: 'SCIM filter', value: value('match') })}
</div></details>`,
    'Show',
  );
}

function why({ demands, rule, reason, onPurpose, result }: ExchangeRow, at: At): Html {
  const cases = (onPurpose?.edgeCases ?? []).map(
    (name) => html`<a href="${at(casePath(name))}"><code>${name}</code></a> `,
  );
  return html`${demands} ${rule !== null && html`<br><span class="quiet"><code>${rule}</code> / <code>${String(reason)}</code></span>`}
${cases.length > 0 && html`wrong on purpose: ${cases}`}${onPurpose !== null && onPurpose.fault !== null && 'met a fault'}${result === 'faulted' && ' before it was read'}`;
}

function row(one: ExchangeRow, at: At) {
  return [
    html`<a href="${at(exchangePath(one.id))}">${dayAndTime(one.published)}</a>`,
    badge(one.result, RESULTS[one.result]),
    html`${one.client ?? html`<span class="quiet">unknown client</span>`}${one.user !== null && html`<br>for ${one.user}`}`,
    html`${one.audience ?? html`<span class="quiet">${one.grantType}</span>`}`,
    why(one, at),
  ];
}

/** In place of the list: how to come by one. */
function nothing({ at, issuer, kept }: ExchangesModel): Html {
  if (kept > 0) {
    return empty(
      `None of the ${kept} that are kept is like this.`,
      html`<p><a href="${at('/console/exchanges')}">Show all</a></p>`,
    );
  }
  const curl = `curl -s ${issuer}/oauth2/v1/token -d grant_type=client_credentials`;
  return html`${empty(
    'No client has asked for a token yet, or the inbox was emptied since.',
    html`<p><a class="button" href="${at('/console/try-it')}">Try it</a></p><p>Play the requester there, point your own client at the org, or send any request to the token endpoint. Refused ones are kept, too:</p>`,
  )}${block('curl', 'A request that is refused', curl)}`;
}

const HEADS = ['Time', 'Result', 'Who', 'Audience', 'What stood against it'];

function list(model: ExchangesModel): Html {
  const { at, rows, others, wrong } = model;
  if (wrong.length > 0) return html``;
  if (rows.length === 0) return nothing(model);
  return html`<p class="quiet">${rows.length + others} in all, the newest first. <noscript>Reload the page to see new ones.</noscript></p>
<div class="listing inbox">${table(
    'Exchanges',
    HEADS,
    rows.map((one) => row(one, at)),
  )}</div>${more(others)}`;
}

export function exchangesPage(model: ExchangesModel): Page {
  const { at, wrong, kept, choice } = model;
  const events = at(`/console/exchanges/events${choice && '?'}${choice}`);
  const clear = danger(
    at('/console/exchanges'),
    'clear',
    'Clear',
    `All ${kept} kept requests are forgotten. The System Log keeps its events.`,
  );
  return {
    title: 'Exchanges',
    body: html`<p>Each request to a token endpoint of the org: who asked, for whom, and every rule it was judged by. The last 1000 are kept. Tokens and secrets never are.</p>
${wrong.length > 0 && html`<div class="notice wrong" role="alert"><ul>${wrong.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`}
${filters(model)}
<section id="inbox" aria-label="Kept exchanges"${wrong.length === 0 && html` data-events="${events}"`}>${list(model)}</section>
${kept > 0 && clear}`,
  };
}
