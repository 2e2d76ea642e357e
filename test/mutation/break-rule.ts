/**
 * Preloaded before a test file (`node --import`): breaks the rule MUTATE_RULE in the way MUTATE_HOW, in place, so that the
 * tests and the org see the same broken rule.
 */
import { TABLES } from '../../docs/tables.js';
import type { Rule } from '../../src/protocol/rule.js';
import { type How, MARK, UNBROKEN } from './mutation.js';

// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
type AnyRule = Rule<any>;
type Holds = AnyRule['holds'];

const BREAKS: Readonly<Record<How | typeof UNBROKEN, (original: Holds) => Holds>> = {
  [UNBROKEN]: (original) => (facts) => original(facts),
  'never-refuses': () => () => true,
  inverted: (original) => (facts) => !original(facts),
};

function breakRule(name: string, how: string): void {
  // A set, for a rule that stood in two tables would be inverted twice.
  const found = new Set(TABLES.flatMap((table) => table.rules).filter((rule) => rule.name === name));
  const broken = BREAKS[how as How];
  if (found.size === 0) throw new Error(`There is no rule "${name}"`);
  if (!broken) throw new Error(`There is no way to break a rule "${how}": ${Object.keys(BREAKS).join(', ')}`);
  for (const rule of found) (rule as { holds: Holds }).holds = broken(rule.holds);
}

breakRule(process.env.MUTATE_RULE ?? '', process.env.MUTATE_HOW ?? '');
process.stderr.write(`${MARK}\n`);
