/** *Orgs and states*: the states that an org can be put back into, and orgs beside the main one. */
import type { OrgShown } from '../control/made-orgs.js';
import type { SnapshotShown } from '../control/states.js';
import { type Html, html } from '../html/html.js';
import { area, button, check, choice, danger, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import type { Shown } from './listing.js';
import { card, empty, moment, more, note, records } from './parts.js';

/** The orgs that were made, as the main one sees them. */
export interface MadeOrgsModel {
  readonly shown: Shown<OrgShown>;
  readonly count: number;
  /** How many there may be. */
  readonly most: number;
}

export interface OrgsModel {
  readonly at: At;
  /** What stands in the forms that look for an org, make one, and take a snapshot. */
  readonly searching: Values;
  readonly creating: Values;
  readonly taking: Values;
  /** Of the org at hand. */
  readonly name: string;
  /** Undefined: this is one of those that were made, and does not see the others. */
  readonly made: MadeOrgsModel | undefined;
  readonly snapshots: readonly SnapshotShown[];
}

const PATH = '/console/orgs';

export const ORG_LABELS = {
  ...{ id: 'Id', from: 'Made from', file: 'Org file', ttl: 'Goes after', freshKeys: 'A signing key of its own' },
  snapshot: 'Name of the snapshot',
} as const;

/** How long an org stays that nobody asks, and how a form says that it stays for ever. */
export const STAYS = 'stays';
const LIFETIMES = [
  { value: '1h', label: 'an hour without a request' },
  { value: '1d', label: 'a day without a request' },
  { value: '7d', label: 'a week without a request' },
  { value: STAYS, label: 'never: until it is deleted' },
];

function orgRow(at: At, { id, name, issuer, created, expires }: OrgShown) {
  return [
    html`<a href="/orgs/${id}/">${id}</a><br>${name}`,
    html`<code>${issuer}</code>`,
    moment(created),
    expires === null ? 'when it is deleted' : moment(expires),
    danger(at(PATH), 'delete', 'Delete', `${id} is gone then, with everything in it.`, hidden('id', id)),
  ];
}

function createForm({ at, creating }: OrgsModel): Html {
  return form(
    at(PATH),
    html`<div class="pair">${field({ name: 'id', label: ORG_LABELS.id, value: creating('id'), hint: 'Stands in its issuer: small letters, digits and -. Empty: one is chosen.' })}
${field({ name: 'from', label: ORG_LABELS.from, value: creating('from'), hint: 'main, or the id of another org: as that is now. Empty: as the main org was made.', offers: ['main'] })}
${choice({ name: 'ttl', label: ORG_LABELS.ttl, value: creating('ttl', '1h'), options: LIFETIMES })}</div>
${check({ name: 'freshKeys', label: ORG_LABELS.freshKeys, checked: creating('freshKeys') === 'on', hint: 'Otherwise it signs with the keys of the org that it is made from.' })}
${area({ name: 'file', label: ORG_LABELS.file, value: creating('file'), rows: 6, hint: 'As Export gives it, in place of “Made from”.' })}
${button('create', 'Create')}`,
    'Create an org',
  );
}

function list({ at }: OrgsModel, { shown }: MadeOrgsModel): Html {
  const heads = ['Org', 'Issuer', 'Made', 'Goes', 'Action'];
  const rows = shown.rows.map((row) => orgRow(at, row));
  return html`${records('Orgs', heads, rows)}${more(shown.others)}`;
}

function madeOrgs(model: OrgsModel, made: MadeOrgsModel): Html {
  const { at, searching } = model;
  const { shown, count, most } = made;
  const words = searching('q');
  const nothing = words === '' ? 'There is none. Create one below.' : 'No org has this id or name.';
  const isLong = shown.others > 0 || words !== '';
  return html`${card(
    'Orgs beside this one',
    html`<p>Each has records, keys, clock, logs, faults and a console of its own, for tests that must not meet. They live in memory: ${count} of at most ${most}.</p>
${isLong && search(at(PATH), field({ name: 'q', label: 'Id or name', value: words, type: 'search' }))}
${shown.rows.length === 0 ? empty(nothing) : list(model, made)}`,
  )}
${card('Create an org', createForm(model))}`;
}

function snapshotRow(at: At, { name, taken, records }: SnapshotShown) {
  const named = hidden('snapshot', name);
  return [
    name,
    moment(taken),
    records,
    danger(at(PATH), 'restore', 'Restore', 'What was changed since is lost. Nobody is signed in any more.', named),
    form(at(PATH), html`${named}${button('forget', 'Delete', 'plain')}`),
  ];
}

/** The most snapshots that are listed. */
const LISTED = 50;

function snapshotsPart({ at, taking, snapshots }: OrgsModel): Html {
  const heads = ['Snapshot', 'Taken', 'Records', 'Action', 'Delete'];
  const rows = snapshots.slice(0, LISTED).map((one) => snapshotRow(at, one));
  const others = snapshots.length - rows.length;
  return html`<h3>Snapshots</h3>
<p>A snapshot remembers everything but who is signed in, and the logs. They are kept in memory, 100 at most, and gone when the process ends.</p>
${rows.length > 0 && records('Snapshots', heads, rows)}
${others > 0 && html`<p class="quiet">${others} older ones are not shown: delete some of these.</p>`}
${form(at(PATH), html`${field({ name: 'name', label: ORG_LABELS.snapshot, value: taking('name'), required: true, hint: 'Letters, digits, _ . and -. Another of this name is replaced.' })}${button('take', 'Take snapshot')}`, 'Take a snapshot')}`;
}

function statesCard(model: OrgsModel): Html {
  const { at, name, made } = model;
  return card(
    `This org: ${name}`,
    html`<h3>Export</h3>
${form(at(PATH), html`<p>Its people, applications, agents, connections and keys as an org file: for the next <code>--org</code>, or for an org beside this one. Passwords, secrets and private keys are in it; faults, clock and logs are not.</p>${button('export', 'Export')}`, 'Export')}
${snapshotsPart(model)}
<h3>Reset</h3>
${danger(at(PATH), 'reset', 'Reset', html`The org is again as it was made${made && ', which is as its org file has it'}: what was changed since is lost, logs and exchanges are empty, nothing is armed, no fault is on, the clock is the real one. Its snapshots stay.`)}`,
  );
}

export function orgsPage(model: OrgsModel): Page {
  const { made } = model;
  return {
    title: 'Orgs and states',
    body: html`${statesCard(model)}
${
  made
    ? madeOrgs(model, made)
    : note(
        html`This org was made beside the main one, and does not see the others. Orgs are created and deleted at <a href="/console/orgs">the console of the main org</a>.`,
      )
}`,
  };
}
