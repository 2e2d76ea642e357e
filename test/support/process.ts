/** Runs the program as its users do, as a process of its own, under the loader and coverage of the test runner. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What node is started with here, good in any directory: coverage of processes adds up only if they run the same JavaScript. */
export const EXEC_ARGV: readonly string[] = process.execArgv.map((argument) =>
  argument.replace('--import=./', `--import=${pathToFileURL('./')}`),
);

export interface Run {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves to the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** Waits until the pattern is printed, and returns its first group (or the match). Fails when the process ends first. */
  printed(pattern: RegExp): Promise<string>;
}

/** @param env added to a clean environment that has no XAA_ variables */
export function run(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Run {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('XAA_')));
  const child = spawn(process.execPath, [...EXEC_ARGV, MAIN, ...args], { env: { ...clean, ...env }, cwd });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return {
    child,
    out: () => out,
    err: () => err,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(out);
          if (found) resolve(found[1] ?? found[0]);
        };
        child.stdout.on('data', look);
        ended.then((how) => reject(new Error(`ended (${how}) without printing ${pattern}: ${out}${err}`)));
        look();
      }),
  };
}
