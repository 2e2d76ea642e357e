/**
 * The collections of the store tests: one of each lifetime, all of one shape, with a unique key and a shared one.
 */
import * as z from 'zod';
import { type Collection, collection, type Lifetime } from '../../src/registry/collection.js';

export interface Thing {
  readonly id: string;
  readonly name?: string | undefined;
  readonly tags: readonly string[];
  readonly value: number;
  readonly expiresAt?: number | undefined;
}

const schema = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  tags: z.array(z.string()),
  value: z.number(),
  expiresAt: z.number().optional(),
});

function things(name: string, lifetime: Lifetime): Collection<Thing> {
  return collection<Thing>({
    name,
    lifetime,
    schema,
    indexes: {
      name: (thing) => (thing.name === undefined ? [] : [thing.name]),
      tag: (thing) => {
        if (thing.tags.includes('throw')) throw new Error('an index function threw');
        return thing.tags;
      },
    },
    unique: ['name'],
  });
}

export const people = things('people', 'registry');
export const groups = things('groups', 'registry');
export const grants = things('grants', 'durable');
export const codes = things('codes', 'transient');
export const collections = [people, groups, grants, codes];

export function thing(id: string, rest: Partial<Thing> = {}): Thing {
  return { id, tags: [], value: 0, ...rest };
}
