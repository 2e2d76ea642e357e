/** The top of the HTML report: the outcome, the numbers, and where the failures are. */
import { type Html, html } from '../../html/html.js';
import { type Report, STATUSES } from '../report.js';
import { code, factList, type Section, text } from './html-parts.js';
import { countsAt, countsInWords, OUTCOME_WORDS, STATUS_WORDS, TESTING_ONLY, WORST_FIRST } from './views.js';
import { visible } from './visible.js';

function banner({ outcome, sentence }: Report): Html {
  return html`<div class="banner ${outcome}"><p class="outcome">${OUTCOME_WORDS[outcome]}</p><p>${text(sentence)}</p></div>
`;
}

function numbers({ counts }: Report): Html {
  const tiles = WORST_FIRST.map((status) => {
    const look = counts[status] > 0 ? status : 'none';
    return html`<div class="${look}" title="${STATUSES[status]}"><dt>${STATUS_WORDS[status]}</dt><dd>${counts[status]}</dd></div>`;
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
${banner(report)}${numbers(report)}<p class="quiet small">${results.length} cases with ${requests} requests in ${Math.round(seconds)} s, begun <time datetime="${began}">${began}</time>.</p>
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

export function groupsSection({ groups }: Report): Section {
  const legend = WORST_FIRST.map((status) => html`<li class="${status}">${STATUS_WORDS[status]}</li>`);
  const rows = groups.map(
    ({ group, title, counts }) =>
      html`<li><span><b>${group}</b> ${text(title)}</span>${bar(counts)}<span class="quiet small">${countsInWords(counts)}</span></li>
`,
  );
  const body = [html`<ul class="legend small">${legend}</ul>`, html`<ul class="groups">${rows}</ul>`];
  return { id: 'groups', title: 'By group', short: 'Groups', body };
}

export function severitiesTable(report: Report): Html {
  const rows = report.severities.map(({ severity, failed, warned }) => {
    const aside = countsAt(report, severity) ? undefined : html` <span class="quiet small">(does not count)</span>`;
    return html`<tr><th scope="row">${severity}${aside}</th><td>${failed}</td><td>${warned}</td></tr>
`;
  });
  return html`<table class="severities"><thead><tr><th scope="col">Severity</th><th scope="col">failed</th><th scope="col">warned</th></tr></thead>
<tbody>${rows}</tbody></table>`;
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
  const facts = (values: object) =>
    factList(
      Object.entries(values).map(([name, value]) => [
        name,
        code(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
    );
  const body = [
    html`<h3>The server</h3>${facts(target)}`,
    html`<h3>What the server must trust</h3>${facts(trusted)}`,
    html`<h3>Settings: which of several right answers were demanded</h3>${facts(settings)}`,
  ];
  return { id: 'setup', title: 'Server, setup and settings', short: 'Setup', body };
}
