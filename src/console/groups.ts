/** *Directory > Groups*: the list, *Add group*, and the page of one: its members and the applications that they have by it. */
import { type Html, html } from '../html/html.js';
import type { Application } from '../registry/application.js';
import type { Group } from '../registry/group.js';
import type { User } from '../registry/user.js';
import { applicationPath } from './application-frame.js';
import { area, button, danger, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { groupLink, groupPath, personLink, type Shown } from './listing.js';
import { card, copyable, empty, facts, moment, more, table } from './parts.js';

const LIST = '/console/groups';
const TRAIL = [{ label: 'Groups', to: LIST }] as const;

/** A group, and how many belong to it and by it to something. */
export interface ListedGroup {
  readonly group: Group;
  readonly members: number;
  readonly applications: number;
}

export interface GroupsModel {
  readonly at: At;
  readonly value: Values;
  readonly found: Shown<ListedGroup>;
  /** Whether the org has any. */
  readonly some: boolean;
}

export function groupsPage({ at, value, found, some }: GroupsModel): Page {
  const rows = found.rows.map(({ group, members, applications }) => [
    groupLink(at, group),
    group.description,
    members,
    applications,
  ]);
  const add = html`<a class="button" href="${at(`${LIST}/new`)}">Add group</a>`;
  return {
    title: 'Groups',
    body: html`<div class="head"><p>People who get applications together.</p>${add}</div>
${search(at(LIST), field({ name: 'q', label: 'Name or id', value: value('q'), type: 'search' }))}
${
  rows.length === 0
    ? empty(some ? 'No group has this name.' : 'There is no group yet.', add)
    : html`${table('Groups', ['Name', 'Description', 'Members', 'Applications'], rows)}${more(found.others)}`
}`,
  };
}

const profileFields = (
  value: Values,
  before?: Group,
) => html`${field({ name: 'name', label: 'Name', value: value('name', before?.name), required: true, hint: 'No other group has it.' })}
${area({ name: 'description', label: 'Description', value: value('description', before?.description), rows: 2 })}`;

export function newGroupPage(at: At, value: Values): Page {
  return {
    title: 'Add group',
    trail: TRAIL,
    body: card('Group', form(at(`${LIST}/new`), html`${profileFields(value)}${button('add', 'Add group')}`)),
  };
}

export interface GroupModel {
  readonly at: At;
  readonly group: Group;
  readonly value: Values;
  readonly members: Shown<User>;
  /** How many there are in all. */
  readonly size: number;
  /** Who could be added. */
  readonly others: Shown<User>;
  readonly applications: Shown<Application>;
}

const toOf = ({ at, group }: Pick<GroupModel, 'at' | 'group'>) => at(groupPath(group.id));

function peopleTable(model: GroupModel, caption: string, people: Shown<User>, act: string, label: string): Html {
  const rows = people.rows.map((user) => [
    personLink(model.at, user),
    form(toOf(model), html`${hidden('user', user.id)}${button(act, label, 'link')}`),
  ]);
  return html`${table(caption, ['Person', 'Action'], rows)}${more(people.others)}`;
}

function peopleCards(model: GroupModel): Html {
  const { value, members, size, others } = model;
  return html`${search(toOf(model), field({ name: 'q', label: 'Search for people', value: value('q'), type: 'search' }))}
${card('Members', members.rows.length === 0 ? empty(size === 0 ? 'Nobody is in this group.' : 'Nobody of this name is in this group.') : peopleTable(model, 'Members', members, 'remove', 'Remove'))}
${card('Add people', others.rows.length === 0 ? empty(value('q') === '' ? 'Everybody is in this group.' : 'Nobody else has this name.') : peopleTable(model, 'People who are not in the group', others, 'join', 'Add'))}`;
}

function applicationsCard({ at, applications }: GroupModel): Html {
  const rows = applications.rows.map(({ id, label }) => [
    html`<a href="${at(applicationPath(id, 'Assignments'))}">${label}</a>`,
  ]);
  return card(
    'Applications',
    rows.length === 0
      ? empty('The group has no application. Assign one on its tab Assignments.')
      : html`${table('Applications of the group', ['Application'], rows)}${more(applications.others)}`,
  );
}

export function groupPage(model: GroupModel): Page {
  const { group, value, size } = model;
  const known = facts([
    ['Id', copyable('group-id', group.id)],
    ['Members', size],
    ['Created', moment(group.created)],
    ['Last changed', moment(group.lastUpdated)],
  ]);
  return {
    title: group.name,
    trail: TRAIL,
    body: html`${card('Group', html`${known}${form(toOf(model), html`${profileFields(value, group)}${button('save', 'Save')}`, 'Group')}`)}
${applicationsCard(model)}
${peopleCards(model)}
${danger(toOf(model), 'delete', 'Delete group', 'Its members lose the applications that they have by it only.')}`,
  };
}
