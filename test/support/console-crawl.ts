/** Every page of the console that links lead to, each kind once: for what must hold of all of them. */
import type { Console, Looked } from './console.js';

/** An address without what tells one thing from another of its kind. */
function kindOf(address: string): string {
  const { pathname, searchParams } = new URL(address, 'http://console.example');
  // An edge case is like another; a tab or a step has a word of its own.
  const path = pathname
    .replace(
      /\/(ai-agents|people|groups|applications|exchanges|system-log|probe|edge-cases|saml-edge-cases)\/(?!new|add|register|armed)[^/]+/,
      '/$1/:id',
    )
    .replace(/\/probe\/:id\/[^/]+/, '/probe/:id/:name')
    .replace(/\/resource-connections\/(?!add)[^/]+/, '/resource-connections/:id');
  return `${path}?${[...searchParams.keys()].sort().join('&')}`;
}

/** Addresses that a page leads to, within the console. */
function linksOf({ document }: Looked, base: string): string[] {
  return [...document.querySelectorAll('a[href], form[method=get]')].flatMap((one) => {
    const address = one.getAttribute('href') ?? one.getAttribute('action') ?? '';
    const isOurs = address === `${base}/` || address.startsWith(`${base}/console/`);
    return isOurs ? [address.slice(base.length).split('#')[0] as string] : [];
  });
}

/**
 * Walks about from some addresses.
 * @param base prefix of the org, as it stands in links
 * @returns each kind of page once, in the order in which they were found
 */
export async function crawl(me: Console, from: readonly string[] = ['/'], base = ''): Promise<readonly Looked[]> {
  const seen = new Set<string>();
  const pages: Looked[] = [];
  const open = [...from];
  for (let address = open.shift(); address !== undefined; address = open.shift()) {
    if (seen.has(kindOf(address))) continue;
    seen.add(kindOf(address));
    const page = await me.open(address);
    // A file to be kept is no page.
    if (page.headers.has('content-disposition')) continue;
    pages.push(page);
    open.push(...linksOf(page, base));
  }
  return pages;
}
