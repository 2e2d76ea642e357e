/** The tabs of what is about edge cases, and the words that all of its pages have for them. Pure. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import { VERDICTS, type Verdict } from '../edge-cases/edge-case.js';
import { type Html, html, type Interpolation } from '../html/html.js';
import { documentUrl, withQuery } from './addresses.js';
import type { At } from './frame.js';
import { badge, tabs } from './parts.js';

const TABS = [
  { label: 'ID-JAG', to: '/console/edge-cases' },
  { label: 'SAML', to: '/console/saml-edge-cases' },
  { label: 'Armed', to: '/console/edge-cases/armed' },
  { label: 'Explain a token', to: '/console/explain' },
] as const;

/** @param audience carried on */
export function caseTabs(at: At, here: (typeof TABS)[number]['label'], audience = ''): Html {
  return tabs(
    'Edge cases',
    here,
    TABS.map(({ label, to }) => ({ label, to: at(withQuery(to, { audience })) })),
  );
}

/** The page of an edge case. */
export const casePath = (name: string, audience?: string) =>
  withQuery(`/console/edge-cases/${encodeURIComponent(name)}`, { audience });

export const samlCasePath = (name: string) => `/console/saml-edge-cases/${encodeURIComponent(name)}`;

const SEVERITY_KINDS: Readonly<Record<string, 'bad' | 'warn'>> = { critical: 'bad', high: 'bad', medium: 'warn' };

export const severityBadge = (severity: EdgeCase['severity']) => badge(severity, SEVERITY_KINDS[severity] ?? 'plain');

/** OAuth error codes whose answer has another status than 400: RFC 6749 "Error Response", RFC 6750 "Error Codes". */
const STATUS: Readonly<Record<string, string>> = {
  invalid_client: '401',
  invalid_token: '401',
  insufficient_scope: '403',
};

/** A right answer in words. @param answer `ok`, an OAuth error code, or an HTTP status */
export function answerWords(answer: string): Html {
  if (answer === 'ok') return html`<code>200</code> with an access token`;
  return /^\d/.test(answer) ? html`<code>${answer}</code>` : html`<code>${STATUS[answer] ?? '400'} ${answer}</code>`;
}

/** All of them, the best first. */
export function answersWords(answers: readonly string[]): Interpolation {
  return answers.map((answer, index) => [index > 0 && ' or ', answerWords(answer)]);
}

const VERDICT_KINDS = { accept: 'good', reject: 'bad', either: 'plain' } as const;

export const verdictBadge = (verdict: Verdict) => badge(VERDICTS[verdict], VERDICT_KINDS[verdict]);

/** The rules that a case rests on, each with the document where that is to be read. */
export function sourcesList(sources: readonly string[]): Html {
  const shown = sources.map((source) => {
    const url = documentUrl(source);
    return html`<li>${url === undefined ? source : html`<a href="${url}" rel="noreferrer">${source}</a>`}</li>`;
  });
  return html`<ul class="sources">${shown}</ul>`;
}
