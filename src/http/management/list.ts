/** A list of the management API: narrowed by `q`, `filter` and `search`, cut into pages, rendered. */
import * as z from 'zod';
import { type AdminRefusal, refusal } from '../../admin/change.js';
import { isKnown } from '../../protocol/rule.js';
import { scimFilter } from '../../protocol/scim-filter.js';
import type { Entity } from '../../registry/collection.js';
import type { ManagementCall, Reply } from './operation.js';
import { bodyLinks, type Page, pageLinks, pageOf, pageQuery } from './paging.js';

const text = z.string().max(4000).optional();

/** The query of a list. @param most the highest `limit` @param usual without one */
export function listQuery(most: number, usual = most) {
  return z.object({ ...pageQuery(most, usual), q: text, filter: text, search: text });
}
export type ListQuery = z.infer<ReturnType<typeof listQuery>>;

/** How the records of a list look and what they can be asked for. */
export interface ListOf<T> {
  readonly body: (record: T) => object;
  /** What `filter` and `search` ask of, where that is more than the body. */
  readonly asked?: (record: T) => object;
  /** Attributes of the body that `filter` may ask for, such as `profile.login` or `profile.*`. */
  readonly filtered?: readonly string[];
  /** The same for `search`. */
  readonly searched?: readonly string[];
  /** Whether a record matches `q`, which is given in lower case. */
  readonly q?: (record: T, text: string) => boolean;
}

type Narrowing<T> = (record: T) => boolean;

/** The records that the query is about, or why it cannot be read: what a list has no attributes for is not ignored. */
function narrowing<T>(query: ListQuery, of: ListOf<T>): Narrowing<T> | AdminRefusal {
  const narrowed: Narrowing<T>[] = [];
  for (const [name, attributes] of [['filter', of.filtered] as const, ['search', of.searched] as const]) {
    const asked = query[name];
    if (asked === undefined) continue;
    const matches = attributes && scimFilter(asked, attributes);
    if (!isKnown(matches)) return refusal('E0000031', explanation(name, attributes));
    narrowed.push((record) => matches((of.asked ?? of.body)(record)));
  }
  const q = query.q?.toLowerCase() ?? '';
  if (q !== '' && of.q === undefined) return refusal('E0000031', 'q: this list cannot be searched by q');
  if (q !== '') narrowed.push((record) => (of.q as NonNullable<typeof of.q>)(record, q));
  return (record) => narrowed.every((holds) => holds(record));
}

function explanation(name: string, attributes: readonly string[] | undefined): string {
  if (attributes === undefined) return `${name}: this list takes none`;
  return `${name}: is no SCIM filter over ${attributes.join(', ')}; such as: ${attributes[0]} eq "…"`;
}

/** One page of a list. */
export interface Listed {
  readonly page: Page<Entity>;
  readonly bodies: readonly object[];
}

/** Cuts the asked-for page out of the records. */
export function listOf<T extends Entity>(
  { query }: ManagementCall<ListQuery, unknown>,
  records: readonly T[],
  of: ListOf<T>,
): Listed | AdminRefusal {
  const matches = narrowing(query, of);
  if (typeof matches !== 'function') return matches;
  const page = pageOf(records, query, matches);
  return { page, bodies: page.items.map(of.body) };
}

/** An array, with the pages in Okta's `Link` header: the core APIs. */
export function arrayReply<Q, B>({ page, bodies }: Listed, { org, url }: ManagementCall<Q, B>): Reply {
  return { body: bodies, headers: { link: pageLinks(org, url, page.next) } };
}

/** `{ data, _links }`: the AI agent APIs. */
export function wrappedReply<Q, B>({ page, bodies }: Listed, { org, url }: ManagementCall<Q, B>): Reply {
  return { body: { data: bodies, _links: bodyLinks(org, url, page.next) } };
}
