/** *On purpose > Keys*: the keys of one server, who fetched them, and what can be done to them while verifiers look on. */
import type { ServerKeys } from '../control/keys-shown.js';
import type { UnfriendlyState } from '../control/unfriendly.js';
import { type Html, html, type Interpolation } from '../html/html.js';
import { withQuery } from './addresses.js';
import { button, choice, field, form, hidden, type Option, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, card, copyable, facts, moment, records, tabs } from './parts.js';

export interface KeysModel {
  readonly at: At;
  /** What stands in the forms that publish a key, and that switch the unfriendly mode on. */
  readonly publishing: Values;
  readonly unfriendlyAs: Values;
  /** Ids of all servers, `org` first; those beyond the most are not among the tabs. */
  readonly servers: readonly string[];
  readonly shown: ServerKeys;
  /** Whose keys can be published, by what the keys are called, each with what it is. */
  readonly signers: readonly Option[];
  readonly unfriendly: UnfriendlyState;
}

const PATH = '/console/keys';

/** The most servers that have a tab. */
const TABS = 12;

/** The changes, with what your server has to do then. */
const CHANGES = [
  {
    act: 'rotate',
    label: 'Rotate',
    says: 'A step: first the next key is published, then it signs, and the one before stays published. A server that fetches the key set now and then notices nothing.',
  },
  {
    act: 'rotate-now',
    label: 'Rotate at once',
    says: 'A fresh key signs before anybody could have seen it. A server that meets a kid it does not know fetches the key set again, once, and accepts.',
  },
  {
    act: 'reuse-kid',
    label: 'Reuse kid',
    says: 'A fresh key signs under the kid of the active one. A server that holds the old key refuses good tokens until it fetches again; it must not hold it for hours.',
  },
  {
    act: 'roll-back',
    label: 'Roll back',
    says: 'Takes back the last change of the keys of this server, of any kind. A server has to follow as it does forwards.',
  },
] as const;

const KINDS = { ACTIVE: 'good', NEXT: 'plain', RETIRED: 'plain', WITHDRAWN: 'warn' } as const;
const SAYS = {
  ACTIVE: 'signs',
  NEXT: 'published, and signs next',
  RETIRED: 'published; it has signed before',
  WITHDRAWN: 'in the key set no more: what it signed is to be refused',
} as const;

/** Where no rotation has made it sign. */
const SINCE = { ACTIVE: 'the beginning', NEXT: 'not yet', RETIRED: 'the beginning', WITHDRAWN: '–' } as const;

const serverField = ({ shown }: KeysModel) => hidden('server', shown.server);

/** Only a key of its own can be withdrawn. */
function withdrawal(model: KeysModel, { kid, status }: ServerKeys['signing'][number]): Interpolation {
  if (model.shown.keys === 'shared' || status === 'WITHDRAWN') return '–';
  return form(
    model.at(PATH),
    html`${serverField(model)}${hidden('kid', kid)}${button('withdraw', 'Withdraw', 'plain')}`,
  );
}

function signingTable(model: KeysModel): Html {
  const rows = model.shown.signing.map((key) => [
    html`<code>${key.kid}</code>`,
    html`${badge(key.status, KINDS[key.status])}<br>${SAYS[key.status]}`,
    key.rotatedAt === null ? SINCE[key.status] : moment(key.rotatedAt),
    withdrawal(model, key),
  ]);
  return html`${records('Signing keys', ['kid', 'Status', 'Signs since', 'Action'], rows)}
<p class="quiet">Withdraw: the key leaves the key set at once; if it was the active one, another signs. A server must refuse what it signed, at the latest when it has fetched the key set again.</p>`;
}

function keysCard(model: KeysModel): Html {
  const { at, shown } = model;
  const { issuer, jwksUri, keys } = shown;
  const changes = CHANGES.map(
    ({ act, label, says }) => html`<li>${button(act, label, 'plain')}<span class="hint">${says}</span></li>`,
  );
  return card(
    `Keys of ${shown.server}`,
    html`${facts([
      ['Issuer', html`<code>${issuer}</code>`],
      ['JWKS', copyable('jwks-uri', jwksUri)],
      ['Signs with', keys === 'own' ? 'keys of its own' : 'the keys of the org; a change here gives it its own'],
    ])}
${signingTable(model)}
<h3>Change them</h3>${form(at(PATH), html`${serverField(model)}<ul class="presets few">${changes}</ul>`, 'Change the keys')}`,
  );
}

