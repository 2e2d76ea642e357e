/**
 * How the contract's tests open a store and read it, whatever the lifetime of the records.
 */
import type { Test } from 'tap';
import type { Store } from '../../src/store/port.js';
import { codes, grants, people } from './things.js';

export type Open = (t: Test) => Promise<Store>;

export const each = [people, grants, codes];

/** Where records of a collection are read. */
export function reader(store: Store, of: (typeof each)[number], org = 'default') {
  return of.lifetime === 'registry' ? store.org(org).view() : store.org(org).live;
}

export const idsOf = (records: readonly { id: string }[]) => records.map((record) => record.id);
