/** What stands on every tab of an application's page: what it is, its status, *Actions*, the tabs. */
import { type Html, html } from '../html/html.js';
import type { Application } from '../registry/application.js';
import { button, form } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, opening, status, tabs } from './parts.js';

export interface ApplicationFrame {
  readonly at: At;
  readonly app: Application;
}

/** Path of each tab below the application's. */
const TAB_PATHS = {
  General: '',
  'Sign On': '/sign-on',
  Assignments: '/assignments',
  'Resource Server': '/resource-server',
} as const;
export type ApplicationTab = keyof typeof TAB_PATHS;

export const applicationPath = (id: string, tab: ApplicationTab = 'General') =>
  `/console/applications/${encodeURIComponent(id)}${TAB_PATHS[tab]}`;

const COMES_FROM = { custom: 'custom', oin: 'OIN' } as const;

/** How people sign in to it, and where it comes from. */
export function kindOf({ saml, origin }: Application): string {
  return `${saml ? 'SAML' : 'OIDC'}, ${COMES_FROM[origin]}`;
}

/** The pages above one that stands below a tab. */
export function applicationTrail({ app }: ApplicationFrame, tab?: ApplicationTab): NonNullable<Page['trail']> {
  const list = { label: 'Applications', to: '/console/applications' };
  return tab === undefined ? [list] : [list, { label: app.label, to: applicationPath(app.id, tab) }];
}

function actions({ at, app }: ApplicationFrame): Html {
  const step =
    app.status === 'ACTIVE' ? button('deactivate', 'Deactivate', 'plain') : button('activate', 'Activate', 'plain');
  return opening('Actions', form(at(applicationPath(app.id)), step), 'menu');
}

/** The page of a tab. */
export function applicationTabPage(frame: ApplicationFrame, here: ApplicationTab, body: Html): Page {
  const { at, app } = frame;
  const all = (Object.keys(TAB_PATHS) as ApplicationTab[]).map((label) => ({
    ...{ label, to: at(applicationPath(app.id, label)) },
  }));
  return {
    title: app.label,
    trail: applicationTrail(frame),
    body: html`<div class="head"><p>${status(app.status)} ${badge(kindOf(app))} <code>${app.id}</code></p>${actions(frame)}</div>
${tabs('Tabs of the application', here, all)}
<h2 class="unseen">${here}</h2>
${body}`,
  };
}
