/** The top of the HTML report: the outcome, the numbers, and where the failures are. */
import { type Html, html } from '../../html/html.js';
import { numbered } from '../in-words.js';
import { type Report, STATUSES } from '../report.js';
import { code, factList, type Section, text } from './html-parts.js';
import {
  acceptedInWords,
  countsAt,
  countsInWords,
  groupsOf,
  OUTCOME_WORDS,
  STATUS_WORDS,
  TESTING_ONLY,
  titled,
  WORST_FIRST,
} from './views.js';
import { compact, visible } from './visible.js';

function banner({ outcome, sentence }: Report): Html {
  return html`<div class="banner ${outcome}"><p class="outcome">${OUTCOME_WORDS[outcome]}</p><p>${text(sentence)}</p></div>
`;
}

function numbers({ counts }: Report): Html {
  const tiles = WORST_FIRST.map((status) => {
    const look = counts[status] > 0 ? status : 'none';
    return html`<div class="${look}" title="${STATUSES[status]}"><dt>${titled(STATUS_WORDS[status])}</dt><dd>${counts[status]}</dd></div>`;
  });
  return html`<dl class="numbers">${tiles}</dl>
`;
}

export function overview(report: Report): Html {
  const { tool, began, seconds, requests, results } = report;
  return html`<header>
<p class="quiet small">${tool.name} ${visible(tool.version)} · ID-JAG probe</p>
<h1>${text(report.target.tokenEndpoint)}</h1>
<p class="quiet small">${TESTING_ONLY}</p>
${banner(report)}${numbers(report)}<p class="quiet small played">${numbered(results.length, 'case')} with ${numbered(requests, 'request')} in ${Math.round(seconds)} s, begun <time datetime="${began}">${began.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')}</time>.${acceptedInWords(report)}</p>
</header>
`;
}

/** How the cases of a group ended, to scale: an SVG, because a policy without inline styles lets it. */
function bar(counts: Report['counts']): Html {
  const total = WORST_FIRST.reduce((sum, status) => sum + counts[status], 0);
  let x = 0;
  const parts = WORST_FIRST.map((status) => {
    const part = html`<rect class="${status}" x="${x}" y="0" width="${counts[status]}" height="1"/>`;
    x += counts[status];
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 ${Math.max(total, 1)} 1" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

export function groupsSection(report: Report): Section {
  const legend = WORST_FIRST.map((status) => html`<li class="${status}">${STATUS_WORDS[status]}</li>`);
  const rows = groupsOf(report).map(
    ({ group, title, counts }) =>
      html`<li><span class="group"><b>${group}</b> <span>${text(title)}</span></span>${bar(counts)}<span class="quiet small">${countsInWords(counts)}</span></li>
`,
  );
  const body = [
    html`<ul class="legend small">${legend}</ul>`,
    html`<ul class="groups">${rows}</ul>`,
    severitiesTable(report),
  ];
  return { id: 'groups', title: 'By group and by severity', short: 'Groups', body };
}

function severitiesTable(report: Report): Html {
  const rows = report.severities.map(({ severity, failed, warned }) => {
    const aside = countsAt(report, severity) ? undefined : html` <span class="quiet small">(does not count)</span>`;
    return html`<tr><th scope="row">${titled(severity)}${aside}</th><td>${failed}</td><td>${warned}</td></tr>
`;
  });
  return html`<table class="severities"><thead><tr><th scope="col">Severity</th><th scope="col">Failed</th><th scope="col">Warned</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** What they are called where a server is configured. */
const LABELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tokenEndpoint: 'Token endpoint',
    issuer: 'Issuer',
    mcp: 'MCP server',
    clientId: 'Client ID',
    authentication: 'Client authentication',
    discovery: 'Discovery document',
    jwksUri: 'JWKS URI',
    algorithm: 'Algorithm',
    audience: 'Audience (aud)',
    users: 'Users',
    scopes: 'Scopes',
    resource: 'Resource',
  }),
);

function facts(values: object): Html {
  return factList(Object.entries(values).map(([name, value]) => [LABELS.get(name) ?? name, code(compact(value))]));
}

export function targetSection({ target, setup, settings }: Report): Section {
  const { users, scopes, resource, ...named } = setup;
  const people = users.map(({ sub, email }) => (email === undefined ? sub : `${sub} (${email})`)).join(', ');
  const trusted = {
    ...named,
    users: people,
    scopes: scopes.join(' '),
    ...(resource === undefined ? {} : { resource }),
  };
  const body = [
    html`<h3>The server</h3>${facts(target)}`,
    html`<h3>What the server must trust</h3>${facts(trusted)}`,
    html`<h3>Settings: which of several right answers were demanded</h3>${facts(settings)}`,
  ];
  return { id: 'setup', title: 'Server, setup and settings', short: 'Setup', body };
}
