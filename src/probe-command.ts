/** `mock-okta-xaa probe`: flags and `probe.json` become options, results are told as they come, reports are written. */
import { writeFileSync } from 'node:fs';
import type { Flags } from './command-flags.js';
import { checked, jsonFile, numeric, type Output, pairsIn } from './command-input.js';
import { ConfigError, type Name, type Settings } from './config.js';
import { probePlan } from './driven-probe.js';
import { dayOf } from './probe/baseline.js';
import { Baseline, type ProbeOptionsInput } from './probe/options.js';
import type { Report, Result } from './probe/report.js';
import { consoleLine, consoleSummary } from './probe/reports/console.js';
import { htmlReport } from './probe/reports/html.js';
import { jsonReport } from './probe/reports/json.js';
import { junitReport } from './probe/reports/junit.js';
import { markdownReport } from './probe/reports/markdown.js';
import { sarifReport } from './probe/reports/sarif.js';
import { probe } from './probing.js';
import { withoutUndefined } from './protocol/json-objects.js';

type Members = Readonly<Record<string, unknown>>;

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  json: jsonReport,
  junit: junitReport,
  sarif: sarifReport,
  markdown: markdownReport,
  html: htmlReport,
};

/** `several-issuers`, or `dpop=false`. */
function conditionsIn(given: unknown): Record<string, boolean> | undefined {
  const list = given as readonly string[] | undefined;
  return list && Object.fromEntries(list.map((one) => [one.replace(/=(true|false)$/, ''), !one.endsWith('=false')]));
}

/** `SUB` or `SUB,EMAIL`. */
function userIn(given: unknown): Members | undefined {
  if (given === undefined) return undefined;
  const [sub, email] = String(given).split(',');
  return withoutUndefined({ sub, email });
}

/** Members that flags say, over those of the file. */
const over = (file: unknown, flags: Members | undefined): Members | undefined => {
  const said = withoutUndefined(flags ?? {});
  return file === undefined && Object.keys(said).length === 0 ? undefined : { ...(file as Members), ...said };
};

/** Settings of the program that are about the org of the probe, where they were said. */
function idpFrom(settings: Settings, said: ReadonlySet<Name>, flags: Flags): Members {
  const own = { url: settings.url, apiToken: settings.apiToken, tlsCert: settings.tlsCert, tlsKey: settings.tlsKey };
  const place = {
    host: said.has('host') ? settings.host : undefined,
    port: said.has('port') ? settings.port : undefined,
  };
  return { ...own, ...place, publicUrl: flags['public-url'] ?? settings.issuer, canaryUrl: flags['canary-url'] };
}

/** The options as a person would write them into the file. */
function optionsFrom(settings: Settings, said: ReadonlySet<Name>, flags: Flags): ProbeOptionsInput {
  const file = (jsonFile('config', flags.config) ?? {}) as Members;
  const { issuer, mcp, scope, timeout, wait, patience, leeway, lifetime, replay } = flags;
  const resource = flags.resource as readonly string[] | undefined;
  if (resource && resource.length > 1) throw new ConfigError('--resource counts once at probe. Give one.');
  const key = jsonFile('client-key', flags['client-key']);
  const client = { id: flags['client-id'], secret: flags['client-secret'], authentication: flags.auth, key };
  const select = {
    ...{ groups: flags.group, levels: flags.level, severities: flags.severity, names: flags.case },
    sinceBaseline: flags['since-baseline'],
  };
  const whoami = { tool: flags['whoami-tool'], url: flags['whoami-url'] };
  return withoutUndefined({
    ...file,
    ...withoutUndefined({ tokenEndpoint: flags['token-endpoint'], issuer, mcp, scope, resource: resource?.[0] }),
    ...withoutUndefined({
      timeout,
      wait,
      patience,
      restartCommand: flags['restart-command'],
      failOn: flags['fail-on'],
    }),
    ...withoutUndefined({ rate: numeric(flags.rate), allowHosts: flags['allow-host'] }),
    client: over(file.client, client),
    user: over(file.user, userIn(flags.user)),
    otherUser: over(file.otherUser, userIn(flags['other-user'])),
    params: over(file.params, pairsIn('param', flags.param)),
    given: over(file.given, pairsIn('given', flags.given)),
    conditions: over(file.conditions, conditionsIn(flags.condition)),
    settings: over(file.settings, {
      replay,
      leeway,
      lifetime,
      algorithms: flags.algorithm,
    }),
    whoami: over(file.whoami, whoami),
    select: over(file.select, select),
    idp: over(file.idp, idpFrom(settings, said, flags)),
    baseline: flags.baseline === undefined ? file.baseline : checked(Baseline, jsonFile('baseline', flags.baseline)),
  }) as unknown as ProbeOptionsInput;
}

