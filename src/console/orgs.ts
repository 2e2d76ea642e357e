/** *Orgs and states*: orgs beside the main one, and the states that an org can be put back into. */
import type { OrgShown } from '../control/made-orgs.js';
import type { SnapshotShown } from '../control/states.js';
import { type Html, html } from '../html/html.js';
import { area, button, check, choice, danger, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { card, empty, moment, more, note, table } from './parts.js';

/** The orgs that were made, as the main one sees them. */
export interface MadeOrgsModel {
  readonly rows: readonly OrgShown[];
  readonly others: number;
  readonly count: number;
  /** How many there may be. */
  readonly most: number;
}

export interface OrgsModel {
  readonly at: At;
  readonly value: Values;
  readonly name: string;
  /** Undefined: this is one of those that were made, and does not see the others. */
  readonly made: MadeOrgsModel | undefined;
  readonly snapshots: readonly SnapshotShown[];
}

const PATH = '/console/orgs';

export const ORG_LABELS = {
  ...{
    id: 'Id',
    from: 'Made from',
    file: 'Org file',
    ttl: 'Goes after',
    freshKeys: 'A signing key of its own',
    name: 'Name',
  },
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
    expires === null ? 'never' : moment(expires),
    danger(at(PATH), 'delete', 'Delete', `${id} is gone then, with everything in it.`, hidden('id', id)),
  ];
}

function makeForm({ at, value }: OrgsModel): Html {
  return form(
    at(PATH),
    html`${field({ name: 'id', label: ORG_LABELS.id, value: value('id'), hint: 'Stands in its issuer: small letters, digits and -. Empty: one is chosen.' })}
${field({ name: 'from', label: ORG_LABELS.from, value: value('from'), hint: 'main, or the id of another org: as that is now. Empty: as the main one was made.', offers: ['main'] })}
${choice({ name: 'ttl', label: ORG_LABELS.ttl, value: value('ttl', '1h'), options: LIFETIMES })}
${check({ name: 'freshKeys', label: ORG_LABELS.freshKeys, checked: value('freshKeys') === 'on', hint: 'Otherwise it signs with the keys of the org that it is made from.' })}
${area({ name: 'file', label: ORG_LABELS.file, value: value('file'), rows: 8, hint: 'As Export gives it, in place of "Made from".' })}
${button('create', 'Make the org')}`,
    'Make an org',
  );
}

function madeOrgs(model: OrgsModel, { rows, others, count, most }: MadeOrgsModel): Html {
  const { at, value } = model;
  const heads = ['Org', 'Issuer', 'Made', 'Goes', 'Delete'];
  return html`${card(
    'Orgs beside this one',
    html`<p>Each has records, keys, clock, logs, faults and a console of its own, for tests that must not meet. They live in memory: ${count} of at most ${most}.</p>
${(count > rows.length || value('q') !== '') && search(at(PATH), field({ name: 'q', label: 'Id or name', value: value('q'), type: 'search' }))}
${
  rows.length === 0
    ? empty('There is none. Make one below.')
    : table(
        'Orgs',
        heads,
        rows.map((row) => orgRow(at, row)),
      )
}${more(others)}`,
  )}
${card('Make an org', makeForm(model))}`;
}

function snapshotRow(at: At, { name, taken, records }: SnapshotShown) {
  const named = hidden('snapshot', name);
  return [
    name,
    moment(taken),
    records,
    danger(at(PATH), 'restore', 'Restore', 'What was changed since is lost. Who is signed in is not any more.', named),
    form(at(PATH), html`${named}${button('forget', 'Delete', 'plain')}`),
  ];
}

function statesCard({ at, value, name, snapshots, made }: OrgsModel): Html {
  const heads = ['Snapshot', 'Taken', 'Records', 'Restore', 'Delete'];
  return card(
    `States of ${name}`,
    html`${form(at(PATH), html`<p>Everything in it as an org file: the next <code>--org</code>, or an org beside this one. Passwords, secrets and private keys are in it.</p>${button('export', 'Export')}`)}
<h3>Snapshots</h3>
<p>A snapshot remembers all but who is signed in. They are kept in memory, 100 at most, and gone when the process ends.</p>
${
  snapshots.length > 0 &&
  table(
    'Snapshots',
    heads,
    snapshots.map((one) => snapshotRow(at, one)),
  )
}
${form(at(PATH), html`${field({ name: 'name', label: ORG_LABELS.name, value: value('name'), required: true, hint: 'Letters, digits, _ . and -. Another of this name is replaced.' })}${button('take', 'Take a snapshot')}`, 'Take a snapshot')}
<h3>Reset</h3>
${danger(at(PATH), 'reset', 'Reset', html`The org is again as it was made${made && ', which is as its org file has it'}: what was changed since is lost, logs and inbox are empty, nothing is armed, the clock is the real one. Its snapshots stay.`)}`,
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
        html`This org was made beside the main one, and does not see the others. Orgs are made and deleted at <a href="/console/orgs">the console of the main org</a>.`,
      )
}`,
  };
}
