/** Lists that a page shows a part of, and how the things in them are called and linked to. */
import { type Html, html } from '../html/html.js';
import type { Group } from '../registry/group.js';
import type { User } from '../registry/user.js';
import type { At } from './frame.js';

/** Rows of a list, and how many there are that are not shown. */
export interface Shown<T> {
  readonly rows: readonly T[];
  readonly others: number;
}

export const personPath = (id: string) => `/console/people/${encodeURIComponent(id)}`;
export const groupPath = (id: string) => `/console/groups/${encodeURIComponent(id)}`;

export const nameOfPerson = ({ profile: { firstName, lastName, login } }: User) =>
  `${firstName} ${lastName}`.trim() || login;

/** The name with the login that tells the person from others of that name. */
export const nameWithLogin = (user: User) => `${nameOfPerson(user)} (${user.profile.login})`;

/** The person's name as a link, with the login that tells the person from others of that name. */
export function personLink(at: At, user: User): Html {
  return html`<a href="${at(personPath(user.id))}">${nameOfPerson(user)}</a> <span class="quiet">${user.profile.login}</span>`;
}

export function groupLink(at: At, group: { readonly id: string; readonly name: string }): Html {
  return html`<a href="${at(groupPath(group.id))}">${group.name}</a>`;
}

/** How somebody comes by an application: as a person, by groups, or both. */
export interface Way {
  readonly direct: boolean;
  readonly groups: readonly Group[];
}

export function wayOf(at: At, { direct, groups }: Way): Html {
  const by = groups.map((group, nth) => html`${nth > 0 && ', '}${groupLink(at, group)}`);
  return html`${direct && 'directly'}${direct && groups.length > 0 && ', and '}${groups.length > 0 && 'by group '}${by}`;
}
