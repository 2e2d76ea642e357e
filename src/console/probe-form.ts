/** *Testing > Probe*: what a provider's server needs to be probed by this org, the options, and the last runs. */
import { GROUPS } from '../edge-cases/edge-case.js';
import { type Html, html } from '../html/html.js';
import type { Authentication } from '../probe/options.js';
import type { ProbeRun } from '../probe/runs.js';
import { area, button, checks, choice, field, form, type Option, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { block, card, copyable, empty, facts, moment, note, opening, records } from './parts.js';
import { countsShown, runPath, stateBadge } from './probe-words.js';

export interface ProbeModel {
  readonly at: At;
  readonly value: Values;
  readonly issuer: string;
  /** Logins of people, to choose from. */
  readonly users: readonly string[];
  readonly agents: readonly Option[];
  /** The groups of cases that are ticked. */
  readonly groups: readonly string[];
  readonly runs: readonly ProbeRun[];
  /** What a probe of these options would do, where that was asked. */
  readonly plan?: string | undefined;
}

export const PROBE_TRAIL = [{ label: 'Probe', to: '/console/probe' }] as const;

/** What members of the options are called on the page, by their paths. */
export const PROBE_LABELS = {
  ...{ mcp: 'MCP server', issuer: 'Issuer', tokenEndpoint: 'Token endpoint' },
  ...{ client: 'Client', 'client.id': 'Client ID', 'client.secret': 'Client secret' },
  ...{ 'user.sub': 'User', scope: 'Scope', 'select.names': 'Only these cases' },
  ...{ rate: 'Requests a second', patience: 'Patience', json: 'All other options' },
} as const;

const METHODS: Readonly<Record<Authentication, string>> = {
  basic: 'Secret, in the header (client_secret_basic)',
  post: 'Secret, in the form (client_secret_post)',
  private_key_jwt: 'Signed assertion (private_key_jwt): client.key of the JSON below',
  none: 'Client id alone (none)',
};
/** Without a word of it, the JSON may say. */
const METHOD_OPTIONS: readonly Option[] = [
  { value: '', label: 'As the JSON below says; else secret, in the header' },
  ...Object.entries(METHODS).map(([value, label]) => ({ value, label })),
];

/** The groups that come with the program: those of the org's own are not fired by the probe. */
const GROUP_OPTIONS: readonly Option[] = Object.entries(GROUPS)
  .filter(([name]) => name !== 'own')
  .map(([value, title]) => ({ value, label: `${value}: ${title}` }));

/** What the probe does to the org, to be known before, and while it runs. */
export const IN_USE =
  'While it runs, the probe mints tokens that are wrong on purpose, publishes keys in the key set of this org, changes the key that signs, and makes the key set and the metadata fail. In the end it takes all of that back. Meanwhile, nobody else should use the org.';

function needsCard({ issuer }: ProbeModel): Html {
  return card(
    'What your server needs',
    html`<p>To trust this org, to know a client that may use the JWT bearer grant, and a user of this org by the id, or to create users.</p>
${facts([
  ['Issuer to trust', copyable('issuer-to-trust', issuer)],
  ['Its key set', copyable('key-set', `${issuer}/oauth2/v1/keys`)],
])}
${note('Only for a server that is yours, and without production data: it is sent forged tokens, as fast as it answers unless a rate is said below.', 'warn')}
<p>${IN_USE}</p>`,
  );
}

function serverFields({ value }: ProbeModel): Html {
  const line = (name: 'issuer' | 'tokenEndpoint', hint: string) =>
    field({ name, label: PROBE_LABELS[name], value: value(name), type: 'url', hint });
  return html`${field({ name: 'mcp', label: PROBE_LABELS.mcp, value: value('mcp'), type: 'url', hint: 'Its URL, such as https://mcp.example/mcp. The authorization server is found from it, as a client would.' })}
${opening(
  'There is no MCP server: name the authorization server',
  html`${line('issuer', 'As it stands in aud; its metadata name the token endpoint.')}
${line('tokenEndpoint', 'Where it publishes no metadata.')}`,
  'plain',
  value('issuer') !== '' || value('tokenEndpoint') !== '',
)}`;
}

function clientFields({ value }: ProbeModel): Html {
  return html`${field({ name: 'clientId', label: PROBE_LABELS['client.id'], value: value('clientId'), required: true, hint: 'How your server knows the client: client_id of the ID-JAGs.' })}
${choice({ name: 'authentication', label: 'How it authenticates', value: value('authentication'), options: METHOD_OPTIONS })}
${field({ name: 'secret', label: PROBE_LABELS['client.secret'], value: '', type: 'password', hint: 'Used while the probe runs, and never shown again: where this page comes back, type it in again.' })}`;
}

function caseFields({ value, groups }: ProbeModel): Html {
  return html`${area({ name: 'names', label: PROBE_LABELS['select.names'], value: value('names'), rows: 3, hint: 'Separated by blanks or lines, such as exp-past. Empty: all of the groups.' })}
${opening(
  'Only some groups; none ticked: all',
  checks({ name: 'group', label: 'Groups', values: groups, options: GROUP_OPTIONS }),
  'plain',
  groups.length > 0,
)}`;
}

function moreFields({ value, agents }: ProbeModel): Html {
  return html`${choice({ name: 'agent', label: 'AI agent', value: value('agent'), options: [{ value: '', label: 'The first active one' }, ...agents] })}
${field({ name: 'rate', label: PROBE_LABELS.rate, value: value('rate'), hint: 'At most so many are sent. Empty: as fast as your server answers.' })}
${field({ name: 'patience', label: PROBE_LABELS.patience, value: value('patience'), hint: 'How long one case may wait for your server to fetch the keys anew, such as 15m. Empty: those cases are not run.' })}
${area({ name: 'json', label: PROBE_LABELS.json, value: value('json'), rows: 10, hint: 'What probe.json has: conditions, given values, other clients, settings. What a field above says, counts before it.' })}`;
}

function optionsForm(model: ProbeModel): Html {
  const { at, value, users } = model;
  const more = ['agent', 'rate', 'patience', 'json'].some((name) => value(name) !== '');
  return form(
    at('/console/probe'),
    html`${card('Your server', serverFields(model))}
${card('The client that presents the tokens', clientFields(model))}
${card(
  'Whom the tokens are about',
  html`${field({ name: 'user', label: PROBE_LABELS['user.sub'], value: value('user'), offers: users, hint: 'Login or id of a person of this org. The tokens say the id as sub.' })}
${field({ name: 'scope', label: PROBE_LABELS.scope, value: value('scope'), hint: 'Separated by blanks. Empty: what your server’s documents name.' })}`,
)}
${card('Which cases', caseFields(model))}
${opening('More: agent, rate, patience, all other options', moreFields(model), 'plain', more)}
<p class="buttons">${button('start', 'Start')}${button('plan', 'What would it do?', 'plain')}</p>`,
    'Probe',
  );
}

function runsCard({ at, runs }: ProbeModel): Html {
  const rows = runs.map((run) => [
    html`<a href="${at(runPath(run.id))}">${moment(run.began)}</a>`,
    html`<code>${run.target}</code>`,
    stateBadge(run),
    run.problem ?? run.report?.sentence ?? countsShown(run),
  ]);
  const none = empty(
    'No probe was started in this console yet. Fill in the form above. Runs are kept until the program ends, the last ten of them.',
  );
  return card(
    'Probes',
    rows.length === 0 ? none : records('Probes', ['Began', 'Server', 'State', 'Outcome'], rows),
    'runs',
  );
}

export function probePage(model: ProbeModel): Page {
  const { plan, runs } = model;
  return {
    title: 'Probe',
    body: html`<p>Fires the edge cases at the token endpoint of your authorization server, one after the other, and reports what it did with each.</p>
${plan !== undefined && card('What it would do', block('plan', 'Plan', plan), 'planned')}
${runs.length > 0 && runsCard(model)}
${needsCard(model)}
${optionsForm(model)}
${runs.length === 0 && runsCard(model)}`,
  };
}
