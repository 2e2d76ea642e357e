/** The list of users: which are in it, what it can be asked for, and in which order it stands. */
import * as z from 'zod';
import type { AdminRefusal } from '../../admin/change.js';
import { type User, users } from '../../registry/user.js';
import { type Listed, listOf, listQuery } from './list.js';
import type { ManagementCall } from './operation.js';
import { userBody } from './user-body.js';

const MOST = 200;
/** The pages of a list that is asked by `q`, unless told otherwise. */
const WITH_Q = '10';

const sorting = {
  sortBy: z.string().max(200).optional(),
  sortOrder: z.enum(['asc', 'desc']).default('asc'),
};

/** `sortBy` orders what a `search` finds, and nothing else, as at Okta. */
export const UsersQuery = z.preprocess(
  (query) => (hasQ(query) ? { limit: WITH_Q, ...query } : query),
  listQuery(MOST).extend(sorting),
);
type UsersQuery = z.infer<typeof UsersQuery>;

const hasQ = (query: unknown): query is object => typeof (query as { q?: unknown } | undefined)?.q === 'string';

const FILTERED = [
  ...['status', 'lastUpdated', 'id', 'profile.login', 'profile.email', 'profile.firstName', 'profile.lastName'],
];
const SEARCHED = [...FILTERED, 'created', 'activated', 'statusChanged', 'type.id', 'profile.*'];

/** A list that is neither filtered nor searched is asked like this: who was deactivated is not in it. */
const NOT_DEPROVISIONED = 'status ne "DEPROVISIONED"';

/** What stands in the body under a dotted name, as text. */
function textAt(body: object, name: string): string {
  const value = name.split('.').reduce<unknown>((at, step) => Object(at)[step], body);
  return typeof value === 'string' ? value : '';
}

type Rendered = (user: User) => object;

function inOrder(all: readonly User[], body: Rendered, { search, sortBy, sortOrder }: UsersQuery): readonly User[] {
  if (search === undefined || sortBy === undefined) return all;
  const sign = sortOrder === 'asc' ? 1 : -1;
  const rows = all.map((user) => ({ user, id: user.id, text: textAt(body(user), sortBy) }));
  rows.sort((a, b) => sign * (a.text.localeCompare(b.text, 'en') || a.id.localeCompare(b.id, 'en')));
  return rows.map(({ user }) => user);
}

/** `GET /api/v1/users`. */
export function listUsers(call: ManagementCall<UsersQuery, unknown>): Listed | AdminRefusal {
  const { org, view, query } = call;
  const body = (user: User) => userBody(org, user);
  const whole = query.filter === undefined && query.search === undefined;
  const asked = whole ? { ...query, filter: NOT_DEPROVISIONED } : query;
  return listOf({ ...call, query: asked }, inOrder(view.list(users), body, query), {
    ...{ body, filtered: FILTERED, searched: SEARCHED },
    q: ({ profile: { firstName, lastName, email } }, text) =>
      [firstName, lastName, email].some((name) => name.toLowerCase().startsWith(text)),
  });
}
