/** The tab *Resource Server* of an application: *Enable XAA*, *Issuer URL*, and whose connections a change of it breaks. */
import { type Html, html } from '../html/html.js';
import { type ApplicationFrame, applicationPath, applicationTabPage } from './application-frame.js';
import { area, button, check, field, form, type Values } from './forms.js';
import type { Page } from './frame.js';
import { badge, card, note, table } from './parts.js';

/** A resource connection of an AI agent to the application. */
export interface ConnectionHere {
  readonly agentId: string;
  readonly agentName: string;
  /** The Issuer URL of the application as it was when the connection was made. */
  readonly issuerUrl: string;
}

export interface ResourceServerModel extends ApplicationFrame {
  readonly value: Values;
  /** As it is now. */
  readonly issuerUrl: string | undefined;
  readonly connections: readonly ConnectionHere[];
}

interface Doubt {
  readonly says: string;
  readonly about: (url: URL, text: string) => boolean;
}

/** What commonly goes wrong with Issuer URLs: `iss` of a server is compared letter by letter with the `aud` of ID-JAGs. */
const DOUBTS: readonly Doubt[] = [
  {
    says: 'It ends in a slash. Most servers have none at the end of their issuer, and compare letter by letter.',
    about: (_, text) => text.endsWith('/'),
  },
  { says: 'It has a fragment (#), which no issuer has.', about: ({ hash }) => hash !== '' },
  { says: 'It has a query (?), which no issuer has.', about: ({ search }) => search !== '' },
  {
    says: 'It is http, not https: right for a server on your machine only.',
    about: ({ protocol }) => protocol === 'http:',
  },
  {
    says: 'It is the address of metadata or of an endpoint; the Issuer URL is what stands as issuer in the metadata.',
    about: ({ pathname }) => /\/\.well-known\/|\/token$/.test(pathname),
  },
];

/** Sentences on what may be wrong with an Issuer URL. */
export function doubtsAbout(text: string): readonly string[] {
  if (!URL.canParse(text)) return ['It is no URL.'];
  const url = new URL(text);
  return DOUBTS.filter(({ about }) => about(url, text)).map(({ says }) => says);
}

function doubtsNote({ issuerUrl, app }: ResourceServerModel): Html | undefined {
  if (issuerUrl === undefined) {
    return app.xaa.enabled
      ? note('XAA is on, but there is no Issuer URL: no audience leads to this application.', 'warn')
      : undefined;
  }
  const doubts = doubtsAbout(issuerUrl);
  return doubts.length === 0 ? undefined : note(html`Look at the Issuer URL once more. ${doubts.join(' ')}`, 'warn');
}

/** The NOTE of the guide: a connection keeps the Issuer URL that it was made with. */
function connectionsCard({ at, issuerUrl, connections }: ResourceServerModel): Html | undefined {
  if (connections.length === 0) return undefined;
  const isBroken = (one: ConnectionHere) => one.issuerUrl !== issuerUrl;
  const broken = connections.filter(isBroken).length;
  const rows = connections.map((one) => [
    html`<a href="${at(`/console/ai-agents/${one.agentId}/resource-connections`)}">${one.agentName}</a>`,
    html`<code>${one.issuerUrl}</code>`,
    isBroken(one) ? badge('broken', 'bad') : badge('matches', 'good'),
  ]);
  return card(
    'AI agents connected to this application',
    html`${
      broken > 0
        ? note(
            html`Broken: ${broken} of ${connections.length}. The Issuer URL is another than when these resource connections were made. Delete each, and add it again.`,
            'warn',
          )
        : html`<p>A resource connection keeps the Issuer URL that it was made with. Change it above, and each of these must be deleted and added again.</p>`
    }${table('Resource connections', ['AI agent', 'Issuer URL of the connection', 'State'], rows)}`,
  );
}

export function resourceServerTab(model: ResourceServerModel): Page {
  const { at, app, value, issuerUrl } = model;
  const { enabled, scopes, audienceTenantId } = app.xaa;
  const fields = html`${check({ name: 'enabled', label: 'Enable XAA', checked: value('enabled', enabled ? 'on' : '') === 'on', hint: 'Users of an AI agent that is connected can reach this application with ID-JAGs.' })}
${field({ name: 'issuerUrl', label: 'Issuer URL', value: value('issuerUrl', issuerUrl), hint: 'As the provider gave it: issuer of the application’s authorization server. It is the audience of exchanges and the aud of ID-JAGs, letter by letter.' })}
${area({ name: 'scopes', label: 'Scopes', value: value('scopes', scopes.join('\n')), rows: 4, hint: 'Those that the application declares, one in a line: what an exchange that names none is granted.' })}
${field({ name: 'audienceTenantId', label: 'Audience/tenant ID', value: value('audienceTenantId', audienceTenantId), hint: 'Has no effect yet.' })}
${button('save', 'Save')}`;
  return applicationTabPage(
    model,
    'Resource Server',
    html`${note('The guide’s name for this tab. Okta has since put it under “Machine Assignments > Callers”; some orgs show it under “Sign On > Access Methods”.')}
${card('Cross App Access', html`${doubtsNote(model)}${form(at(applicationPath(app.id, 'Resource Server')), fields, 'Cross App Access')}`)}
${connectionsCard(model)}`,
  );
}
