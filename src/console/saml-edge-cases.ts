/** The catalogue of what can be wrong with a SAML response or assertion: searched, and one case with the form that mints it. */
import { LEVELS, SEVERITIES, VERDICTS } from '../edge-cases/edge-case.js';
import { SAML_GROUPS, type SamlEdgeCase } from '../edge-cases/saml/saml-edge-case.js';
import { type Html, html, type Interpolation } from '../html/html.js';
import { caseTabs, samlCasePath, severityBadge, sourcesList, verdictBadge } from './case-tabs.js';
import { button, choice, field, form, radios, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { block, card, empty, facts, more, note, table } from './parts.js';

export interface SamlCatalogueModel {
  readonly at: At;
  readonly value: Values;
  readonly found: { readonly rows: readonly SamlEdgeCase[]; readonly others: number };
}

export const SAML_TRAIL = [{ label: 'SAML edge cases', to: '/console/saml-edge-cases' }] as const;

const GROUP_OPTIONS = [
  { value: '', label: 'Any' },
  ...Object.entries(SAML_GROUPS).map(([value, says]) => ({ value, label: `${value}: ${says}` })),
];

const HEADS = ['Edge case', 'Verdict and severity', 'Response'] as const;

function rowOf(at: At, row: SamlEdgeCase): readonly Interpolation[] {
  return [
    html`<strong>${row.name}</strong><br>${row.differs}`,
    html`${verdictBadge(row.verdict)} ${severityBadge(row.severity)}`,
    html`<a class="button small" href="${at(samlCasePath(row.name))}">Get this response<span class="unseen">: ${row.name}</span></a>`,
  ];
}

export function samlEdgeCasesPage({ at, value, found: { rows, others } }: SamlCatalogueModel): Page {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const some = rows.filter((row) => row.group === group).map((row) => rowOf(at, row));
    return html`<h2>${group}: ${SAML_GROUPS[group]}</h2>${table(SAML_GROUPS[group], HEADS, some)}`;
  });
  return {
    title: 'SAML edge cases',
    body: html`${caseTabs(at, 'SAML')}
<p>What can be wrong when a user signs in by SAML: for the service provider that the response goes to, and for who takes the assertion as a subject token.</p>
${search(
  at('/console/saml-edge-cases'),
  html`${field({ name: 'q', label: 'What should be wrong with it', value: value('q'), type: 'search' })}
${choice({ name: 'group', label: 'Group', value: value('group'), options: GROUP_OPTIONS })}`,
  'Find',
)}
${rows.length === 0 && empty('No edge case of SAML is described by these words. Use fewer words, such as: expired, signature, recipient.')}
<div class="cases of-three">${tables}</div>${more(others)}`,
  };
}

export interface SamlEdgeCaseModel {
  readonly at: At;
  readonly value: Values;
  readonly row: SamlEdgeCase;
  readonly users: readonly string[];
  /** Labels of the applications by SAML. */
  readonly applications: readonly string[];
}

export const SAML_LABELS = {
  ...{ user: 'User', application: 'Application', recipient: 'Recipient', requestId: 'Answer to the request' },
  ...{ within: 'What to mint', edgeCase: 'Edge case' },
} as const;

function mintForm({ at, value, row, users, applications }: SamlEdgeCaseModel): Html {
  const text = (name: keyof typeof SAML_LABELS, hint: string, offers?: readonly string[]) =>
    field({ name, label: SAML_LABELS[name], value: value(name), hint, ...(offers && { offers }) });
  return form(
    at(samlCasePath(row.name)),
    html`${text('user', 'Login or id. Empty: the first active user.', users)}
${text('application', 'Label or id of an application by SAML. Empty: the first active one.', applications)}
${text('recipient', 'A URL. Empty: the Assertion Consumer Service URL of the application.')}
${text('requestId', 'Id of an AuthnRequest. Empty: as if nobody had asked.')}
${
  row.within === undefined &&
  radios({
    ...{ name: 'within', label: SAML_LABELS.within, value: value('within', 'response') },
    options: [
      { value: 'response', label: 'The whole response, for a service provider' },
      { value: 'assertion', label: 'The assertion by itself, as a subject token' },
    ],
  })
}
${button('mint', 'Mint')}`,
  );
}

export function samlEdgeCasePage(model: SamlEdgeCaseModel): Page {
  const { row } = model;
  const { differs, note: why, severity, level, source, verdict, group } = row;
  return {
    title: row.name,
    trail: SAML_TRAIL,
    body: html`${card('Mint it', mintForm(model))}
${card(
  'What is wrong with it',
  html`<p><strong>${differs}</strong></p><p>Why servers get it wrong: ${why}</p>
${facts([
  ['So it', VERDICTS[verdict]],
  ['Otherwise', html`${severityBadge(severity)} ${SEVERITIES[severity]}`],
  ['How strongly', `${level}: ${LEVELS[level]}`],
  ['Group', `${group}: ${SAML_GROUPS[group]}`],
  ['Rests on', sourcesList(source)],
])}`,
)}`,
  };
}

export interface MintedSamlModel {
  readonly at: At;
  readonly name: string;
  readonly kind: string;
  /** As it is sent: base64, unless the edge case has it otherwise. */
  readonly token: string;
  readonly xml: string;
  readonly postTo: string;
  readonly application: string;
  readonly nameId: { readonly value: string };
  readonly verdict: SamlEdgeCase['verdict'] | null;
  readonly acceptedAs?: string;
}

/** The most characters that a page shows of one text. */
const LONGEST = 30_000;

export function mintedSamlPage(model: MintedSamlModel): Page {
  const { at, name, kind, token, xml, postTo, application, nameId, verdict, acceptedAs } = model;
  const shown = (id: string, label: string, text: string) =>
    text.length <= LONGEST
      ? block(id, label, text)
      : note(
          html`${label}: ${text.length} characters, too many for a page. <code>POST /_mock/mint-saml</code> gives it.`,
        );
  return {
    title: `SAML: ${name}`,
    trail: [...SAML_TRAIL, { label: name, to: samlCasePath(name) }],
    body: html`<p>It is shown this once. <a href="${at(samlCasePath(name))}">Mint another</a>.</p>
${card(
  kind === 'saml-response' ? 'Response' : 'Assertion',
  html`${shown('token', 'As it is sent, in base64', token)}
${facts([
  ['A right server', verdict !== null && verdictBadge(verdict)],
  ['Accepted as', acceptedAs !== undefined && `this NameID and no other: ${acceptedAs}`],
  ['About', nameId.value],
  ['For', application],
  [
    'A browser would post it to',
    html`<code>${postTo}</code>, as ${kind === 'saml-response' ? html`<code>SAMLResponse</code>` : html`<code>subject_token</code> of a client`}`,
  ],
])}`,
)}
${card('XML', shown('xml', 'Before it is encoded', xml))}`,
  };
}
