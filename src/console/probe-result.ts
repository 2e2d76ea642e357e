/** What one case of a run came to: what was sent, what came back, who demands what, and how to mend it. */
import { LEVELS, SEVERITIES } from '../edge-cases/edge-case.js';
import { type Html, html } from '../html/html.js';
import { numbered } from '../probe/in-words.js';
import type { Exchange, Result } from '../probe/report.js';
import { cut, pretty, visible } from '../probe/reports/visible.js';
import type { ProbeRun } from '../probe/runs.js';
import { answersWords, casePath, severityBadge, sourcesList } from './case-tabs.js';
import type { At, Page } from './frame.js';
import { block, card, facts } from './parts.js';
import { PROBE_TRAIL } from './probe-form.js';
import { runPath, statusBadge, titleOf } from './probe-words.js';

export interface ResultModel {
  readonly at: At;
  readonly run: ProbeRun;
  readonly result: Result;
}

/** The longest text of a request or an answer, and how much of all of them a page holds, in characters. */
const LONGEST = 3000;
const ROOM = 50_000;

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

function requestText({ method, url, headers, form }: Exchange['sent']): string {
  const parameters = form.map(([name, value]) => `${name}=${value}`);
  return [`${method} ${url}`, ...lines(headers), ...(parameters.length > 0 ? ['', ...parameters] : [])].join('\n');
}

function answerText({ got, problem }: Exchange): string {
  const said = problem === undefined ? [] : ['', problem];
  if (!got) return ['No answer came.', ...said].join('\n');
  return [`HTTP ${got.status}`, ...lines(got.headers), ...said, '', pretty(got.body)].join('\n');
}

function exchangeShown(exchange: Exchange, index: number): Html {
  const { what, sent, milliseconds } = exchange;
  const shown = (id: string, label: string, text: string) =>
    block(`${id}-${index}`, label, cut(visible(text), LONGEST));
  return html`<h3>${what} <span class="quiet">${Math.round(milliseconds)} ms</span></h3>
<div class="sides"><div>${sent.token && shown('token', 'Token: header, claims', `${pretty(sent.token.header)}\n${pretty(sent.token.claims)}`)}
${shown('request', 'Request', requestText(sent))}</div>
<div>${shown('answer', 'Answer', answerText(exchange))}</div></div>`;
}

/** As many as a page can hold. */
function exchangesShown({ exchanges }: Result): Html {
  const shown: Html[] = [];
  let room = ROOM;
  for (const [index, exchange] of exchanges.entries()) {
    const one = exchangeShown(exchange, index);
    room -= one.markup.length;
    if (room < 0 && index > 0) break;
    shown.push(one);
  }
  const others = exchanges.length - shown.length;
  return html`${shown}${others > 0 && html`<p class="quiet">${numbered(others, 'further request')}: see the HTML report.</p>`}`;
}

function lookedShown({ looked }: Result): Html | undefined {
  if (looked.length === 0) return undefined;
  return html`<ul class="sources">${looked.map(
    ({ check, demands, outcome, found }) =>
      html`<li><code>${check}</code> ${outcome === 'not-looked-at' ? 'was not looked at' : outcome}: ${visible(found)} <span class="quiet">${demands}</span></li>`,
  )}</ul>`;
}

export function resultPage({ at, run, result }: ResultModel): Page {
  const { name, status, severity, level, why, hint, expect, source, differs, note, exchanges, accepted } = result;
  const about = facts([
    ['What was sent', differs],
    ['A right server answers', answersWords(expect)],
    ['Otherwise', html`${severityBadge(severity)} ${SEVERITIES[severity]}`],
    ['How strongly', `${level}: ${LEVELS[level]}`],
    ['Rests on', sourcesList(source)],
    ['Why it matters', note],
    ['How to mend it', hint],
    ['Accepted', accepted && `Until ${accepted.expires}: ${accepted.reason}`],
    ['Looked at besides', lookedShown(result)],
    ['The case', html`<a href="${at(casePath(name))}">Mint the token, or arm it</a>`],
  ]);
  const sent = exchanges.length === 0 ? html`<p>Nothing was sent.</p>` : exchangesShown(result);
  return {
    title: name,
    trail: [...PROBE_TRAIL, { label: titleOf(run), to: runPath(run.id) }],
    body: html`<p class="lead">${statusBadge(status)} ${cut(visible(why), LONGEST)}</p>
${card('The case', about)}
${card('What went over the wire', sent, 'wire')}`,
  };
}
