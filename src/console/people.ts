/** *Directory > People*: the list, and *Add person*. */
import { html } from '../html/html.js';
import type { User } from '../registry/user.js';
import { button, check, choice, field, form, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { nameOfPerson, personPath, type Shown } from './listing.js';
import { card, empty, more, status, table } from './parts.js';
import { USER_STATUSES } from './words.js';

const LIST = '/console/people';

export interface PeopleModel {
  readonly at: At;
  readonly value: Values;
  readonly found: Shown<User>;
  /** Whether the org has anybody. */
  readonly some: boolean;
}

export function peoplePage({ at, value, found, some }: PeopleModel): Page {
  const rows = found.rows.map((user) => [
    html`<a href="${at(personPath(user.id))}">${nameOfPerson(user)}</a>`,
    user.profile.login,
    user.profile.email,
    status(user.status),
  ]);
  const add = html`<a class="button" href="${at(`${LIST}/new`)}">Add person</a>`;
  const fields = html`${field({ name: 'q', label: 'Name, login, email or id', value: value('q'), type: 'search' })}
${choice({ name: 'status', label: 'Status', value: value('status'), options: [{ value: '', label: 'Any' }, ...USER_STATUSES] })}`;
  return {
    title: 'People',
    body: html`<div class="head"><p>Who signs in, and whom agents act for.</p>${add}</div>
${search(at(LIST), fields)}
${
  rows.length === 0
    ? empty(some ? 'Nobody is like that. Search for less.' : 'There is nobody yet.', add)
    : html`${table('People', ['Name', 'Login', 'Email', 'Status'], rows)}${more(found.others)}`
}`,
  };
}

export function newPersonPage(at: At, value: Values): Page {
  return {
    title: 'Add person',
    trail: [{ label: 'People', to: LIST }],
    body: card(
      'Person',
      form(
        at(`${LIST}/new`),
        html`${field({ name: 'firstName', label: 'First name', value: value('firstName'), required: true })}
${field({ name: 'lastName', label: 'Last name', value: value('lastName'), required: true })}
${field({ name: 'login', label: 'Login', value: value('login'), required: true, hint: 'What the person signs in with; mostly the email address. Nobody else has it.' })}
${field({ name: 'email', label: 'Email', value: value('email'), type: 'email', required: true })}
${field({ name: 'password', label: 'Password', value: '', type: 'password', hint: 'Kept in clear: take none that is used elsewhere. Without one the person cannot sign in yet.' })}
${check({ name: 'activate', label: 'Activate now', checked: value('activate', 'on') === 'on' })}
${button('add', 'Add person')}`,
      ),
    ),
  };
}
