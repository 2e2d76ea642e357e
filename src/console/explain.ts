/** A token that somebody pastes, judged rule by rule: for the person whose server says invalid_grant and nothing else. */
import { type Html, html } from '../html/html.js';
import type { ExplainedRule, Explanation } from '../ras/explain.js';
import { documentUrl } from './addresses.js';
import { caseTabs } from './case-tabs.js';
import { area, button, field, form, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { block, card, facts, note, opening, outcomeSign, table } from './parts.js';

export const EXPLAIN_LABELS = {
  ...{ token: 'ID-JAG', audience: 'Audience', clientId: 'Client ID', resource: 'Resource', issuer: 'Issuer' },
  ...{ leeway: 'Leeway in seconds', keys: 'Keys of the issuer' },
} as const;

export interface ExplainModel {
  readonly at: At;
  readonly value: Values;
  readonly audiences: readonly string[];
  readonly issuer: string;
  readonly explanation?: Explanation | undefined;
}

function explainForm({ at, value, audiences, issuer }: ExplainModel): Html {
  const text = (name: keyof typeof EXPLAIN_LABELS, hint: string, offers?: readonly string[]) =>
    field({ name, label: EXPLAIN_LABELS[name], value: value(name), hint, ...(offers && { offers }) });
  return form(
    at('/console/explain'),
    html`${area({ name: 'token', label: EXPLAIN_LABELS.token, value: value('token'), rows: 6, required: true, hint: 'Or what you take for one.' })}
${text('audience', 'Your own issuer: what aud must be.', audiences)}
${text('clientId', 'The client that presents it, by its id at your server: what client_id must be.')}
${text('resource', 'Your MCP server: what resource must name.')}
${text('issuer', `What iss must be. Empty: this org, ${issuer}.`)}
${text('leeway', 'By how much clocks may differ. Empty: 0.')}
${area({ name: 'keys', label: EXPLAIN_LABELS.keys, value: value('keys'), rows: 4, hint: 'A JWK Set, public halves only. Empty: those of this org, if it is the issuer.' })}
${button('explain', 'Explain')}`,
  );
}

const SIGNS = { tick: 'holds', cross: 'broken', 'not asked': 'not-asked' } as const;

function ruleRow({ name, outcome, demands, found, reason, source }: ExplainedRule) {
  const url = documentUrl(source.document);
  const where = `${source.document}, ${source.section}`;
  return [
    outcomeSign(SIGNS[outcome]),
    html`<code>${name}</code><br>${demands}<br><span class="quiet">${url === undefined ? where : html`<a href="${url}" rel="noreferrer">${where}</a>`}</span>`,
    html`${found}${outcome === 'cross' && html`<br><span class="quiet">Okta’s reason: <code>${reason}</code></span>`}`,
  ];
}

const HEADS = ['Outcome', 'Rule', 'This token'] as const;

/** What is broken is what people come for; the rest opens at a click. */
function rulesCard(rules: readonly ExplainedRule[]): Html {
  const some = (outcome: ExplainedRule['outcome']) => rules.filter((rule) => rule.outcome === outcome);
  const tableOf = (caption: string, of: readonly ExplainedRule[]) => table(caption, HEADS, of.map(ruleRow));
  const [broken, unasked, held] = [some('cross'), some('not asked'), some('tick')];
  const folded = (caption: string, of: readonly ExplainedRule[]) =>
    of.length > 0 && opening(`${caption}: ${of.length}`, tableOf(caption, of));
  return card(
    'Rule by rule',
    html`<div class="ruled">${broken.length === 0 ? html`<p>No rule is broken.</p>` : tableOf('Broken', broken)}
${folded('Hold', held)}${folded('Not asked', unasked)}</div>`,
  );
}

const SIGNATURES = {
  verified: 'verifies',
  'not verified': 'does not verify: what the claims say is nobody’s word',
  'not checked': 'was not checked',
} as const;

function verdictOf({ accepted, refusedBy }: Explanation): Html {
  if (accepted) return html`It would be accepted, as far as was asked.`;
  return refusedBy === null
    ? html`No rule is broken, but the signature was not verified: it is not to be accepted.`
    : html`It is refused, by <code>${refusedBy}</code>.`;
}

const part = (id: string, label: string, decoded: object | null) =>
  decoded === null
    ? html`<p>${label}: cannot be read.</p>`
    : block(id, label, JSON.stringify(decoded, null, 2).slice(0, 12_000));

function explained(explanation: Explanation): Html {
  const { looksLike, signature, notAsked, rules, header, claims, accepted } = explanation;
  return html`${note(html`<strong>${verdictOf(explanation)}</strong>`, accepted ? 'quiet' : 'warn')}
${card(
  'What it is',
  facts([
    ['By its looks', looksLike],
    ['Its signature', SIGNATURES[signature]],
    [
      'Not asked',
      notAsked.length > 0 && html`<ul class="sources">${notAsked.map((one) => html`<li>${one}</li>`)}</ul>`,
    ],
  ]),
)}
${rulesCard(rules)}
${card('Decoded', html`${part('header', 'Header', header)}${part('claims', 'Claims', claims)}`)}`;
}

export function explainPage(model: ExplainModel): Page {
  const { at, explanation } = model;
  return {
    title: 'Explain a token',
    body: html`${caseTabs(at, 'Explain a token')}
<p>Paste an ID-JAG and say what your server expects: every rule is told with a tick or a cross. Nothing is kept, and nothing is fetched.</p>
${explanation && explained(explanation)}
${card(explanation ? 'Explain another' : 'The token', explainForm(model))}`,
  };
}
