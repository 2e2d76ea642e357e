/** The tab *Assignments* of an application: who has it, how, by which name, and who could be given it. */
import { type Html, html } from '../html/html.js';
import { type Fact, isKnown } from '../protocol/rule.js';
import type { Group } from '../registry/group.js';
import type { User } from '../registry/user.js';
import { type ApplicationFrame, applicationPath, applicationTabPage } from './application-frame.js';
import { button, field, form, hidden, search, type Values } from './forms.js';
import type { Page } from './frame.js';
import { groupLink, personLink, type Shown, type Way, wayOf } from './listing.js';
import { card, empty, more, opening, outcomeSign, status, table } from './parts.js';
import { USER_NAME_LABELS } from './words.js';

/** A person who has the application. */
export interface AssignedPerson extends Way {
  readonly user: User;
  readonly userName: Fact<string, string>;
  /** An administrator set the user name in the assignment. */
  readonly named: boolean;
}

export interface AssignedGroup {
  readonly group: Group;
  readonly members: number;
  readonly priority: number;
}

export interface AssignmentsModel extends ApplicationFrame {
  readonly value: Values;
  readonly people: Shown<AssignedPerson>;
  readonly groups: Shown<AssignedGroup>;
  /** Who is not assigned directly. */
  readonly otherPeople: Shown<User>;
  readonly otherGroups: Shown<Group>;
}

const toOf = ({ at, app }: ApplicationFrame) => at(applicationPath(app.id, 'Assignments'));

/** The user name, and why it is that. */
function userNameOf({ app }: ApplicationFrame, { userName, named }: AssignedPerson): Html {
  if (!isKnown(userName)) return html`${outcomeSign('broken')} none: ${userName.problem}`;
  const format = app.saml ? `by the format ${USER_NAME_LABELS[app.saml.usernameFormat]}` : 'the login';
  return html`<code>${userName}</code> <span class="hint">${named ? 'set in the assignment' : format}</span>`;
}

/** The button that takes the person's own assignment away, and the field that gives the person another name. */
function personChanges(model: AssignmentsModel, { user, direct, userName, named }: AssignedPerson): Html {
  const to = toOf(model);
  const which = hidden('user', user.id);
  const name = `userName-${user.id}`;
  const stored = named && isKnown(userName) ? userName : '';
  const value = model.value('user') === user.id ? model.value(name, stored) : stored;
  const label = `User name of ${user.profile.login}`;
  return html`<div class="acts">${direct && form(to, html`${which}${button('remove-person', 'Remove', 'link')}`)}
${opening('User name', form(to, html`${which}${field({ name, label, value, required: true })}${button('rename', 'Save user name', 'plain')}`))}</div>`;
}

function peopleCard(model: AssignmentsModel): Html {
  const { at, people } = model;
  const rows = people.rows.map((one) => [
    html`${personLink(at, one.user)}${one.user.status !== 'ACTIVE' && html` ${status(one.user.status)}`}`,
    wayOf(at, one),
    userNameOf(model, one),
    personChanges(model, one),
  ]);
  return card(
    'People',
    rows.length === 0
      ? empty(
          model.value('q') === ''
            ? 'Nobody has this application: sign-ins to it, and exchanges for it, are refused. Assign somebody below.'
            : 'Nobody of this name has this application.',
        )
      : html`${table('People who have the application', ['Person', 'Assigned', 'User name there', 'Action'], rows)}${more(people.others)}`,
  );
}

function groupsCard(model: AssignmentsModel): Html {
  const { at, groups } = model;
  const rows = groups.rows.map(({ group, members, priority }) => [
    groupLink(at, group),
    members,
    priority,
    form(toOf(model), html`${hidden('group', group.id)}${button('remove-group', 'Remove', 'link')}`),
  ]);
  return card(
    'Groups',
    rows.length === 0
      ? empty(
          model.value('q') === '' ? 'No group has this application.' : 'No group of this name has this application.',
        )
      : html`${table('Groups that have the application', ['Group', 'Members', 'Priority', 'Action'], rows)}${more(groups.others)}`,
  );
}

function assignCard(model: AssignmentsModel): Html {
  const { at, otherPeople, otherGroups } = model;
  const row = (kind: 'user' | 'group', act: string, id: string, shown: Html) => [
    shown,
    form(toOf(model), html`${hidden(kind, id)}${button(act, 'Assign', 'link')}`),
  ];
  const rows = [
    ...otherPeople.rows.map((user) => row('user', 'assign-person', user.id, personLink(at, user))),
    ...otherGroups.rows.map((group) => row('group', 'assign-group', group.id, html`Group ${groupLink(at, group)}`)),
  ];
  return card(
    'Assign',
    rows.length === 0
      ? empty(
          model.value('q') === ''
            ? 'Everybody, and every group, is assigned.'
            : 'Nobody else, and no other group, has this name.',
        )
      : html`${table('Who could be assigned', ['Person or group', 'Action'], rows)}${more(otherPeople.others + otherGroups.others)}`,
  );
}

export function assignmentsTab(model: AssignmentsModel): Page {
  const { value } = model;
  return applicationTabPage(
    model,
    'Assignments',
    html`<p class="lead">Only who is assigned can sign in to the application, and be the user of an exchange for it.</p>
${search(toOf(model), field({ name: 'q', label: 'Search for people and groups', value: value('q'), type: 'search' }))}
${peopleCard(model)}${groupsCard(model)}${assignCard(model)}`,
  );
}
