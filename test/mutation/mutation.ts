/** One mutation: a rule broken in one way, tried on the test files that guard it, and whether one of them noticed. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The ways to break a rule, as the columns of the report have them. */
export const HOWS = ['never-refuses', 'inverted'] as const;
export type How = (typeof HOWS)[number];
/** The control: the same preload, and a rule that is replaced by itself. */
export const UNBROKEN = 'unbroken';

/** Told on stderr once the rule is broken: a run that failed before that says nothing about the rule. */
export const MARK = 'mutation: the rule is broken';

/** The test file that failed, or what happened instead. */
export type Verdict = { readonly killedBy: string } | 'survived' | 'timed out';

interface Ending {
  readonly end: 'passed' | 'failed' | 'timed out';
  readonly stderr: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds that one test file may take. */
const LIMIT = 120_000;
/** The first failure is enough, and only our own limit ends a file that hangs. */
const TAP = { TAP_BAIL: '1', TAP_TIMEOUT: '0' };

/** Ends when the process and its output have. */
function ending(child: ChildProcessByStdio<null, null, Readable>): Promise<Ending> {
  let [stderr, late] = ['', false];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
    // A process that the test file started may still hold the other end.
    child.stderr.destroy();
  }, LIMIT);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ end: late ? 'timed out' : code === 0 ? 'passed' : 'failed', stderr });
    });
  });
}

/** Runs a test file on the broken rule. A failure before the rule was broken is thrown. */
async function runFile(file: string, rule: string, how: How | typeof UNBROKEN): Promise<Ending['end']> {
  const args = ['--import', 'tsx', '--import', './test/mutation/break-rule.ts', file];
  const env = { ...process.env, ...TAP, MUTATE_RULE: rule, MUTATE_HOW: how };
  const { end, stderr } = await ending(
    spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  if (end === 'failed' && !stderr.includes(MARK)) throw new Error(`${rule} could not be broken (${how}):\n${stderr}`);
  return end;
}

/** Whether the test file passes when the rule is replaced by itself. */
export async function passesUnbroken(file: string, rule: string): Promise<boolean> {
  return (await runFile(file, rule, UNBROKEN)) === 'passed';
}

/** Runs the files one after the other until one fails. One that times out leaves the verdict to those behind it. */
export async function tryMutation(rule: string, how: How, files: readonly string[]): Promise<Verdict> {
  let verdict: Verdict = 'survived';
  for (const file of files) {
    const end = await runFile(file, rule, how);
    if (end === 'failed') return { killedBy: file };
    if (end === 'timed out') verdict = end;
  }
  return verdict;
}
