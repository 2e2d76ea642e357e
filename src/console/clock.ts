/** *On purpose > Clock*: the time of the org, moved and stopped by buttons. */

import type * as z from 'zod';
import type { ClockRequest, ClockState } from '../control/clock.js';
import { html } from '../html/html.js';
import { button, field, form, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, card, facts, moment } from './parts.js';

interface Move {
  readonly label: string;
  readonly request: z.input<typeof ClockRequest>;
}

/** What one click does to the clock, by what a form names it. */
export const MOVES = {
  'minus-5m': { label: '−5 min', request: { advance: '-5m' } },
  'plus-5m': { label: '+5 min', request: { advance: '5m' } },
  'plus-1h': { label: '+1 h', request: { advance: '1h' } },
  'plus-1d': { label: '+1 day', request: { advance: '1d' } },
  freeze: { label: 'Stop it', request: { freeze: true } },
  run: { label: 'Let it go on', request: { freeze: false } },
} as const satisfies Readonly<Record<string, Move>>;

export type MoveName = keyof typeof MOVES;

export interface ClockModel {
  readonly at: At;
  readonly value: Values;
  readonly clock: ClockState;
}

const PATH = '/console/clock';

function apart(seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  if (whole === 0) return 'The org goes by the real time.';
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return `The org is ${said.join(' ')} ${seconds > 0 ? 'ahead of' : 'behind'} the real time.`;
}

export function clockPage({ at, value, clock }: ClockModel): Page {
  const { now, realTime, offset, frozen } = clock;
  const moves = (['minus-5m', 'plus-5m', 'plus-1h', 'plus-1d', frozen ? 'run' : 'freeze'] as const).map((move) =>
    button(move, MOVES[move].label, 'plain'),
  );
  return {
    title: 'Clock',
    body: html`<p>Everything of the org goes by this clock: iat and exp of its tokens, codes, sessions, refresh tokens, what it accepts. Move it on, and what was issued before is old; move it back, and new tokens come from a server whose clock is slow.</p>
${card(
  'The time',
  html`<section id="time" aria-label="The time" data-every="1000">${facts([
    ['Org', html`${moment(now)} ${frozen && badge('stopped', 'warn')}`],
    ['Machine', moment(realTime)],
    ['So', apart(offset)],
  ])}</section>
${form(at(PATH), html`<p>${moves}</p>${button('real', 'Back to the real time')}`, 'Move the clock')}`,
)}
${card(
  'Set it',
  html`${form(
    at(PATH),
    html`${field({ name: 'set', label: 'To this moment (UTC)', value: value('set', now.slice(0, 19)), type: 'datetime-local', required: true, hint: 'From 1970 to 2096.' })}${button('set', 'Set')}`,
    'Set the clock',
  )}
${form(
  at(PATH),
  html`${field({ name: 'advance', label: 'On by', value: value('advance'), required: true, hint: 'Such as 90s, 10m, 1h30m; backwards with - before it.' })}${button('advance', 'Move')}`,
  'Move the clock by a length of time',
)}`,
)}
<p class="quiet">A client signs its assertions by its own clock: one that is far from the org’s is refused. Faults, waits and the life of orgs go by the machine.</p>`,
  };
}
