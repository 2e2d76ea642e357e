/**
 * Probes that run while somebody looks on: one at a time for each org, the last few of which are kept. A run is its results
 * so far, and in the end its report or what kept it from one.
 */
import { newId } from '../protocol/ids.js';
import { isJsonObject } from '../protocol/json-objects.js';
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
  /** Has it end at once: who iterates is told by an error, once the org is as it was. */
  stop(): void;
}

/** Starts a probe that drives the given org. @throws when the options cannot be used */
export type StartProbe = (input: ProbeOptionsInput, heard: (begun: Begun) => void, given: GivenIdp) => Promise<Started>;

/** What a probe of these options would do, in lines; nothing is sent. @throws when the options cannot be used */
export type PlanProbe = (input: ProbeOptionsInput) => Promise<string>;

export type RunState = 'running' | 'stopping' | 'stopped' | 'done' | 'failed';

export interface ProbeRun {
  readonly id: string;
  /** ISO 8601, by the clock of the machine. */
  readonly began: string;
  readonly state: RunState;
  /** What it was begun with; whatever is secret was taken out. */
  readonly options: ProbeOptionsInput;
  /** What is probed, as far as it is known. */
  readonly target: string;
  /** How many cases there are; undefined as long as the server is being looked for. */
  readonly total: number | undefined;
  readonly results: readonly Result[];
  /** Why it failed. */
  readonly problem: string | undefined;
  readonly report: Report | undefined;
}

type Starts = (heard: (begun: Begun) => void) => Promise<Started>;

export interface ProbeRuns {
  /** Of that org, the newest first. @param of the org; runs are told apart by it and by nothing else */
  list(of: object): readonly ProbeRun[];
  find(of: object, id: string): ProbeRun | undefined;
  /** Begins to run; `busy`: another one of the org does. @param options what it is started with */
  begin(of: object, options: ProbeOptionsInput, start: Starts): ProbeRun | 'busy';
  /** Ends it, whatever it waits for. Whether there was anything to end. */
  stop(of: object, id: string): boolean;
  /** Ends all of them, and resolves when the orgs are as they were. */
  end(): Promise<void>;
}

type Writable = { -readonly [N in keyof ProbeRun]: ProbeRun[N] };

/** A run with what ends it. */
interface Held {
  readonly run: Writable;
  started?: Started;
  /** Resolves when it is over. */
  over: Promise<void>;
}

const isOver = ({ run: { state } }: Held) => state !== 'running' && state !== 'stopping';

/** Members of the options that are secret, or hold what is, wherever they stand. */
const SECRETS = ['secret', 'key', 'keys', 'clientSecret', 'accessToken'];

function withoutSecrets(options: unknown): unknown {
  if (!isJsonObject(options)) return options;
  const open = Object.entries(options).filter(([name]) => !SECRETS.includes(name));
  return Object.fromEntries(open.map(([name, value]) => [name, withoutSecrets(value)]));
}

/** A run at its beginning. */
function newRun(options: ProbeOptionsInput): Writable {
  const { mcp, issuer, tokenEndpoint } = options;
  return {
    ...{ id: newId('operation'), began: new Date().toISOString(), state: 'running' },
    ...{ options: withoutSecrets(options) as ProbeOptionsInput, target: mcp ?? issuer ?? String(tokenEndpoint) },
    ...{ total: undefined, results: [], problem: undefined, report: undefined },
  };
}

/** Takes the results as they come. */
async function follow(held: Held, start: Starts): Promise<void> {
  const { run } = held;
  const isStopping = () => run.state === 'stopping';
  try {
    const started = await start(({ rows, bench, began }) => {
      run.target = bench.target.tokenEndpoint;
      run.total = selected(rows.values(), bench.options, dayOf(began)).length;
    });
    held.started = started;
    if (isStopping()) started.stop();
    for await (const result of started) run.results = [...run.results, result];
    run.report = await started.report();
    run.state = 'done';
  } catch (error) {
    if (!isStopping()) run.problem = (error as Error).message;
    run.state = isStopping() ? 'stopped' : 'failed';
  }
}

function stopNow({ run, started }: Held): void {
  run.state = 'stopping';
  started?.stop();
}

export function probeRuns(): ProbeRuns {
  const all = new WeakMap<object, readonly Held[]>();
  const underWay = new Set<Held>();
  const runsOf = (of: object) => all.get(of) ?? [];
  const find = (of: object, id: string) => runsOf(of).find(({ run }) => run.id === id);
  return {
    list: (of) => runsOf(of).map(({ run }) => run),
    find: (of, id) => find(of, id)?.run,
    begin(of, options, start) {
      if (!runsOf(of).every(isOver)) return 'busy';
      const run = newRun(options);
      const held: Held = { run, over: Promise.resolve() };
      underWay.add(held);
      held.over = follow(held, start).finally(() => underWay.delete(held));
      all.set(of, [held, ...runsOf(of)].slice(0, KEPT));
      return run;
    },
    stop(of, id) {
      const held = find(of, id);
      if (held?.run.state !== 'running') return false;
      stopNow(held);
      return true;
    },
    async end() {
      const open = [...underWay];
      for (const held of open) stopNow(held);
      await Promise.all(open.map(({ over }) => over));
    },
  };
}
