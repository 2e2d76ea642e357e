/**
 * What stands around every page of the console: the way about it, whose org this is, what has just come of a form. Pure; a
 * page hands in its title and its body.
 */
import { type Html, html } from '../html/html.js';
import { SCRIPT_URL } from './script.js';
import { STYLE_URL } from './style.js';

/** The address of a path of the org: with the prefix of one that was made. */
export type At = (path: string) => string;

/** A page of the console. */
export interface Page {
  readonly title: string;
  /** The pages above it, the highest first. */
  readonly trail?: readonly { readonly label: string; readonly to: string }[];
  readonly body: Html;
}

/** The groups of the way about, and the pages in each. The guide goes by these words. */
export const NAVIGATION = [
  { group: undefined, links: [{ label: 'Overview', to: '/' }] },
  { group: 'Applications', links: [{ label: 'Applications', to: '/console/applications' }] },
  {
    group: 'Directory',
    links: [
      { label: 'People', to: '/console/people' },
      { label: 'Groups', to: '/console/groups' },
      { label: 'AI Agents', to: '/console/ai-agents' },
    ],
  },
  { group: 'Reports', links: [{ label: 'System Log', to: '/console/system-log' }] },
  {
    group: 'Testing',
    links: [
      { label: 'Exchanges', to: '/console/exchanges' },
      { label: 'Edge cases', to: '/console/edge-cases' },
      { label: 'Try it', to: '/console/try-it' },
      { label: 'Probe', to: '/console/probe' },
    ],
  },
  {
    group: 'On purpose',
    links: [
      { label: 'Faults', to: '/console/faults' },
      { label: 'Keys', to: '/console/keys' },
      { label: 'Clock', to: '/console/clock' },
    ],
  },
  { group: 'Orgs', links: [{ label: 'Orgs and states', to: '/console/orgs' }] },
] as const;

/** Where the page stands, and what came of the form before it. */
export interface Frame {
  readonly at: At;
  /** Path of the page at the org. */
  readonly path: string;
  readonly orgName: string;
  readonly issuer: string;
  /** By an API token, and not because the browser sits at this machine. */
  readonly signedIn: boolean;
  /** The person may look, and not change. */
  readonly readOnly: boolean;
  /** What was done. */
  readonly done?: string | undefined;
  /** Why nothing was done. */
  readonly wrong?: readonly string[] | undefined;
}

/** Whether the page is the link's, or below it. */
const isHere = (path: string, to: string) => (to === '/' ? path === '/' : `${path}/`.startsWith(`${to}/`));

function navigation({ at, path }: Frame): Html {
  const link = ({ label, to }: { readonly label: string; readonly to: string }) =>
    html`<li><a href="${at(to)}"${isHere(path, to) && html` aria-current="page"`}>${label}</a></li>`;
  const groups = NAVIGATION.map(({ group, links }, index) =>
    group === undefined
      ? html`<ul>${links.map(link)}</ul>`
      : html`<p id="nav-${index}">${group}</p><ul aria-labelledby="nav-${index}">${links.map(link)}</ul>`,
  );
  return html`<nav id="menu" popover aria-label="Console">${groups}</nav>`;
}

function top({ at, orgName, issuer, signedIn }: Frame): Html {
  return html`<header class="top">
<button type="button" class="menu" popovertarget="menu">Menu</button>
<a class="brand" href="${at('/')}">mock-okta-xaa</a>
<span class="whose"><a href="${at('/console/orgs')}">${orgName}</a> <code>${issuer}</code></span>
<span class="testing">for testing only</span>
${signedIn && html`<form method="post" action="${at('/console/sign-out')}"><button class="link" name="do" value="sign-out">Sign out</button></form>`}
</header>`;
}

const crumbs = ({ at }: Frame, trail: NonNullable<Page['trail']>) =>
  html`<nav aria-label="Breadcrumb" class="crumbs"><ol>${trail.map(({ label, to }) => html`<li><a href="${at(to)}">${label}</a></li>`)}</ol></nav>`;

function outcome({ done, wrong, readOnly }: Frame): Html {
  return html`${done !== undefined && html`<p class="notice done" role="status">${done}</p>`}
${wrong && html`<div class="notice wrong" role="alert"><p><strong>Nothing was changed.</strong></p><ul>${wrong.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`}
${readOnly && html`<p class="notice quiet">Your API token only reads: what you change here will be refused.</p>`}`;
}

/** The whole document. */
export function framed(frame: Frame, { title, trail = [], body }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${frame.wrong && 'Error: '}${title} - ${frame.orgName}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${frame.at(STYLE_URL)}">
<script src="${frame.at(SCRIPT_URL)}" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${top(frame)}
<div class="columns">
${navigation(frame)}
<main id="content">
${trail.length > 0 && crumbs(frame, trail)}
<h1>${title}</h1>
${outcome(frame)}
${body}
</main>
</div>
<footer class="foot">A mock Okta org, for testing only: its passwords and keys are published. Not affiliated with Okta.</footer>
</body>
</html>
`;
}
