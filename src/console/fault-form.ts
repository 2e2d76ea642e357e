/** The form that adds a fault: where it is, what becomes of the answer, for how long. */
import { KEY_SETS, METADATA } from '../edge-cases/situations.js';
import { type Html, html } from '../html/html.js';
import { ROUTES } from './fault-presets.js';
import { button, choice, field, form, type Option, radios, type Values } from './forms.js';

/** What can become of an answer; each has the fields of its own, whose names are below. */
export const FAULT_KINDS = {
  status: 'Another status',
  reset: 'The connection is reset',
  truncate: 'Cut off',
  drip: 'Slow, bit by bit',
  contentType: 'Another Content-Type',
  oversize: 'Too large',
  redirect: 'A redirect',
  jwks: 'A key set that is wrong',
  metadata: 'Metadata that is wrong',
  late: 'Only late',
} as const;
export type FaultKind = keyof typeof FAULT_KINDS;

/** What fields are called, by the member of the request that they become. */
export const FAULT_LABELS = {
  ...{ route: 'Path', method: 'Method', times: 'How many requests', seconds: 'For how long', fault: 'Fault' },
  ...{ 'fault.status.code': 'Status', 'fault.status.body': 'Body', 'fault.reset': 'When' },
  ...{ 'fault.truncate': 'Bytes', 'fault.drip.bytes': 'Bytes at a time', 'fault.drip.every': 'One every' },
  ...{ 'fault.contentType': 'Content-Type', 'fault.oversize': 'Bytes in all', 'fault.redirect': 'Leads to' },
  ...{ 'fault.jwks': 'The key set', 'fault.metadata': 'The metadata' },
  ...{ 'fault.latency.fixed': 'Late by', 'fault.latency.jitter': 'And by chance up to' },
} as const;

/** How a form says that the path is the one that was typed. */
export const OTHER_PLACE = 'other';

const PLACES: readonly Option[] = [
  { value: '', label: 'Wherever it belongs (key sets and metadata only)' },
  ...ROUTES,
  { value: OTHER_PLACE, label: 'The path below' },
];

const METHODS: readonly Option[] = [
  { value: '', label: 'any' },
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, label: value })),
];

const wordOptions = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, says]) => ({ value, label: `${value}: ${says}` }));

/** The fields that belong to one kind of fault. An address may say `jwks` or `metadata`. */
function partsOf(value: Values): Readonly<Partial<Record<FaultKind, Html>>> {
  const text = (name: keyof typeof FAULT_LABELS, stored: string, hint?: string) =>
    field({ name, label: FAULT_LABELS[name], value: value(name, stored), ...(hint !== undefined && { hint }) });
  const one = (name: keyof typeof FAULT_LABELS, stored: string, options: readonly Option[]) =>
    choice({ name, label: FAULT_LABELS[name], value: value(name, stored), options });
  return {
    status: html`${text('fault.status.code', '503')}${text('fault.status.body', '')}`,
    reset: one('fault.reset', 'before', [
      { value: 'before', label: 'before the request is carried out' },
      { value: 'after', label: 'after it, so that its answer is lost' },
    ]),
    truncate: text('fault.truncate', '20', 'So many come; more were announced.'),
    drip: html`${text('fault.drip.bytes', '1')}${text('fault.drip.every', '100ms')}`,
    contentType: text('fault.contentType', 'text/html'),
    oversize: text('fault.oversize', '50000000', 'Blanks behind the right body, 200 MB at most.'),
    redirect: text('fault.redirect', 'https://elsewhere.example/'),
    jwks: one('fault.jwks', value('jwks', 'empty'), wordOptions(KEY_SETS)),
    metadata: one('fault.metadata', value('metadata', 'issuer-mismatch'), wordOptions(METADATA)),
  };
}

function kindFields(value: Values): Html {
  const options = Object.entries(FAULT_KINDS).map(([kind, label]) => ({ value: kind, label }));
  const parts = Object.entries(partsOf(value)).map(
    ([kind, fields]) =>
      html`<fieldset class="kind kind-${kind}"><legend>${FAULT_KINDS[kind as FaultKind]}</legend>${fields}</fieldset>`,
  );
  return html`<div class="kinds">${radios({ name: 'what', label: 'What becomes of the answer', value: value('what', 'status'), options })}
<div>${parts}</div></div>`;
}

/** When it is, how late, how often, how long. */
function boundFields(value: Values): Html {
  const late = 'fault.latency.fixed';
  const jitter = 'fault.latency.jitter';
  return html`<div class="pair">${field({ name: late, label: FAULT_LABELS[late], value: value(late), hint: 'Such as 300ms or 5s; goes with any of the others, too. Empty: at once.' })}
${field({ name: jitter, label: FAULT_LABELS[jitter], value: value(jitter), hint: 'More than that, as it happens; such as 500ms.' })}
${field({ name: 'times', label: FAULT_LABELS.times, value: value('times'), type: 'number', hint: 'Empty: any number.' })}
${field({ name: 'seconds', label: FAULT_LABELS.seconds, value: value('seconds'), hint: 'Such as 30s or 5m, by the time of the machine. Empty: until it is turned off.' })}</div>`;
}

/**
 * @param action address of the page that takes it
 * @param paths of the endpoints of the org, to be offered
 */
export function faultForm(action: string, value: Values, paths: readonly string[]): Html {
  const belongs = value('jwks') !== '' || value('metadata') !== '';
  return form(
    action,
    html`${choice({ name: 'place', label: 'Where', value: value('place', belongs ? '' : ROUTES[0].value), options: PLACES })}
<div class="pair">${field({ name: 'route', label: FAULT_LABELS.route, value: value('route'), offers: paths, hint: 'Where you chose it above. Below the issuer; * is any text within one step, ** any number of steps.' })}
${choice({ name: 'method', label: FAULT_LABELS.method, value: value('method'), options: METHODS })}</div>
${kindFields(value)}${boundFields(value)}
${button('add', 'Turn on')}`,
    'Add a fault',
  );
}
