/** The doors of *Probe*. The probe drives the org whose console this is, by its control API, from within the process. */
import type { FastifyInstance } from 'fastify';
import { type AdminRefusal, isAdminRefusal, notFound, notValid } from '../../admin/change.js';
import { findUser } from '../../admin/users.js';
import { probePage, REPORTS, type ReportForm, runPage, runPath } from '../../console/probe.js';
import { type Ask, idpRefusal } from '../../probe/idp.js';
import { ProbeOptions, type ProbeOptionsInput } from '../../probe/options.js';
import type { Report } from '../../probe/report.js';
import { htmlReport } from '../../probe/reports/html.js';
import { jsonReport } from '../../probe/reports/json.js';
import { junitReport } from '../../probe/reports/junit.js';
import { markdownReport } from '../../probe/reports/markdown.js';
import { sarifReport } from '../../probe/reports/sarif.js';
import type { StartProbe } from '../../probe/runs.js';
import { isJsonObject } from '../../protocol/json-objects.js';
import { users } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { jsonIn } from './form-values.js';
import { offersOf } from './offers.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Starts a probe; absent: this process has none. */
    readonly startProbe: StartProbe | undefined;
  }
}

/** What was typed, unless there is a secret or a private key in it: that is not shown again. */
const withoutKeys = (text: string) => (/"(?:secret|d|k)"/.test(text) ? '' : text);

function show(call: ConsoleCall) {
  const { at, view, org, orgs, value } = call;
  const first = view.list(users).find(({ status }) => status === 'ACTIVE')?.profile.login;
  const offers = offersOf(org, view);
  return probePage({
    ...{ at, issuer: org.issuer },
    value: (name, stored) =>
      name === 'json' ? withoutKeys(value('json')) : value(name, name === 'user' ? first : stored),
    users: offers.users,
    agents: offers.agents.map((name) => ({ value: name, label: name })),
    runs: orgs.probeRuns.list(org),
  });
}

/** What would run a command or read a file of this machine, or choose another org: not from a page. */
const NOT_FROM_HERE = 'is taken by the command line only (mock-okta-xaa probe)';
const IDP_FROM_HERE: readonly string[] = ['agent', 'canaryHost', 'canaryUrl'];

/** The first option that is not for a page. */
function forbidden({ restartCommand, idp }: Record<string, unknown>): string | undefined {
  if (restartCommand !== undefined) return 'restartCommand';
  const member = isJsonObject(idp) ? Object.keys(idp).find((name) => !IDP_FROM_HERE.includes(name)) : undefined;
  return member === undefined ? undefined : `idp.${member}`;
}

function otherOptions(text: string): Record<string, unknown> | AdminRefusal {
  if (text.trim() === '') return {};
  const read = jsonIn(text);
  if (!isJsonObject(read)) return notValid('json', 'All other options: this is no JSON object.');
  const refused = forbidden(read);
  return refused === undefined ? { ...read } : notValid('json', `All other options: ${refused} ${NOT_FROM_HERE}.`);
}

const membersOf = (value: unknown): object => (isJsonObject(value) ? value : {});

const LABELS = {
  ...{ mcp: 'MCP server', issuer: 'Issuer', tokenEndpoint: 'Token endpoint', client: 'Client', scope: 'Scope' },
  ...{
    'client.id': 'Client ID',
    'client.secret': 'Client secret',
    rate: 'Requests a second',
    select: 'Only these cases',
  },
};

/** The form as `probe.json` would have it. */
function optionsAsked(call: ConsoleCall): ProbeOptionsInput | AdminRefusal {
  const { view, value } = call;
  const others = otherOptions(value('json'));
  if (isAdminRefusal(others)) return others;
  const user = findUser(view, value('user'));
  if (isAdminRefusal(user)) return notValid('user', `User: no one has the login ${value('user')}.`);
  const [secret, names] = [value('clientSecret'), value('names').split(/\s+/).filter(Boolean)];
  const said = ['mcp', 'issuer', 'tokenEndpoint', 'scope'].flatMap((name) =>
    value(name) === '' ? [] : [[name, value(name)]],
  );
  const input = {
    ...others,
    ...Object.fromEntries(said),
    client: {
      ...(isJsonObject(others.client) && others.client),
      id: value('clientId'),
      ...(secret !== '' && { secret }),
    },
    user: { sub: user.id, email: user.profile.email },
    idp: { ...membersOf(others.idp), ...(value('agent') !== '' && { agent: value('agent') }) },
    select: { ...membersOf(others.select), ...(names.length > 0 && { names }) },
    ...(value('rate') !== '' && { rate: Number(value('rate')) }),
  };
  const checked = asked(ProbeOptions, input, LABELS);
  return isAdminRefusal(checked) ? checked : (input as ProbeOptionsInput);
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

function start(call: ConsoleCall): Went | AdminRefusal {
  const { org, orgs, request, at } = call;
  const { startProbe } = request.server;
  if (!startProbe) return notValid('probe', 'This server was made without a probe: use the command line.');
  const options = optionsAsked(call);
  if (isAdminRefusal(options)) return options;
  const given = { issuer: org.issuer, ask: askWithin(request.server, at) };
  const target = options.tokenEndpoint ?? options.issuer ?? String(options.mcp);
  const run = orgs.probeRuns.begin(org, target, (heard) => startProbe(options, heard, given));
  if (run === 'busy')
    return notValid('probe', 'A probe of this org is running: it would disturb the other. Wait for it, or stop it.');
  return { to: runPath(run.id) };
}

const WRITERS: Readonly<Record<ReportForm, (report: Report) => string>> = {
  html: htmlReport,
  json: jsonReport,
  junit: junitReport,
  sarif: sarifReport,
  markdown: markdownReport,
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

const RUN = consolePage({
  url: '/console/probe/:runId',
  show(call) {
    const run = runOf(call);
    return isAdminRefusal(run) ? run : runPage(call.at, run);
  },
  acts: {
    stop({ org, orgs, param }) {
      const stopped = orgs.probeRuns.stop(org, param('runId'));
      return stopped ? { to: runPath(param('runId')) } : notValid('probe', 'It is not running any more.');
    },
    ...Object.fromEntries((Object.keys(REPORTS) as ReportForm[]).map((name) => [name, download(name)])),
  },
  outOfTurn: true,
});

export const PROBE_PAGES: readonly Endpoint[] = [
  consolePage({ url: '/console/probe', show, acts: { start }, outOfTurn: true }),
  RUN,
];
