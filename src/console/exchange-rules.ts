/** Every rule that a token request was judged by, by the parts of its way: what each demands, and what came of it. Pure. */
import { type Html, html } from '../html/html.js';
import type { Outcome } from '../protocol/rule.js';
import type { ExchangeModel, RuleShown } from './exchange-model.js';
import { card, outcomeSign } from './parts.js';
import { sourceLink } from './source-link.js';

/** Rules that stand together, in the order in which they were judged. */
function byStage(rules: readonly RuleShown[]): readonly (readonly RuleShown[])[] {
  return [...new Set(rules.map(({ stage }) => stage))].map((stage) => rules.filter((rule) => rule.stage === stage));
}

const COUNTED = {
  holds: ['holds', 'hold'],
  broken: ['is broken', 'are broken'],
  'not-asked': ['was not asked', 'were not asked'],
} as const;

function counts(rules: readonly RuleShown[]): string {
  const of = (outcome: Outcome) => rules.filter((rule) => rule.outcome === outcome).length;
  const said = (Object.keys(COUNTED) as Outcome[]).flatMap((outcome) => {
    const count = of(outcome);
    return count === 0 ? [] : [`${count} ${COUNTED[outcome][count === 1 ? 0 : 1]}`];
  });
  return said.join(', ');
}

function ruleRow({ name, outcome, demands, source }: RuleShown, refusing: string | null): Html {
  const refuses = name === refusing;
  return html`<li${refuses && html` class="refusing"`}>${outcomeSign(outcome)} <div>${demands}${refuses && html` <strong>This one refused.</strong>`}<br><span class="quiet"><code>${name}</code> ${sourceLink(source)}</span></div></li>`;
}

/** Every rule in order; the stage of the one that refused is open. */
export function rulesCard({ record, rules }: ExchangeModel): Html | undefined {
  if (rules.length === 0) return undefined;
  const stages = byStage(rules).map(
    (of) =>
      html`<details${of.some(({ outcome }) => outcome === 'broken') && ' open'}><summary>${of[0]?.stage}: ${counts(of)}</summary><ol class="judged">${of.map((rule) => ruleRow(rule, record.rule))}</ol></details>`,
  );
  return card(
    'The rules it was judged by',
    html`<p>${rules.length} rules in this order. The first that is broken refuses; one whose facts are missing is not asked.</p>${stages}`,
  );
}