interface Wanted {
  readonly write: (report: Report) => string;
  readonly path: string;
}

/** Which reports go where. @throws {ConfigError} for a format that there is not */
function reportsIn(given: unknown): readonly Wanted[] {
  return Object.entries(pairsIn('report', given) ?? {}).map(([format, path]) => {
    const write = FORMATS[format];
    if (!write) throw new ConfigError(`--report ${format}: there are ${Object.keys(FORMATS).join(', ')}.`);
    return { write, path };
  });
}

/** A file that accepts what fails now for a month; the reasons are for a person to give. */
function baselineOf({ results, began }: Report): string {
  const expires = dayOf(new Date(Date.parse(began) + 30 * 86_400_000));
  const failed = results.filter(({ status }) => status === 'fail');
  const accepted = failed.map(({ name, accepted: before }) => ({
    name,
    ...(before ?? { reason: 'To be explained.', expires }),
  }));
  return `${JSON.stringify({ accepted }, null, 2)}\n`;
}

const EXIT = { conformant: 0, failures: 1, 'could-not-run': 2 } as const;

/** Where results are told as they come. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

/** A line that the next one overwrites, on a terminal; elsewhere nothing: a log is no place for it. */
const passing = ({ isTerminal, write }: Terminal, text: string) => isTerminal && write(`\r\u001b[K${text}`);

function told(terminal: Terminal, result: Result, count: number): void {
  const isNews = ['fail', 'error', 'warn'].includes(result.status);
  if (isNews || !terminal.isTerminal) {
    passing(terminal, '');
    terminal.write(`${consoleLine(result, { color: terminal.isTerminal })}\n`);
  }
  passing(terminal, `${count} cases so far; last: ${result.name}`);
}

/**
 * Probes, tells, and writes the reports.
 * @throws {ConfigError} for whatever the person can mend
 */
export async function probeCommand(
  settings: Settings,
  said: ReadonlySet<Name>,
  flags: Flags,
  terminal: Terminal,
): Promise<Output> {
  const options = optionsFrom(settings, said, flags);
  const wanted = reportsIn(flags.report);
  if (flags.plan) return { out: await probePlan(options), err: '', exitCode: 0 };
  const probing = probe(options, ({ bench }) => {
    terminal.write(`Probing ${bench.target.tokenEndpoint}, by the org ${bench.idp.issuer}. For testing only.\n`);
  });
  let count = 0;
  for await (const result of probing) {
    told(terminal, result, ++count);
    if (terminal.signal?.aborted) return { out: '', err: '\nStopped; the org is as it was.\n', exitCode: 130 };
  }
  passing(terminal, '');
  const report = await probing.report();
  for (const { write, path } of wanted) writeFileSync(path, write(report));
  if (flags['write-baseline'] !== undefined) writeFileSync(String(flags['write-baseline']), baselineOf(report));
  const out = flags.json ? jsonReport(report) : consoleSummary(report, { color: terminal.isTerminal });
  return { out, err: '', exitCode: EXIT[report.outcome] };
}
