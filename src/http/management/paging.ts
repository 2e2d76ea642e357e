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
 * A cursor: the last item of a page, and where in the list the page began. Who deletes what a page showed and then asks for
 * the next one goes on from there, and misses nothing.
 */
const cursorOf = (last: string, began: number) => `${last}~${began}`;

/** Where the page behind a cursor begins; undefined for what was never a cursor of this list. */
function startOf(all: readonly Entity[], after: string | undefined): number | undefined {
  if (after === undefined) return 0;
  const [last, began] = after.split('~');
  const at = all.findIndex(({ id }) => id === last);
  if (at >= 0) return at + 1;
  return began !== undefined && /^\d{1,9}$/.test(began) ? Number(began) : undefined;
}

/**
 * Cuts a page out of a list. An `after` that is neither a cursor nor an item of it gives an empty page.
 * @param matches what the list is narrowed by
 */
export function pageOf<T extends Entity>(
  all: readonly T[],
  { limit, after }: PageQuery,
  matches: (item: T) => boolean,
): Page<T> {
  const start = startOf(all, after) ?? all.length;
  const items: T[] = [];
  for (let at = start; at < all.length; at++) {
    const item = all[at] as T;
    if (!matches(item)) continue;
    if (items.length === limit) return { items, next: cursorOf((items.at(-1) as T).id, start) };
    items.push(item);
  }
  return { items, next: undefined };
}

/** The address of a page: as asked for, or the one behind `after`. */
export function pageUrl(org: Org, url: string, after?: string): string {
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
