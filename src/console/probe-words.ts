/** What all pages of the probe say of a run: its path, its target, how it stands. Pure. */
import { type Html, html } from '../html/html.js';
import type { Report, Status } from '../probe/report.js';
import { countsInWords, OUTCOME_WORDS, STATUS_WORDS, WORST_FIRST } from '../probe/reports/views.js';
import type { ProbeRun } from '../probe/runs.js';
import { badge } from './parts.js';

export const runPath = (id: string) => `/console/probe/${id}`;
export const resultPath = (id: string, name: string) => `${runPath(id)}/${encodeURIComponent(name)}`;

/** Whether more is to come. */
export const isOpen = ({ state }: ProbeRun) => state === 'running' || state === 'stopping';

export const titleOf = ({ target }: ProbeRun) => `Probe of ${target}`;

const STATES = {
  running: badge('running'),
  stopping: badge('stopping'),
  stopped: badge('stopped', 'warn'),
  failed: badge('broke off', 'bad'),
} as const;

const OUTCOME_KINDS = { conformant: 'good', failures: 'bad', 'could-not-run': 'warn' } as const;

/** Where it stands: the outcome, once there is one. */
export function stateBadge({ state, report }: ProbeRun): Html {
  if (state !== 'done') return STATES[state];
  const { outcome } = report as Report;
  return badge(OUTCOME_WORDS[outcome].toLowerCase(), OUTCOME_KINDS[outcome]);
}

const STATUS_KINDS: Readonly<Partial<Record<Status, 'good' | 'bad' | 'warn'>>> = {
  ...{ pass: 'good', fail: 'bad', error: 'bad', warn: 'warn' },
};

export const statusBadge = (status: Status) => badge(STATUS_WORDS[status], STATUS_KINDS[status] ?? 'plain');

/** `2 failed, 30 passed`. */
export function countsShown({ results }: Pick<ProbeRun, 'results'>): Html {
  const counts = Object.fromEntries(
    WORST_FIRST.map((status) => [status, results.filter((one) => one.status === status).length]),
  );
  return html`${countsInWords(counts as Report['counts'])}`;
}
