/** docs/mutations.md is fresh: it names the rules that there are now, and none of them could be broken unnoticed. */
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { TABLES } from '../../docs/tables.js';

const STALE = 'run: npm run mutate -- --write';
const ROW = /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$/gm;

t.test('every table says what it is about and which test files guard it', async (t) => {
  for (const { title, about, rules, tests } of TABLES) {
    t.ok(title && about && rules.length > 0 && tests.length > 0, title);
    for (const file of tests) t.ok(existsSync(file), file);
  }
});

t.test('docs/mutations.md is fresh', async (t) => {
  const rows = [...readFileSync('docs/mutations.md', 'utf8').matchAll(ROW)];
  const names = TABLES.flatMap((table) => table.rules.map((rule) => rule.name));
  t.same(rows.map(([, name]) => name).sort(), names.sort(), STALE);
});

t.test('no broken rule went unnoticed', async (t) => {
  const rows = [...readFileSync('docs/mutations.md', 'utf8').matchAll(ROW)];
  t.same(
    rows.filter(([row]) => /SURVIVED|timed out/.test(row)).map(([, name]) => name),
    [],
  );
});
