/** The page of a person: status and what can be done to it, profile, password, sessions, groups, applications. */
import type { UserStep } from '../admin/user-lifecycle.js';
import { type Html, html } from '../html/html.js';
import type { AiAgent } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import type { Group } from '../registry/group.js';
import { OPTIONAL_ATTRIBUTES, type User } from '../registry/user.js';
import { applicationPath } from './application-frame.js';
import { button, check, danger, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { groupLink, nameOfPerson, personPath, type Shown, type Way, wayOf } from './listing.js';
import { card, copyable, empty, facts, moment, more, note, opening, status, table } from './parts.js';
import { STATUS_MEANS } from './words.js';

/** An application that the person has. */
export interface ApplicationOfPerson extends Way {
  readonly app: Application;
}

export interface PersonModel {
  readonly at: At;
  readonly user: User;
  readonly value: Values;
  /** Those that lead on from the person's status. */
  readonly steps: readonly UserStep[];
  /** How many sessions the person has that were not ended. */
  readonly sessions: number;
  readonly groups: readonly Group[];
  /** Groups that the person could be added to. */
  readonly otherGroups: Shown<Group>;
  readonly applications: Shown<ApplicationOfPerson>;
  /** AI agents that the person answers for. */
  readonly agents: readonly AiAgent[];
}

const STEP_LABELS: Readonly<Record<UserStep, string>> = {
  activate: 'Activate',
  reactivate: 'Reactivate',
  deactivate: 'Deactivate',
  suspend: 'Suspend',
  unsuspend: 'Unsuspend',
  unlock: 'Unlock',
  reset_password: 'Reset password',
  expire_password: 'Expire password',
};

const toOf = ({ at, user }: Pick<PersonModel, 'at' | 'user'>) => at(personPath(user.id));

function actions(model: PersonModel): Html {
  const buttons = model.steps.map((step) => html`<p>${button(step, STEP_LABELS[step], 'plain')}</p>`);
  return opening('Actions', form(toOf(model), buttons), 'menu');
}

function identity(model: PersonModel): Html {
  const { at, user, agents } = model;
  const owned = agents.map(
    (agent) => html`<a href="${at(`/console/ai-agents/${agent.id}`)}">${agent.profile.name}</a> `,
  );
  return card(
    'Person',
    facts([
      ['Id', copyable('user-id', user.id)],
      ['Status since', moment(user.statusChanged)],
      ['Password', user.passwordChanged === undefined ? 'none' : html`set ${moment(user.passwordChanged)}`],
      ['Owner of the AI agents', agents.length > 0 && owned],
      ['Created', moment(user.created)],
      ['Last changed', moment(user.lastUpdated)],
    ]),
  );
}

/** `employeeNumber` as `Employee number`. */
const labelOfAttribute = (name: string) =>
  name
    .replace(/^./, (first) => first.toUpperCase())
    .replaceAll(/[A-Z](?=[a-z])/g, (letter, at) => (at === 0 ? letter : ` ${letter.toLowerCase()}`));

/** What each attribute is called. */
export const ATTRIBUTE_LABELS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OPTIONAL_ATTRIBUTES.map((name) => [name, labelOfAttribute(name)])),
  ...{ firstName: 'First name', lastName: 'Last name', login: 'Login', email: 'Email' },
  ...{ locale: 'Locale', timezone: 'Time zone' },
};

function profileCard(model: PersonModel): Html {
  const { user, value } = model;
  const line = (name: keyof User['profile'], required: boolean) =>
    field({ name, label: ATTRIBUTE_LABELS[name] as string, value: value(name, user.profile[name]), required });
  return card(
    'Profile',
    form(
      toOf(model),
      html`${(['firstName', 'lastName', 'login', 'email'] as const).map((name) => line(name, true))}
${opening(
  'More attributes',
  [...(['locale', 'timezone'] as const), ...OPTIONAL_ATTRIBUTES].map((name) => line(name, false)),
)}
<p>${button('save', 'Save')}</p>`,
      'Profile',
    ),
  );
}

function signInCard(model: PersonModel): Html {
  const { sessions } = model;
  const password = field({
    name: 'password',
    label: 'New password',
    value: '',
    type: 'password',
    required: true,
    hint: 'Kept in clear: take none that is used elsewhere.',
  });
  return html`${card('Password', form(toOf(model), html`${password}${button('set-password', 'Set password')}`, 'Password'))}
${card(
  'Sessions',
  html`<p>${sessions === 0 ? 'The person has no session at this org.' : `Sessions at this org: ${sessions}. When they end, ID tokens that came from them can be exchanged no more.`}</p>
${form(toOf(model), html`${check({ name: 'tokens', label: 'Revoke access tokens and refresh tokens, too', checked: false })}${button('end-sessions', 'End sessions', 'plain')}`, 'Sessions')}`,
)}`;
}

function groupsCard(model: PersonModel): Html {
  const { at, value, groups, otherGroups } = model;
  const one = (act: string, label: string) => (group: Group) => [
    groupLink(at, group),
    form(toOf(model), html`${hidden('group', group.id)}${button(act, label, 'link')}`),
  ];
  return card(
    'Groups',
    html`${groups.length === 0 ? empty('The person is in no group.') : table('Groups of the person', ['Group', 'Action'], groups.map(one('leave', 'Remove')))}
<h3>Add to a group</h3>
${search(toOf(model), field({ name: 'q', label: 'Search for groups', value: value('q'), type: 'search' }))}
${otherGroups.rows.length === 0 ? empty(value('q') === '' ? 'There is no other group.' : 'There is no other group of this name.') : table('Other groups', ['Group', 'Action'], otherGroups.rows.map(one('join', 'Add')))}
${more(otherGroups.others)}`,
  );
}

function applicationsCard({ at, applications }: PersonModel): Html {
  const rows = applications.rows.map(({ app, ...way }) => [
    html`<a href="${at(applicationPath(app.id, 'Assignments'))}">${app.label}</a>`,
    wayOf(at, way),
  ]);
  return card(
    'Applications',
    rows.length === 0
      ? empty('The person has no application. Assign one on its tab Assignments.')
      : html`${table('Applications of the person', ['Application', 'Assigned'], rows)}${more(applications.others)}`,
  );
}

function deletion(model: PersonModel): Html {
  if (model.user.status !== 'DEPROVISIONED')
    return note('To delete this person, deactivate the person first: Actions > Deactivate.');
  return danger(
    toOf(model),
    'delete',
    'Delete person',
    'Memberships, assignments, sessions and tokens go with the person. The only owner of an AI agent is kept: give the agent another one first.',
  );
}

export function personPage(model: PersonModel): Page {
  const { user } = model;
  return {
    title: nameOfPerson(user),
    trail: [{ label: 'People', to: '/console/people' }],
    body: html`<div class="head"><p>${status(user.status)} ${STATUS_MEANS[user.status]}</p>${actions(model)}</div>
${identity(model)}${applicationsCard(model)}${groupsCard(model)}${profileCard(model)}${signInCard(model)}${deletion(model)}`,
  };
}
