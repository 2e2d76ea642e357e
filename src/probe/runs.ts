/**
 * Probes that run while somebody looks on: one at a time for each org, the last few of which are kept. A run is its results
 * so far, and in the end its report or what kept it from one.
 */
import { newId } from '../protocol/ids.js';
import { dayOf } from './baseline.js';
import type { GivenIdp } from './idp.js';
import type { ProbeOptionsInput } from './options.js';
import type { Report, Result } from './report.js';
import type { Begun } from './running.js';
import { selected } from './selection.js';

/** How many of an org are kept; the oldest go first. */
const KEPT = 10;

/** A probe under way. */
export interface Started extends AsyncIterable<Result> {
  report(): Promise<Report>;
}

/** Starts a probe that drives the given org. @throws when the options cannot be used */
export type StartProbe = (input: ProbeOptionsInput, heard: (begun: Begun) => void, given: GivenIdp) => Promise<Started>;

export type RunState = 'running' | 'stopping' | 'stopped' | 'done' | 'failed';

export interface ProbeRun {
  readonly id: string;
  /** ISO 8601, by the clock of the machine. */
  readonly began: string;
  readonly state: RunState;
  /** What is probed, as far as it is known. */
  readonly target: string;
  /** How many cases there are; undefined as long as the server is being looked for. */
  readonly total: number | undefined;
  readonly results: readonly Result[];
  /** Why it failed. */
  readonly problem: string | undefined;
  readonly report: Report | undefined;
}

export interface ProbeRuns {
  /** Of that org, the newest first. @param of the org; runs are told apart by it and by nothing else */
  list(of: object): readonly ProbeRun[];
  find(of: object, id: string): ProbeRun | undefined;
  /** Begins to run; `busy`: another one of the org does. @param target what is shown until more is known */
  begin(of: object, target: string, start: (heard: (begun: Begun) => void) => Promise<Started>): ProbeRun | 'busy';
  /** Ends it after the case that is being played. Whether there was anything to end. */
  stop(of: object, id: string): boolean;
}

type Writable = { -readonly [N in keyof ProbeRun]: ProbeRun[N] };

const isOver = ({ state }: ProbeRun) => state !== 'running' && state !== 'stopping';

/** Takes the results as they come. */
async function follow(run: Writable, start: (heard: (begun: Begun) => void) => Promise<Started>): Promise<void> {
  try {
    const started = await start(({ rows, bench, began }) => {
      run.target = bench.target.tokenEndpoint;
      run.total = selected(rows.values(), bench.options, dayOf(began)).length;
    });
    for await (const result of started) {
      run.results = [...run.results, result];
      if (run.state === 'stopping') break;
    }
    const wasStopped = run.state === 'stopping';
    if (!wasStopped) run.report = await started.report();
    run.state = wasStopped ? 'stopped' : 'done';
  } catch (error) {
    run.problem = (error as Error).message;
    run.state = 'failed';
  }
}

export function probeRuns(): ProbeRuns {
  const all = new WeakMap<object, readonly Writable[]>();
  const runsOf = (of: object) => all.get(of) ?? [];
  const find = (of: object, id: string) => runsOf(of).find((run) => run.id === id);
  return {
    list: runsOf,
    find,
    begin(of, target, start) {
      if (!runsOf(of).every(isOver)) return 'busy';
      const began = new Date().toISOString();
      const nothing = { total: undefined, results: [], problem: undefined, report: undefined };
      const run: Writable = { id: newId('operation'), began, state: 'running', target, ...nothing };
      all.set(of, [run, ...runsOf(of)].slice(0, KEPT));
      void follow(run, start);
      return run;
    },
    stop(of, id) {
      const run = find(of, id);
      if (run?.state !== 'running') return false;
      run.state = 'stopping';
      return true;
    },
  };
}
