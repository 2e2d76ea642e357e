/** The doors of *Probe*. The probe drives the org whose console this is, by its control API, from within the process. */
import type { FastifyInstance } from 'fastify';
import { type AdminRefusal, isAdminRefusal, notFound, notValid } from '../../admin/change.js';
import { PROBE_LABELS, type ProbeModel, probePage } from '../../console/probe-form.js';
import { resultPage } from '../../console/probe-result.js';
import { REPORTS, type ReportForm, runPage, TO_BE_LOOKED_AT } from '../../console/probe-run.js';
import { runPath } from '../../console/probe-words.js';
import { type Ask, idpRefusal } from '../../probe/idp.js';
import { ProbeOptions, type ProbeOptionsInput } from '../../probe/options.js';
import type { Report } from '../../probe/report.js';
import { htmlReport } from '../../probe/reports/html.js';
import { jsonReport } from '../../probe/reports/json.js';
import { junitReport } from '../../probe/reports/junit.js';
import { markdownReport } from '../../probe/reports/markdown.js';
import { sarifReport } from '../../probe/reports/sarif.js';
import { WORST_FIRST, withStatus } from '../../probe/reports/views.js';
import type { PlanProbe, StartProbe } from '../../probe/runs.js';
import type { Endpoint } from '../endpoint.js';
import { chosen } from './choosing.js';
import { offersOf } from './offers.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';
import { type Filled, filledBy, optionsAsked, usualUser } from './probe-options.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Starts a probe; absent: this process has none. */
    readonly startProbe: StartProbe | undefined;
    /** Says what one would do; absent with the other. */
    readonly planProbe: PlanProbe | undefined;
  }
}

/** What was typed, unless there is a secret or a private key in it: that is not shown again. */
const withoutKeys = (text: string) => (/"(?:secret|d|k)"/.test(text) ? '' : text);

/** What the fields have where nothing is typed: as in the run that the address names. */
function startingWith({ org, orgs, query, view }: ConsoleCall): Filled {
  const before = orgs.probeRuns.find(org, query.get('from') ?? '');
  return before ? filledBy(before.options) : { texts: { user: usualUser(view) }, groups: [] };
}

/** @param plan what a probe would do, where that was asked */
function modelOf(call: ConsoleCall, planned?: string): ProbeModel {
  const { at, view, org, orgs, request, form, query, value } = call;
  const { texts, groups } = startingWith(call);
  const offers = offersOf(org, view);
  const asked = (request.method === 'POST' ? form : query).all('group');
  return {
    ...{ at, issuer: org.issuer, plan: planned, runs: orgs.probeRuns.list(org) },
    value: (name) => (name === 'json' ? withoutKeys(value(name, texts[name])) : value(name, texts[name])),
    groups: request.method === 'POST' || asked.length > 0 ? asked : groups,
    users: offers.users,
    agents: offers.agents.map((name) => ({ value: name, label: name })),
  };
}

/** The options of the form, which can be used; or what is wrong with them, in the words of the page. */
function usable(call: ConsoleCall): { readonly options: ProbeOptionsInput } | AdminRefusal {
  const said = optionsAsked(call);
  if (isAdminRefusal(said)) return said;
  const checked = asked(ProbeOptions, said.options, PROBE_LABELS);
  return isAdminRefusal(checked) ? checked : said;
}

/** The control API of the org, by way of the server that has this console. */
function askWithin(server: FastifyInstance, at: ConsoleCall['at']): Ask {
  return async (method, path, body) => {
    const answer = await server.inject({ method, url: at(path), ...(body && { payload: body }) });
    const read = answer.body === '' ? {} : (JSON.parse(answer.body) as Record<string, unknown>);
    if (answer.statusCode < 300) return read;
    throw idpRefusal(answer.statusCode, read);
  };
}

const NO_PROBE = notValid('probe', 'This server was made without a probe: use the command line.');

async function plan(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const { planProbe } = call.request.server;
  if (!planProbe) return NO_PROBE;
  const said = usable(call);
  if (isAdminRefusal(said)) return said;
  const planned = await planProbe(said.options).catch((error: Error) => notValid('probe', error.message));
  return isAdminRefusal(planned) ? planned : { page: probePage(modelOf(call, planned)) };
}

function start(call: ConsoleCall): Went | AdminRefusal {
  const { org, orgs, request, at } = call;
  const { startProbe } = request.server;
  if (!startProbe) return NO_PROBE;
  const said = usable(call);
  if (isAdminRefusal(said)) return said;
  const given = { issuer: org.issuer, ask: askWithin(request.server, at) };
  const run = orgs.probeRuns.begin(org, said.options, (heard) => startProbe(said.options, heard, given));
  if (run === 'busy')
    return notValid('probe', 'A probe of this org is running: it would disturb the other. Wait for it, or stop it.');
  return { to: runPath(run.id) };
}

/** The report as a file. */
const WRITERS: Readonly<Record<ReportForm, (report: Report) => string>> = {
  ...{ html: htmlReport, json: jsonReport, junit: junitReport, sarif: sarifReport, markdown: markdownReport },
};

const runOf = ({ org, orgs, param }: ConsoleCall) =>
  orgs.probeRuns.find(org, param('runId')) ?? notFound(param('runId'), 'Probe');

function download(name: ReportForm) {
  return (call: ConsoleCall): Went | AdminRefusal => {
    const run = runOf(call);
    if (isAdminRefusal(run)) return run;
    const { type, extension } = REPORTS[name];
    if (!run.report) return notValid('report', 'There is no report: the probe has not come to its end.');
    return { file: WRITERS[name](run.report), name: `probe.${extension}`, type };
  };
}

function optionsFile(call: ConsoleCall): Went | AdminRefusal {
  const run = runOf(call);
  if (isAdminRefusal(run)) return run;
  return { file: `${JSON.stringify(run.options, null, 2)}\n`, name: 'probe.json', type: 'application/json' };
}

function showRun(call: ConsoleCall) {
  const run = runOf(call);
  if (isAdminRefusal(run)) return run;
  const { at, value } = call;
  const outcome = value('outcome');
  const statuses = outcome === '' ? TO_BE_LOOKED_AT : WORST_FIRST.filter((one) => outcome === 'all' || one === outcome);
  const wanted = statuses.flatMap((status) => withStatus(run, status));
  return runPage({
    at,
    value,
    run,
    found: chosen(wanted, value('q'), ({ name, why, differs }) => [name, why, differs]),
  });
}

const RUN = consolePage({
  url: '/console/probe/:runId',
  show: showRun,
  acts: {
    stop({ org, orgs, param }) {
      const stopped = orgs.probeRuns.stop(org, param('runId'));
      return stopped ? { to: runPath(param('runId')) } : notValid('probe', 'It is not running any more.');
    },
    options: optionsFile,
    ...Object.fromEntries((Object.keys(REPORTS) as ReportForm[]).map((name) => [name, download(name)])),
  },
  outOfTurn: true,
});

const RESULT = consolePage({
  url: '/console/probe/:runId/:name',
  show(call) {
    const run = runOf(call);
    if (isAdminRefusal(run)) return run;
    const name = call.param('name');
    const result = run.results.find((one) => one.name === name);
    return result ? resultPage({ at: call.at, run, result }) : notFound(name, 'Result of the probe');
  },
  outOfTurn: true,
});

export const PROBE_PAGES: readonly Endpoint[] = [
  consolePage({
    url: '/console/probe',
    show: (call) => probePage(modelOf(call)),
    acts: { start, plan },
    outOfTurn: true,
  }),
  ...[RUN, RESULT],
];
