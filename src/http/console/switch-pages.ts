/** The doors of what is switched on purpose: faults and the clock. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { CLOCK_LABELS, clockPage, MOVES } from '../../console/clock.js';
import { FAULT_LABELS, OTHER_PLACE } from '../../console/fault-form.js';
import { PRESETS } from '../../console/fault-presets.js';
import { faultsPage } from '../../console/faults.js';
import type { Done } from '../../console/notices.js';
import { ClockRequest, changeClock, clockState, resetClock } from '../../control/clock.js';
import { addFault, FaultRequest, faultShown, listFaults, removeFault, removeFaults } from '../../control/faults.js';
import type { Form } from '../../protocol/form.js';
import type { Endpoint } from '../endpoint.js';
import { faultRoutes } from '../endpoints.js';
import { chosen } from './choosing.js';
import { numberIn, textIn } from './form-values.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

const FAULTS = '/console/faults';
const CLOCK = '/console/clock';

function showFaults(call: ConsoleCall) {
  const { at, org } = call;
  const { rows, others } = chosen(listFaults(org), '', () => ['']);
  return faultsPage({
    ...{ at, value: valuesOfForm(call, 'add') },
    faults: { rows: rows.map((one) => faultShown(org, one)), others },
    // As patterns, in which a parameter is any one step.
    paths: [...new Set(faultRoutes().map((url) => url.replaceAll(/:\w+/g, '*')))],
  });
}

/** The part of the fault that one kind is made of, as the form has it. */
function kindIn(form: Form): Record<string, unknown> {
  const get = (name: string) => form.get(`fault.${name}`);
  const parts: Readonly<Record<string, unknown>> = {
    status: { code: numberIn(get('status.code')), body: get('status.body') },
    ...{ reset: get('reset'), contentType: get('contentType'), redirect: get('redirect') },
    ...{ truncate: numberIn(get('truncate')), oversize: numberIn(get('oversize')) },
    drip: { bytes: numberIn(get('drip.bytes')), every: get('drip.every') },
    ...{ jwks: get('jwks'), metadata: get('metadata') },
  };
  const what = textIn(form, 'what');
  return Object.hasOwn(parts, what) ? { [what]: parts[what] } : {};
}

/** How late it is: where that is all, it has to be said. */
function latencyIn(form: Form): object {
  const fixed = form.get('fault.latency.fixed');
  const jitter = form.get('fault.latency.jitter');
  const isAll = form.get('what') === 'late' && jitter === undefined;
  if (isAll) return { latency: { fixed: fixed ?? '' } };
  return fixed === undefined && jitter === undefined ? {} : { latency: { fixed, jitter } };
}

function faultIn(form: Form): unknown {
  const place = form.get('place');
  return {
    route: place === OTHER_PLACE ? textIn(form, 'route') : place,
    method: form.get('method'),
    fault: { ...kindIn(form), ...latencyIn(form) },
    ...{ times: numberIn(form.get('times')), seconds: form.get('seconds') },
  };
}

async function turnOn(call: ConsoleCall, input: unknown): Promise<Went | AdminRefusal> {
  const request = asked(FaultRequest, input, FAULT_LABELS);
  if (isAdminRefusal(request)) return request;
  const added = labelled(await addFault(call, request, faultRoutes()), FAULT_LABELS);
  return isAdminRefusal(added) ? added : { to: FAULTS, done: 'fault-on' };
}

const presets = Object.entries(PRESETS).map(
  ([name, { request }]) => [name, (call: ConsoleCall) => turnOn(call, request)] as const,
);

async function move(call: ConsoleCall, input: unknown, done: Done): Promise<Went | AdminRefusal> {
  const request = asked(ClockRequest, input, CLOCK_LABELS);
  if (isAdminRefusal(request)) return request;
  const changed = await changeClock(call, request);
  return isAdminRefusal(changed) ? changed : { to: CLOCK, done };
}

const moves = Object.entries(MOVES).map(
  ([name, { request, done }]) => [name, (call: ConsoleCall) => move(call, request, done)] as const,
);

const NO_MOMENT = notValid('set', `${CLOCK_LABELS.set}: is no date and time, such as 2030-01-31T12:00`);

/** A browser gives a moment without its zone, and without seconds where they are none; the page says that it is UTC. */
function setMoment(call: ConsoleCall) {
  const typed = textIn(call.form, 'set');
  const [, minute, seconds = ':00'] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(typed) ?? [];
  return minute === undefined ? NO_MOMENT : move(call, { set: `${minute}${seconds}Z` }, 'clock-moved');
}

export const SWITCH_PAGES: readonly Endpoint[] = [
  consolePage({
    url: FAULTS,
    show: showFaults,
    acts: {
      ...Object.fromEntries(presets),
      add: (call) => turnOn(call, faultIn(call.form)),
      off: async (call) => (await removeFault(call, textIn(call.form, 'id'))) ?? { to: FAULTS, done: 'fault-off' },
      'off-all': async (call) => (await removeFaults(call)) ?? { to: FAULTS, done: 'faults-off' },
    },
  }),
  consolePage({
    url: CLOCK,
    show: (call) =>
      clockPage({
        ...{ at: call.at, clock: clockState(call.org) },
        ...{ setting: valuesOfForm(call, 'set'), moving: valuesOfForm(call, 'advance') },
      }),
    acts: {
      ...Object.fromEntries(moves),
      set: setMoment,
      advance: (call) => move(call, { advance: textIn(call.form, 'advance') }, 'clock-moved'),
      real: async (call) => (await resetClock(call)) ?? { to: CLOCK, done: 'clock-real' },
    },
  }),
];
