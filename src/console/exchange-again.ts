/** What came of doing an exchange again where it could not be carried out: the ID-JAG that it would give, or why it would be refused. */
import type { Again } from '../control/exchange-again.js';
import { html } from '../html/html.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';
import { exchangePath, type RuleShown } from './exchange-model.js';
import type { At, Page } from './frame.js';
import { block, card, note } from './parts.js';
import { sourceLink } from './source-link.js';
import { tokenShown } from './token-shown.js';

export interface AgainModel {
  readonly at: At;
  readonly record: ExchangeRecord;
  readonly again: WouldBe;
}

/** What would come of the exchange: the ID-JAG, or the rule that would refuse. */
export type WouldBe =
  | Extract<Again, { readonly kind: 'minted' }>
  | { readonly kind: 'refused'; readonly rule: RuleShown; readonly because: string };

export function exchangeAgainPage({ at, record, again }: AgainModel): Page {
  const trail = [
    { label: 'Exchanges', to: '/console/exchanges' },
    { label: record.id.slice(0, 8), to: exchangePath(record.id) },
  ];
  if (again.kind === 'refused') {
    const { rule } = again;
    return {
      ...{ title: 'It would be refused now', trail },
      body: html`${note(html`No exchange was carried out. ${again.because} The org judged the same request without it, by the rules of the exchange and the registry as it is now.`)}
<div class="notice wrong"><p><strong>It would be refused, for this does not hold: ${rule.demands}</strong></p><p>Rule <code>${rule.name}</code>. ${sourceLink(rule.source)}</p></div>
<p>Nothing was minted, and nothing was written to the inbox. To have the ID-JAG whatever the rules say, mint it under <a href="${at('/console/edge-cases')}">Edge cases</a>.</p>`,
    };
  }
  const { token, header, claims, edgeCases } = again.minted;
  const bent =
    edgeCases.length > 0 && ` It is wrong on purpose, as it was then: ${edgeCases.map(({ name }) => name).join(', ')}.`;
  return {
    ...{ title: 'The ID-JAG, minted', trail },
    body: html`${note(html`No exchange was carried out, so there is none in the inbox. ${again.because} The org judged the same request without it: it would be granted now, and this is what it would give.${bent}`)}
${card('ID-JAG', html`${block('token', 'The token. It is shown once.', token)}${tokenShown('ID-JAG', { header, claims }, 'id-jag')}`)}`,
  };
}
