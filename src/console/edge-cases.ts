/** *Testing > Edge cases*: the catalogue of what can be wrong with an ID-JAG, searched by the words that a person has for it. */
import { type EdgeCase, GROUPS, SEVERITIES, VERDICTS, verdictOf } from '../edge-cases/edge-case.js';
import { type Html, html } from '../html/html.js';
import { withQuery } from './addresses.js';
import { answersWords, casePath, caseTabs, severityBadge, verdictBadge } from './case-tabs.js';
import { area, button, choice, field, form, type Option, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { card, empty, more, opening, table } from './parts.js';

export interface CatalogueModel {
  readonly at: At;
  readonly value: Values;
  /** Issuer URLs that the org knows, to choose from. */
  readonly audiences: readonly string[];
  /** What was searched for; undefined: nothing was, and the groups are shown. */
  readonly found: { readonly rows: readonly EdgeCase[]; readonly others: number } | undefined;
  /** How many there are in each group. */
  readonly counts: ReadonlyMap<string, number>;
  /** How many edge cases of SAML the same words find. */
  readonly samlFound: number;
}

/** What is asked for most. */
const ASKED_FOR = [
  { label: 'Valid', name: 'ok-baseline' },
  { label: 'Expired', name: 'exp-past' },
  { label: 'For another audience', name: 'aud-other-ras' },
  { label: 'From an unknown issuer', name: 'iss-untrusted' },
  { label: 'Signed by an attacker', name: 'sig-attacker-key-real-kid' },
  { label: 'Not signed', name: 'alg-none' },
  { label: 'For another client', name: 'client-id-other-registered' },
  { label: 'For an unknown user', name: 'sub-unknown' },
] as const;

const ANY: Option = { value: '', label: 'Any' };

const optionsOf = (words: Readonly<Record<string, string>>, labelOf: (value: string, says: string) => string) => [
  ANY,
  ...Object.entries(words).map(([value, says]) => ({ value, label: labelOf(value, says) })),
];

const FILTERS = [
  { name: 'group', label: 'Group', options: optionsOf(GROUPS, (value, says) => `${value}: ${says}`) },
  { name: 'severity', label: 'Severity', options: optionsOf(SEVERITIES, (value) => value) },
  { name: 'verdict', label: 'A right server', options: optionsOf(VERDICTS, (value, says) => `${value}: ${says}`) },
] as const;

function searchForm({ at, value, audiences }: CatalogueModel): Html {
  return search(
    at('/console/edge-cases'),
    html`<div class="pair">${field({ name: 'audience', label: 'Audience', value: value('audience'), offers: audiences })}
${field({ name: 'q', label: 'What should be wrong with it', value: value('q'), type: 'search' })}</div>
${FILTERS.map((one) => choice({ ...one, value: value(one.name) }))}`,
    'Find',
  );
}

function rowOf({ at, value }: CatalogueModel, row: EdgeCase) {
  const to = at(casePath(row.name, value('audience')));
  return [
    html`<strong>${row.name}</strong><br>${row.differs}`,
    answersWords(row.expect),
    html`${verdictBadge(verdictOf(row))} ${severityBadge(row.severity)}`,
    html`<a class="button small" href="${to}">Get this token<span class="unseen">: ${row.name}</span></a>`,
  ];
}

const HEADS = ['Edge case', 'A right server answers', 'Verdict and severity', 'Token'] as const;

function tablesOf(model: CatalogueModel, rows: readonly EdgeCase[]): Html {
  // In the order in which they were found: the best first.
  const groups = [...new Set(rows.map(({ group }) => group))];
  const tableOf = (group: EdgeCase['group']) => {
    const some = rows.filter((row) => row.group === group).map((row) => rowOf(model, row));
    return html`<h2>${group === 'own' ? '' : `${group}: `}${GROUPS[group]}</h2>${table(GROUPS[group], HEADS, some)}`;
  };
  return html`<div class="cases">${groups.map(tableOf)}</div>`;
}

function foundPart(model: CatalogueModel, { rows, others }: NonNullable<CatalogueModel['found']>): Html {
  const { at, value, samlFound } = model;
  const count = rows.length + others;
  return html`<p role="status">${count} ${count === 1 ? 'edge case' : 'edge cases'} found. <a href="${at(withQuery('/console/edge-cases', { audience: value('audience') }))}">Show all groups</a></p>
${rows.length === 0 && empty('No edge case is described by these words. Use fewer words, such as: expired, audience, signature; or set the filters to Any.')}
${tablesOf(model, rows)}${more(others)}
${samlFound > 0 && html`<p>By SAML: <a href="${at(withQuery('/console/saml-edge-cases', { q: value('q') }))}">${samlFound} more found</a>.</p>`}`;
}

function overviewPart({ at, value, counts }: CatalogueModel): Html {
  const audience = value('audience');
  const shown = Object.entries(GROUPS).filter(([group]) => counts.has(group));
  const groups = shown.map(([group, title]) => [
    html`<a href="${at(withQuery('/console/edge-cases', { audience, group }))}">${group === 'own' ? title : `${group}: ${title}`}</a>`,
    counts.get(group),
  ]);
  const asked = ASKED_FOR.map(
    ({ label, name }) => html`<li><a class="button plain" href="${at(casePath(name, audience))}">${label}</a></li>`,
  );
  return html`${card('Asked for most', html`<ul class="row">${asked}</ul>`)}
${card('All, by group', table('Groups of edge cases', ['Group', 'Edge cases'], groups))}
${opening(
  'Add edge cases of your own',
  form(
    at('/console/edge-cases'),
    html`${area({ name: 'rows', label: 'Edge cases as JSON', value: value('rows'), rows: 12, required: true, hint: 'One, or a list of them, as GET /_mock/edge-cases shows them; docs/recipes.md says how to write one.' })}${button('add', 'Add')}`,
  ),
  'plain',
  value('rows') !== '',
)}`;
}

export function edgeCasesPage(model: CatalogueModel): Page {
  const { at, value, found } = model;
  return {
    title: 'Edge cases',
    body: html`${caseTabs(at, 'ID-JAG', value('audience'))}
<p>Every way in which an ID-JAG, its keys or its request can be wrong, and good ones among them. Get one as a token, or arm it for the next exchange of a client.</p>
${searchForm(model)}
${found ? foundPart(model, found) : overviewPart(model)}`,
  };
}
