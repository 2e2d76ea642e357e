/**
 * `npm run mutate`: breaks every rule in every way, and proves that a test notices. Flags: `--only PATTERN` (of rule
 * names), `--write` (docs/mutations.md), `--out FILE` (the same to another file). Exit code 1 when a mutation survived.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { TABLES, type Table } from '../../docs/tables.js';
import { HOWS, type How, passesUnbroken, tryMutation, type Verdict } from './mutation.js';
import { mutationReport, type Row, summary, survivors } from './report.js';

/** Rules that are tried at a time. */
const LANES = 2;
const DOCUMENT = fileURLToPath(new URL('../../docs/mutations.md', import.meta.url));

interface Target {
  readonly table: Table;
  readonly rule: string;
}

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Works through the items in order, some at a time; the first error ends it. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  const lanes = Array.from({ length: LANES }, async () => {
    await lane().finally(() => {
      queue.length = 0;
    });
  });
  await Promise.all(lanes);
}

function targetsOf(only: string): readonly Target[] {
  const pattern = new RegExp(only);
  const all = TABLES.flatMap((table) => table.rules.map((rule) => ({ table, rule: rule.name })));
  return all.filter(({ rule }) => pattern.test(rule));
}

/** A file that fails anyway would seem to kill every mutation. */
async function assertSound(targets: readonly Target[]): Promise<void> {
  const ruleOf = new Map(targets.flatMap(({ table, rule }) => table.tests.map((file) => [file, rule] as const)));
  print(`${ruleOf.size} test files without a mutation:`);
  await inLanes([...ruleOf], async ([file, rule]) => {
    if (!(await passesUnbroken(file, rule)))
      throw new Error(`${file} fails without any mutation, so nothing was tried.`);
    print(`passes     ${file}`);
  });
}

function line(rule: string, how: How, verdict: Verdict, began: number): string {
  const word = typeof verdict === 'object' ? 'killed' : verdict === 'survived' ? 'SURVIVED' : verdict;
  const by = typeof verdict === 'object' ? `  ${verdict.killedBy}` : '';
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `${word.padEnd(10)} ${rule}  ${how}${by}  ${seconds} s`;
}

async function tryRule({ table, rule }: Target): Promise<Row> {
  const verdicts: Partial<Record<How, Verdict>> = {};
  for (const how of HOWS) {
    const began = performance.now();
    const verdict = await tryMutation(rule, how, table.tests);
    verdicts[how] = verdict;
    print(line(rule, how, verdict, began));
  }
  return { table, rule, verdicts: verdicts as Row['verdicts'] };
}

async function tryAll(targets: readonly Target[]): Promise<readonly Row[]> {
  const rows = new Map<Target, Row>();
  print(`${targets.length} rules, each broken in ${HOWS.length} ways:`);
  await inLanes(targets, async (target) => {
    rows.set(target, await tryRule(target));
  });
  return targets.map((target) => rows.get(target) as Row);
}

function readFlags(): { only: string; file: string | undefined } {
  const options = { only: { type: 'string' }, write: { type: 'boolean' }, out: { type: 'string' } } as const;
  const { only, write, out } = parseArgs({ options }).values;
  if (write && only !== undefined && out === undefined) {
    throw new Error('docs/mutations.md is about every rule: with --only, name another file by --out.');
  }
  return { only: only ?? '', file: out ?? (write ? DOCUMENT : undefined) };
}

async function main(): Promise<number> {
  const { only, file } = readFlags();
  const targets = targetsOf(only);
  if (targets.length === 0) throw new Error(`No rule is named like ${only}.`);
  await assertSound(targets);
  const rows = await tryAll(targets);
  print(summary(rows));
  if (file) writeFileSync(file, mutationReport(rows, new Date().toISOString().slice(0, 10)));
  return survivors(rows) > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
