/** Lists of the management API, page by page: `limit` and `after`, and Okta's two ways of naming the next page. */
import * as z from 'zod';
import type { Org } from '../../org.js';
import type { Entity } from '../../registry/collection.js';

/** The query of a list. `limit` is capped, not refused, as at Okta. @param most the highest limit @param usual without one */
export function pageQuery(most: number, usual = most) {
  return {
    limit: z
      .stringFormat('whole number', /^\d{1,9}$/)
      .transform((text) => Math.min(Number(text), most))
      .refine((limit) => limit >= 1, 'must be 1 or more')
      .default(usual),
    after: z.string().max(200).optional(),
  };
}

export interface PageQuery {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** One page of the things that match, and where to go on when there are more. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * A cursor: the last item of a page, and the last one of the page before. Who deletes what the pages showed and then asks
 * for the next one meets some again, if need be, but misses none.
 */
const cursorOf = (last: string, before: string) => `${last}~${before}`;

const lastOf = (after: string | undefined) => after?.split('~')[0] ?? '';

/** Where the page behind a cursor begins. What is no cursor, and no item either, leads to the end. */
function startOf(all: readonly Entity[], after: string | undefined): number {
  if (after === undefined) return 0;
  const [last, before] = after.split('~');
  const behind = (id: string | undefined) => all.findIndex((item) => item.id === id) + 1;
  return behind(last) || (before === undefined ? all.length : behind(before));
}

/**
 * Cuts a page out of a list. An `after` that is neither a cursor nor an item gives an empty page.
 * @param matches what the list is narrowed by
 */
export function pageOf<T extends Entity>(
  all: readonly T[],
  { limit, after }: PageQuery,
  matches: (item: T) => boolean,
): Page<T> {
  const items: T[] = [];
  for (let at = startOf(all, after); at < all.length; at++) {
    const item = all[at] as T;
    if (!matches(item)) continue;
    if (items.length === limit) return { items, next: cursorOf((items.at(-1) as T).id, lastOf(after)) };
    items.push(item);
  }
  return { items, next: undefined };
}

/** The address of a page: as asked for, or the one behind `after`. */
function pageUrl(org: Org, url: string, after?: string): string {
  const here = new URL(url, org.issuer);
  if (after !== undefined) here.searchParams.set('after', after);
  return `${org.issuer}${here.pathname}${here.search}`;
}

/** Okta's `Link` header: this page, and the next one when there is one. */
export function pageLinks(org: Org, url: string, next: string | undefined): string[] {
  const self = `<${pageUrl(org, url)}>; rel="self"`;
  return next === undefined ? [self] : [self, `<${pageUrl(org, url, next)}>; rel="next"`];
}

/** `_links` of a list of the agent API, which names its pages in the body. */
export function bodyLinks(org: Org, url: string, next: string | undefined) {
  const self = { href: pageUrl(org, url) };
  return next === undefined ? { self } : { self, next: { href: pageUrl(org, url, next) } };
}
