/** A case in the HTML report: what it did in a line, and all there is to know of it below, on demand. */
import { type Html, html } from '../../html/html.js';
import { numbered } from '../in-words.js';
import type { Exchange, Looked, Result } from '../report.js';
import { block, code, type FactMarkup, factList, list, text } from './html-parts.js';
import { cut, visible } from './visible.js';

const LOOKED_WORDS: Readonly<Record<Looked['outcome'], string>> = {
  held: 'held',
  broken: 'broken',
  'not-looked-at': 'not looked at',
};

function requestLines({ method, url, headers, form }: Exchange['sent']): string {
  const parameters = form.map(([name, value]) => `${name}=${value}`);
  return [`${method} ${url}`, ...headerLines(headers), ...(parameters.length > 0 ? ['', ...parameters] : [])].join(
    '\n',
  );
}

function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

function answer({ got, problem }: Exchange): readonly Html[] {
  const came = got
    ? [block('Answer', [`HTTP ${got.status}`, ...headerLines(got.headers)].join('\n')), block('Body', got.body)]
    : [block('Answer', 'None came.')];
  return problem === undefined ? came : [...came, block('Problem', problem)];
}

function exchangeMarkup(exchange: Exchange): Html {
  const { what, sent, milliseconds } = exchange;
  const { token } = sent;
  return html`<div class="exchange"><p><b>${text(what)}</b> <span class="quiet small">${Math.round(milliseconds)} ms</span></p>
<div class="sides"><div>${token && [block('Token: header', token.header), block('Token: claims', token.claims)]}</div>
<div>${block('Request', requestLines(sent))}${answer(exchange)}</div></div></div>
`;
}

function lookedAt({ check, demands, found, outcome }: Looked): Html {
  return html`<b>${text(check)}</b>, ${LOOKED_WORDS[outcome]}: ${text(found)} <span class="quiet">Demanded: ${text(demands)}</span>`;
}

/** A label with its value, if there is one. */
function optional(label: string, value: Html | readonly Html[] | undefined): readonly FactMarkup[] {
  return value === undefined ? [] : [[label, value]];
}

function factsFor(result: Result): readonly FactMarkup[] {
  const { differs, expect, source, note, hint, accepted, looked, conformance, seconds, exchanges } = result;
  const acceptance = accepted && html`Until ${text(accepted.expires)}: ${text(accepted.reason)}`;
  return [
    ['What was sent', text(differs)],
    ['Right answers', list(expect.map(code))],
    ['Requirement', list(source.map(text))],
    ['Why it matters', text(note)],
    ...optional('How to mend it', hint === undefined ? undefined : html`<div class="hint">${text(hint)}</div>`),
    ...optional('Accepted', acceptance),
    ...optional('Looked at besides', looked.length > 0 ? list(looked.map(lookedAt)) : undefined),
    ...optional('MCP conformance', conformance && list(conformance.map(code))),
    ['Played', html`${numbered(exchanges.length, 'request')} in ${seconds.toFixed(2)} s`],
  ];
}

/** How bad it is, to be seen from afar where the case went wrong. */
function grade({ status, severity }: Result): Html {
  const wrong = status === 'fail' || status === 'error';
  const look = severity === 'critical' || severity === 'high' ? 'chip grave' : 'chip mild';
  return html`<span class="${wrong ? look : 'chip'}">${severity}</span>`;
}

/** Of what it did, in the line of the case; the JSON has all of it. */
const SUMMARY = 500;

/** Opens at once where there are few. */
export function caseMarkup(result: Result, open = false): Html {
  const { name, status, level, group, why, exchanges } = result;
  return html`<details class="${status}"${open && html` open`}><summary><span class="name">${code(name)}</span> ${grade(result)}
<span class="chip">${level}</span> <span class="chip">${group}</span>
<span class="why">${cut(visible(why), SUMMARY)}</span></summary>
<div class="inside">${factList(factsFor(result))}
${exchanges.map(exchangeMarkup)}</div></details>
`;
}
