/** The doors of what is switched on purpose: faults and the clock. */
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { clockPage, MOVES } from '../../console/clock.js';
import { PRESETS } from '../../console/fault-presets.js';
import { FAULT_LABELS, faultsPage } from '../../console/faults.js';
import { ClockRequest, changeClock, clockState, resetClock } from '../../control/clock.js';
import { addFault, FaultRequest, faultShown, listFaults, removeFault, removeFaults } from '../../control/faults.js';
import type { Form } from '../../protocol/form.js';
import type { Endpoint } from '../endpoint.js';
import { faultRoutes } from '../endpoints.js';
import { numberIn } from './form-values.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

const FAULTS = '/console/faults';
const CLOCK = '/console/clock';

/** The most rows of a list. */
const MOST = 50;

function showFaults({ at, value, org }: ConsoleCall) {
  const all = listFaults(org);
  const rows = all.slice(0, MOST).map((one) => faultShown(org, one));
  return faultsPage({ at, value, rows, others: all.length - rows.length });
}

/** The part of the fault that one kind is made of; `undefined` and `''` are as the form has them. */
function kindIn(form: Form): Record<string, unknown> {
  const get = (name: string) => form.get(`fault.${name}`);
  const parts: Readonly<Record<string, unknown>> = {
    status: { code: numberIn(get('status.code')), body: get('status.body') },
    ...{ reset: get('reset'), contentType: get('contentType'), redirect: get('redirect') },
    ...{ truncate: numberIn(get('truncate')), oversize: numberIn(get('oversize')) },
    drip: { bytes: numberIn(get('drip.bytes')), every: get('drip.every') },
    ...{ jwks: get('jwks'), metadata: get('metadata') },
  };
  const what = form.get('what') ?? '';
  return Object.hasOwn(parts, what) ? { [what]: parts[what] } : {};
}

function faultIn(form: Form): unknown {
  const place = form.get('place');
  const late = form.get('fault.latency.fixed');
  return {
    route: place === 'other' ? (form.get('route') ?? '') : place,
    fault: { ...kindIn(form), ...(late !== undefined && { latency: { fixed: late } }) },
    ...{ times: numberIn(form.get('times')), seconds: form.get('seconds') },
  };
}

async function switchOn(call: ConsoleCall, input: unknown): Promise<Went | AdminRefusal> {
  const request = asked(FaultRequest, input, FAULT_LABELS);
  if (isAdminRefusal(request)) return request;
  const added = await addFault(call, request, faultRoutes());
  return isAdminRefusal(added) ? added : { to: FAULTS, done: 'fault-on' };
}

const presets = Object.entries(PRESETS).map(
  ([name, { request }]) => [name, (call: ConsoleCall) => switchOn(call, request)] as const,
);

async function move(call: ConsoleCall, input: unknown): Promise<Went | AdminRefusal> {
  const labels = { set: 'To this moment (UTC)', advance: 'On by' };
  const request = asked(ClockRequest, input, labels);
  if (isAdminRefusal(request)) return request;
  const changed = await changeClock(call, request);
  return isAdminRefusal(changed) ? changed : { to: CLOCK, done: 'clock-moved' };
}

const moves = Object.entries(MOVES).map(
  ([name, { request }]) => [name, (call: ConsoleCall) => move(call, request)] as const,
);

export const SWITCH_PAGES: readonly Endpoint[] = [
  consolePage({
    url: FAULTS,
    show: showFaults,
    acts: {
      ...Object.fromEntries(presets),
      add: (call) => switchOn(call, faultIn(call.form)),
      off: async (call) => (await removeFault(call, call.form.get('id') ?? '')) ?? { to: FAULTS, done: 'fault-off' },
      'off-all': async (call) => (await removeFaults(call)) ?? { to: FAULTS, done: 'faults-off' },
    },
  }),
  consolePage({
    url: CLOCK,
    show: ({ at, value, org }) => clockPage({ at, value, clock: clockState(org) }),
    acts: {
      ...Object.fromEntries(moves),
      // A browser gives a moment without its zone; the page says that it is UTC.
      set: (call) => move(call, { set: `${call.form.get('set') ?? ''}Z` }),
      advance: (call) => move(call, { advance: call.form.get('advance') ?? '' }),
      real: async (call) => (await resetClock(call)) ?? { to: CLOCK, done: 'clock-real' },
    },
  }),
];
