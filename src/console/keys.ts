/** *On purpose > Keys*: the keys of one server, who fetched them, and what can be done to them while verifiers look on. */
import type { ServerKeys } from '../control/keys-shown.js';
import type { UnfriendlyState } from '../control/unfriendly.js';
import { type Html, html, type Interpolation } from '../html/html.js';
import { withQuery } from './addresses.js';
import { button, choice, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, card, copyable, empty, facts, moment, table, tabs } from './parts.js';

export interface KeysModel {
  readonly at: At;
  readonly value: Values;
  /** Ids of all servers, `org` first; those beyond the most are not among the tabs. */
  readonly servers: readonly string[];
  readonly shown: ServerKeys;
  /** Whose keys can be published, by what the keys are called, each with what it is. */
  readonly signers: readonly { readonly value: string; readonly label: string }[];
  readonly unfriendly: UnfriendlyState;
}

const PATH = '/console/keys';

/** The most servers that have a tab. */
const TABS = 12;

/** The changes, with what a resource server must do then. */
const CHANGES = [
  {
    act: 'rotate',
    label: 'Rotate: next step',
    says: 'First the next key is published, then it signs, and the one before stays published. A server that fetches the key set now and then notices nothing.',
  },
  {
    act: 'rotate-now',
    label: 'Rotate at once',
    says: 'A fresh key signs before anybody could have seen it. A server must fetch the key set again when it meets a kid that it does not know, once.',
  },
  {
    act: 'reuse-kid',
    label: 'Use the kid again',
    says: 'A fresh key signs under the kid of the active one. A server with a cache refuses good tokens until it fetches again.',
  },
  {
    act: 'roll-back',
    label: 'Take the last change back',
    says: 'Keys are as they were before the last rotation, withdrawal, reuse or publishing of this server.',
  },
] as const;

const KINDS = { ACTIVE: 'good', NEXT: 'plain', RETIRED: 'plain', WITHDRAWN: 'warn' } as const;
const SAYS = {
  ACTIVE: 'signs',
  NEXT: 'published, and signs next',
  RETIRED: 'published; it has signed',
  WITHDRAWN: 'in the key set no more: what it signed is to be refused',
} as const;

const serverField = ({ shown }: KeysModel) => hidden('server', shown.server);

function signingTable(model: KeysModel): Html {
  const rows = model.shown.signing.map(({ kid, status, rotatedAt }) => [
    html`<code>${kid}</code>`,
    html`${badge(status, KINDS[status])}<br>${SAYS[status]}`,
    rotatedAt === null ? '–' : moment(rotatedAt),
    status !== 'WITHDRAWN' &&
      form(model.at(PATH), html`${serverField(model)}${hidden('kid', kid)}${button('withdraw', 'Withdraw', 'plain')}`),
  ]);
  return html`<div class="stack">${table('Signing keys', ['kid', 'Status', 'Signs since', 'Withdraw'], rows)}</div>
<p class="quiet">Withdraw: the key leaves the set at once, and if it was the active one, another signs. A server that has fetched the set since must refuse what it signed.</p>`;
}

function keysCard(model: KeysModel): Html {
  const { at, shown } = model;
  const { issuer, jwksUri, keys, signing } = shown;
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
${signing.length === 0 ? empty('It has no key of its own: Rotate makes one.') : signingTable(model)}
<h3>Change them</h3>${form(at(PATH), html`${serverField(model)}<ul class="presets">${changes}</ul>`, 'Change the keys')}`,
  );
}

const DOCUMENTS = { jwks: 'Key set', oidc: 'OpenID configuration', oauth: 'OAuth metadata' } as const;

function fetchRows({ fetches }: ServerKeys): readonly (readonly Interpolation[])[] {
  return Object.entries(DOCUMENTS).map(([name, label]) => {
    const { count, last, storm, byUserAgent } = fetches[name as keyof typeof DOCUMENTS];
    const agents = Object.entries(byUserAgent).slice(0, 10);
    return [
      label,
      count,
      last === null ? 'never' : moment(last),
      html`<ul class="sources">${agents.map(([agent, one]) => html`<li>${agent.slice(0, 80) || '(no name)'}: ${one.count}</li>`)}</ul>`,
      storm,
    ];
  });
}

const FETCH_HEADS = ['Document', 'Fetched', 'Last', 'By', 'Most within a second'] as const;

function fetchesCard(model: KeysModel): Html {
  return card(
    'Who fetched them',
    html`${table('Fetches', FETCH_HEADS, fetchRows(model.shown))}
<p class="quiet">Rotate at once and present a fresh token: one fetch of the key set is right. One for every token means that there is no cache.</p>
${form(model.at(PATH), html`${serverField(model)}${button('forget', 'Count anew', 'plain')}`)}`,
  );
}

function publishedCard(model: KeysModel): Html {
  const { at, value, shown, signers } = model;
  const rows = shown.published.map(({ signer, kid }) => [
    signer,
    html`<code>${kid}</code>`,
    form(at(PATH), html`${serverField(model)}${hidden('signer', signer)}${button('unpublish', 'Take out', 'plain')}`),
  ]);
  const publish = html`${serverField(model)}${choice({ name: 'signer', label: 'Whose key', value: value('signer'), options: signers })}${button('publish', 'Publish')}`;
  return card(
    'Keys of edge cases',
    html`<p>Published beside the real ones, so that a token signed by such a key is refused for what is wrong with it, and not because nobody knows its kid. The org itself never believes them.</p>
${rows.length > 0 && table('Keys that are published on purpose', ['Whose', 'kid', 'Take out'], rows)}
${form(at(PATH), publish, 'Publish a key')}`,
  );
}

function unfriendlyCard(model: KeysModel): Html {
  const { at, value, unfriendly } = model;
  const { on, seed, turn } = unfriendly;
  const shown = on
    ? html`<p>${badge('on', 'warn')} Seed ${seed as number}; ${turn} tokens, key sets and documents were written since.</p>${button('friendly', 'Switch off')}`
    : html`${field({ name: 'seed', label: 'Seed', value: value('seed', '1'), type: 'number', hint: 'The same seed and the same requests give the same peculiarities.' })}${button('unfriendly', 'Switch on')}`;
  return card(
    'Unfriendly mode',
    html`<p>The org is as awkward as the specifications allow: members in any order and unknown ones among them, an audience as a list of one, keys of other kinds in the set, a rotation every five minutes. Every token stays valid: a server that refuses one was written against one example.</p>
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
