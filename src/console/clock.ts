/** *On purpose > Clock*: the time of the org, moved and stopped by buttons. */
import type * as z from 'zod';
import type { ClockRequest, ClockState } from '../control/clock.js';
import { type Html, html } from '../html/html.js';
import { button, field, form, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import type { Done } from './notices.js';
import { badge, card, facts, moment } from './parts.js';

interface Move {
  readonly label: string;
  /** What follows for tokens. */
  readonly says: string;
  readonly request: z.input<typeof ClockRequest>;
  readonly done: Done;
}

/** What one click does to the clock, by what a form names it. */
export const MOVES = {
  'minus-5m': {
    label: '-5 min',
    says: 'An ID-JAG lives for 5 minutes: those that are issued now have expired when they reach your server. It must refuse them.',
    ...{ request: { advance: '-5m' }, done: 'clock-moved' },
  },
  'plus-5m': {
    label: '+5 min',
    says: 'ID-JAGs and codes issued until now are over here; those issued now come from the future, as your server sees it: a few minutes of leeway, and no more.',
    ...{ request: { advance: '5m' }, done: 'clock-moved' },
  },
  'plus-1h': {
    label: '+1 h',
    says: 'ID tokens and access tokens issued until now have expired: a client has to use its refresh token, or sign the user in again.',
    ...{ request: { advance: '1h' }, done: 'clock-moved' },
  },
  freeze: {
    label: 'Freeze',
    says: 'The clock stands still, and nothing of this org expires: for a step that you want to look at for long.',
    ...{ request: { freeze: true }, done: 'clock-frozen' },
  },
  run: {
    label: 'Run',
    says: 'It goes on, from where it stands.',
    ...{ request: { freeze: false }, done: 'clock-running' },
  },
} as const satisfies Readonly<Record<string, Move>>;

/** What the fields are called, by the members of the request. */
export const CLOCK_LABELS = { set: 'Moment (UTC)', advance: 'By' } as const;

export interface ClockModel {
  readonly at: At;
  /** What stands in each of the two forms. */
  readonly setting: Values;
  readonly moving: Values;
  readonly clock: ClockState;
}

const PATH = '/console/clock';

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** @param seconds from the real time to that of the org */
function apart(seconds: number): string {
  let rest = Math.abs(Math.round(seconds));
  if (rest === 0) return 'The org goes by the real time.';
  const said = UNITS.flatMap(([length, unit]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return `The org is ${said.join(' ')} ${seconds > 0 ? 'ahead of' : 'behind'} the machine.`;
}

function timeCard({ at, clock }: ClockModel): Html {
  const { now, realTime, offset, frozen } = clock;
  const moves = (['minus-5m', 'plus-5m', 'plus-1h', frozen ? 'run' : 'freeze'] as const).map(
    (move) => html`<li>${button(move, MOVES[move].label, 'plain')}<span class="hint">${MOVES[move].says}</span></li>`,
  );
  return card(
    'The time',
    html`<section id="time" aria-label="The time" data-every="1000">${facts([
      ['Org', html`${moment(now)} ${frozen && badge('frozen', 'warn')}`],
      ['Machine', moment(realTime)],
      ['Difference', apart(offset)],
    ])}</section>
${form(at(PATH), html`<ul class="presets few">${moves}</ul>${button('real', 'Back to real time')}`, 'Move the clock')}`,
  );
}

function setCard({ at, setting, moving, clock }: ClockModel): Html {
  const moment = field({
    ...{ name: 'set', label: CLOCK_LABELS.set, value: setting('set', clock.now.slice(0, 16)) },
    ...{ type: 'datetime-local', required: true, hint: 'From 1970 to 2096.' },
  });
  const length = field({
    ...{ name: 'advance', label: CLOCK_LABELS.advance, value: moving('advance'), required: true },
    hint: 'Such as 90s, 10m or 1h30m; -10m goes back.',
  });
  return card(
    'Set it, or move it',
    html`<div class="pair">${form(at(PATH), html`${moment}${button('set', 'Set')}`, 'Set the clock')}
${form(at(PATH), html`${length}${button('advance', 'Move')}`, 'Move the clock by a length of time')}</div>`,
  );
}

export function clockPage(model: ClockModel): Page {
  return {
    title: 'Clock',
    body: html`<p>Everything of the org goes by this clock: iat and exp of its tokens, codes, sessions, refresh tokens, and what it accepts. Your server keeps its own.</p>
${timeCard(model)}${setCard(model)}
<p class="quiet">A client signs its assertions by its own clock: one that is far from the org’s is refused. API tokens that have an end go by it, too: who signed in to this console with one that has ended by then has to sign in with another. Faults, waits and the life of orgs go by the machine.</p>`,
  };
}
