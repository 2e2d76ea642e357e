/**
 * One token request: who told whom what, what it said, every rule it was judged by, the tokens it carried and gave, and how
 * to make the same again. Shows what the inbox keeps, and that is never a token.
 */
import { type Html, html, type Interpolation } from '../html/html.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import { casePath, type ExchangeModel, exchangePath, isRefusal, RESULTS } from './exchange-model.js';
import { rulesCard } from './exchange-rules.js';
import { tokenCards } from './exchange-tokens.js';
import { wayOf } from './exchange-way.js';
import { button, form } from './forms.js';
import type { Page } from './frame.js';
import { badge, block, card, facts, moment, note } from './parts.js';
import { sourceLink } from './source-link.js';

const codes = (values: readonly string[]) =>
  values.length === 0 ? undefined : values.map((value, index) => html`${index > 0 && html`<br>`}<code>${value}</code>`);
const code = (value: string | null) => (value === null ? undefined : html`<code>${value}</code>`);

function askedCard({ at, record, client, server, cameFrom }: ExchangeModel): Html {
  const { request } = record;
  const asking = client?.to === undefined ? client?.name : html`<a href="${at(client.to)}">${client.name}</a>`;
  return card(
    'The request',
    facts([
      ['Time', html`${moment(record.published)} by the clock of the org`],
      ['Client', client ? html`${asking} ${code(record.client)}` : 'none that this org knows'],
      ['User', record.user ?? undefined],
      ['Server', `${server} (${record.server})`],
      ['Grant type', code(record.grantType)],
      ['requested_token_type', code(request.requestedTokenType)],
      ['subject_token_type', code(request.subjectTokenType)],
      ['audience', codes(request.audience)],
      ['resource', codes(request.resource)],
      ['scope', code(request.scope)],
      ['User agent', code(request.userAgent)],
      [
        'Its token came from',
        cameFrom && html`request <a href="${at(exchangePath(cameFrom))}">${cameFrom.slice(0, 8)}</a>`,
      ],
      [
        'Request id',
        html`<code>${record.id}</code>, as in <code>x-okta-request-id</code>; <a href="${at(`/console/system-log?${new URLSearchParams({ filter: `transaction.id eq "${record.id}"` })}`)}">its events in the System Log</a>`,
      ],
    ]),
  );
}

function answerCard({ answer, reason }: ExchangeRecord): Html | undefined {
  if (answer === null) return undefined;
  const rows: readonly (readonly [string, Interpolation])[] = isRefusal(answer)
    ? [
        ['error', code(answer.error)],
        ['error_description', answer.error_description],
        ['Okta’s reason, in the System Log', code(reason)],
      ]
    : [
        ['token_type', code(answer.token_type)],
        ['issued_token_type', code(answer.issued_token_type)],
        ['expires_in', `${answer.expires_in} s`],
        ['scope', code(answer.scope)],
      ];
  return card('The answer', facts([['Status', String(answer.status)], ...rows]));
}

/** Why it came to nothing, before everything else. */
function whyRefused({ at, record, rules }: ExchangeModel): Html | undefined {
  const rule = rules.find(({ name }) => name === record.rule);
  if (record.result === 'faulted') {
    return note(html`The request met a <a href="${at('/console/faults')}">fault</a> before it was read.`, 'warn');
  }
  if (!rule || !isRefusal(record.answer)) return undefined;
  return html`<div class="notice wrong"><p><strong>Refused, for this does not hold: ${rule.demands}</strong></p>
<p>Rule <code>${rule.name}</code>; Okta’s reason ${code(record.reason)}; on the wire ${record.answer.status} <code>${record.answer.error}</code>. ${sourceLink(rule.source)}</p></div>`;
}

function onPurposeCard({ at, record: { onPurpose }, edgeCases }: ExchangeModel): Html | undefined {
  if (!onPurpose) return undefined;
  const shown = edgeCases.map(
    ({ name, differs, note }) =>
      html`<li><a href="${at(casePath(name))}"><code>${name}</code></a>: ${differs ?? 'there is no edge case of this name any more.'} ${note}</li>`,
  );
  const by =
    onPurpose.armed === null ? 'asked for in the request’s header' : html`armed as <code>${onPurpose.armed}</code>`;
  return card(
    'Wrong on purpose',
    html`${edgeCases.length > 0 && html`<p>The token was made wrong on purpose, ${by}:</p><ul>${shown}</ul>`}
${onPurpose.fault !== null && html`<p>The answer met a <a href="${at('/console/faults')}">fault</a>: <code>${JSON.stringify(onPurpose.fault)}</code></p>`}
${onPurpose.impossible !== null && html`<p>What was armed or asked for could not be done: ${onPurpose.impossible}</p>`}`,
  );
}

function againCard({ at, record, curl, notAgain }: ExchangeModel): Html {
  const says =
    'Mints a fresh subject token for the same user and sends the same request once more. Where only the agent can prove who it is, the org says what would come of it, and mints the ID-JAG.';
  return card(
    'Make the same again',
    html`${notAgain === undefined ? html`<p>${says}</p>${form(at(exchangePath(record.id)), button('again', 'Do it again'))}` : html`<p>${notAgain}</p>`}
${curl !== undefined && block('curl', 'The same request by curl. Tokens and secrets are not kept: fill in the variables.', curl)}`,
  );
}

export function exchangePage(model: ExchangeModel): Page {
  const { record, client } = model;
  const { result, user } = record;
  return {
    title: `${client?.name ?? 'Unknown client'}${user === null ? '' : ` for ${user}`}: ${result}`,
    trail: [{ label: 'Exchanges', to: '/console/exchanges' }],
    body: html`<p>${badge(result, RESULTS[result])} ${record.audience ?? undefined}</p>
${whyRefused(model)}${onPurposeCard(model)}
${card('Who told whom what', wayOf(model))}
${askedCard(model)}${answerCard(record)}${rulesCard(model)}${tokenCards(record)}${againCard(model)}`,
  };
}