const DOCUMENTS = { jwks: 'Key set', oidc: 'OpenID configuration', oauth: 'OAuth metadata' } as const;

/** The most user agents of a document. */
const AGENTS = 10;

const byAgent = ([agent, { count, last }]: [string, ServerKeys['fetches']['jwks']['byUserAgent'][string]]) =>
  html`<li>${agent.slice(0, 80) || '(no user agent)'}: ${count}, last ${moment(last)}</li>`;

function fetchRows({ fetches }: ServerKeys): readonly (readonly Interpolation[])[] {
  return Object.entries(DOCUMENTS).map(([name, label]) => {
    const { count, last, storm, byUserAgent } = fetches[name as keyof typeof DOCUMENTS];
    const all = Object.entries(byUserAgent);
    const agents = all.slice(0, AGENTS);
    const byOthers = all.length - agents.length;
    return [
      label,
      count,
      last === null ? 'never' : moment(last),
      html`<ul class="sources">${agents.map(byAgent)}</ul>${byOthers > 0 && html`<p class="quiet">and ${byOthers} more</p>`}`,
      storm,
    ];
  });
}

const FETCH_HEADS = ['Document', 'Times', 'Last', 'By', 'Most within a second'] as const;

function fetchesCard(model: KeysModel): Html {
  return card(
    'Who fetched them',
    html`<div id="fetches" data-every="2000">${records('Fetches', FETCH_HEADS, fetchRows(model.shown))}</div>
<p class="quiet">Rotate at once and present fresh tokens: one fetch of the key set is right. One for every token means that your server holds none.</p>
${form(model.at(PATH), html`${serverField(model)}${button('forget', 'Count anew', 'plain')}`)}`,
  );
}

function publishedCard(model: KeysModel): Html {
  const { at, publishing, shown, signers } = model;
  const rows = shown.published.map(({ signer, kid }) => [
    signer,
    html`<code>${kid}</code>`,
    form(at(PATH), html`${serverField(model)}${hidden('signer', signer)}${button('unpublish', 'Unpublish', 'plain')}`),
  ]);
  const publish = html`${serverField(model)}${choice({ name: 'signer', label: 'Whose key', value: publishing('signer'), options: signers })}${button('publish', 'Publish')}`;
  return card(
    'Keys of edge cases',
    html`<p>Published beside the real ones, so that a token signed by such a key is refused for what is wrong with it, and not because nobody knows its kid. A server passes over the kinds of keys that it does not know, and finds the right one. The org itself never believes them.</p>
${rows.length > 0 && records('Keys that are published on purpose', ['Whose', 'kid', 'Action'], rows)}
${form(at(PATH), publish, 'Publish a key')}`,
  );
}

function unfriendlyCard(model: KeysModel): Html {
  const { at, unfriendlyAs, unfriendly } = model;
  const { on, seed, turn } = unfriendly;
  const shown = on
    ? html`<p>${badge('on', 'warn')} Seed ${seed as number}; ${turn} tokens, key sets and documents were written since.</p>${button('friendly', 'Switch off')}`
    : html`${field({ name: 'seed', label: 'Seed', value: unfriendlyAs('seed', '1'), type: 'number', required: true, hint: 'The same seed and the same requests give the same peculiarities.' })}${button('unfriendly', 'Switch on')}`;
  return card(
    'Unfriendly mode',
    html`<p>The whole org is as awkward as the specifications allow: members in any order and unknown ones among them, an audience as a list of one, keys of other kinds in the key set, a rotation every five minutes. Every token stays valid: a server that refuses one was written against one example.</p>
${form(at(PATH), html`${serverField(model)}${shown}`, 'Unfriendly mode')}`,
    'unfriendly',
  );
}

export function keysPage(model: KeysModel): Page {
  const { at, servers, shown } = model;
  const all = servers.slice(0, TABS).map((server) => ({ label: server, to: at(withQuery(PATH, { server })) }));
  return {
    title: 'Keys',
    body: html`<p>The keys by which tokens are signed, of the org and of its custom authorization servers. Every change shows in the key set at once.</p>
${servers.length > 1 && tabs('Servers', shown.server, all)}
${servers.length > TABS && search(at(PATH), field({ name: 'server', label: `One of the other ${servers.length - TABS} servers, by its id`, value: '' }), 'Show')}
${keysCard(model)}${fetchesCard(model)}${publishedCard(model)}${unfriendlyCard(model)}`,
  };
}
