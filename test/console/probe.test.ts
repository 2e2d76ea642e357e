/** *Probe*: started from a form, watched, stopped, read and downloaded; and what keeps one from running. */
import t from 'tap';
import { openPort, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { runPage } from '../../src/console/probe.js';
import { Report } from '../../src/probe/report.js';
import { type ProbeRun, probeRuns, type Started } from '../../src/probe/runs.js';
import { largeReport, SAMPLE } from '../probe/reports/sample.js';
import { consoleAt, type Looked } from '../support/console.js';
import { laterPort } from '../support/later-port.js';
import { startOpenOrg } from '../support/open-org.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const PATH = '/console/probe';

const place = await openPort();
const client = { clientId: 'claude', clientSecret: 'secret-for-testing-only' };
const server = await startResourceApp({
  place,
  trustedIssuer: org.issuer,
  ...client,
  keyCaching: { cooldownDuration: 1 },
});
t.teardown(() => server.close());

const FIELDS = { 'MCP server': server.mcpUrl, 'Client ID': client.clientId, 'Client secret': client.clientSecret };
const [GOOD, EXPIRED] = ['ok-baseline', 'exp-past'];

/** Looks at the page until the run is over. */
async function over(page: Looked, at = me): Promise<Looked> {
  const path = page.path.split('?')[0] as string;
  for (;;) {
    const now = await at.open(path);
    if (!now.document.querySelector('[data-every]')) return now;
    await new Promise((later) => setTimeout(later, 50));
  }
}

t.test('a probe of a few cases, to the report and every form of it', async (t) => {
  const first = await me.open(PATH);
  t.match(first.text, 'None was started yet');
  const running = await me.press(first, 'Start', {
    ...FIELDS,
    'Only these cases': `${GOOD} ${EXPIRED}`,
    'Requests a second': '500',
  });
  t.match(running.path, /^\/console\/probe\/[\w-]+$/);
  t.ok(running.document.querySelector('[data-every="1000"]'), 'it renews itself');
  const done = await over(running);
  t.match(done.text, 'Statedone');
  t.match(done.text, 'Cases2 of 2');
  t.match(done.text, /2 pass .*conformant|conformant.*2 pass/);
  const json = await me.press(done, 'JSON');
  t.match(json.headers.get('content-disposition'), 'attachment; filename="probe.json"');
  const report = Report.parse(JSON.parse(json.markup));
  t.strictSame(report.results.map(({ name }) => name).sort(), [EXPIRED, GOOD].sort());
  t.equal(report.setup.issuer, org.issuer, 'it drove this org');
  for (const [label, begins, type] of [
    ['HTML', '<!doctype html>', 'text/html'],
    ['JUnit', '<?xml', 'application/xml'],
    ['SARIF', '{', 'application/json'],
    ['Markdown', '#', 'text/markdown'],
  ] as const) {
    const file = await me.press(done, label);
    t.match(file.headers.get('content-type'), type);
    t.ok(file.markup.trimStart().startsWith(begins), label);
  }
  t.notMatch(json.markup, client.clientSecret);
  t.match((await me.press({ ...done, document: running.document }, 'Stop')).text, 'It is not running any more.');
  t.match((await me.open(PATH)).text, server.tokenEndpoint);
  t.match((await me.follow(done, EXPIRED)).path, `/console/edge-cases/${EXPIRED}`);
});

t.test('one at a time; a running one is stopped', async (t) => {
  const first = await me.open(PATH);
  const running = await me.press(first, 'Start', { ...FIELDS, 'Requests a second': '20' });
  t.match((await me.press(first, 'Start', FIELDS)).text, 'A probe of this org is running');
  t.match(
    (await me.press({ ...running, document: (await withReport()).document }, 'JSON')).status,
    200,
    'of the other run',
  );
  const stopping = await me.press(running, 'Stop');
  const stopped = await over(stopping);
  t.match(stopped.text, 'Statestopped');
  t.match((await me.open(PATH)).text, 'stopped');
  const early = await me.open(`${PATH}`);
  t.match(early.text, 'done');
});

/** The page of a run that has its report. */
async function withReport(): Promise<Looked> {
  const all = await me.open(PATH);
  const links = [...all.document.querySelectorAll('table a')].map((one) => one.getAttribute('href') as string);
  return me.open(links.at(-1) as string);
}

t.test('Stop ends what waits, and closing the org waits until it is as it was', async (t) => {
  const own = await startTestOrg();
  const at = consoleAt(own);
  const nowhere = `http://127.0.0.1:${await laterPort()}`;
  const waiting = { ...FIELDS, 'MCP server': '', Issuer: nowhere, 'All other options': '{"wait":"1h"}' };
  const run = await at.press(await at.open(PATH), 'Start', waiting);
  t.match((await at.press(run, 'Stop')).text, /stopping|stopped/);
  t.match((await over(run, at)).text, 'Statestopped');
  const again = await at.press(await at.open(PATH), 'Start', waiting);
  t.match(again.text, 'Staterunning');
  await own.close();
  t.rejects(at.open(PATH));
});

t.test('a second issuer is there as long as the probe, and can be made again', async (t) => {
  const fields = {
    ...FIELDS,
    'Only these cases': GOOD,
    'All other options': '{"conditions":{"several-issuers":true}}',
  };
  for (const time of ['first', 'second']) {
    t.match((await over(await me.press(await me.open(PATH), 'Start', fields))).text, 'Statedone', time);
  }
  const orgs = await org.fetch('/_mock/orgs', { headers: { authorization: `SSWS ${EXAMPLE.apiToken}` } });
  t.notMatch(JSON.stringify(orgs.body), '"second"');
});

t.test('a run that is not there, and a report that is not there yet', async (t) => {
  t.equal((await me.open(`${PATH}/op-gone`)).status, 404);
  const page = await withReport();
  for (const form of page.document.querySelectorAll('form')) form.setAttribute('action', `${PATH}/op-gone`);
  t.equal((await me.press(page, 'JSON')).status, 404);
});

t.test('a server that is not there is said on the page of the run', async (t) => {
  const origin = `http://127.0.0.1:${await laterPort()}`;
  const run = await me.press(await me.open(PATH), 'Start', {
    ...FIELDS,
    'MCP server': '',
    'Token endpoint': `${origin}/token`,
    Issuer: origin,
    'Only these cases': GOOD,
  });
  const done = await over(run);
  t.match(done.text, /could not run|could-not-run/);
});

t.test('options that make no sense, or that are not for a page', async (t) => {
  const page = await me.open(PATH);
  for (const [fields, says] of [
    [{ 'MCP server': '' }, 'Token endpoint: is needed, or issuer, or mcp'],
    [{ 'MCP server': 'ftp://x' }, 'MCP server: is not an http or https URL'],
    [{ 'Client ID': '' }, 'Client ID: Too small'],
    [{ User: 'nobody' }, 'User: no one has the login nobody'],
    [{ 'Requests a second': '0' }, 'Requests a second: Too small'],
    [{ 'Only these cases': 'NOT A NAME' }, 'Only these cases: '],
    [{ 'All other options': '{' }, 'All other options: this is no JSON object.'],
    [{ 'All other options': '[]' }, 'All other options: this is no JSON object.'],
    [{ 'All other options': '{"restartCommand":"touch /tmp/x"}' }, 'restartCommand is taken by the command line only'],
    [{ 'All other options': '{"idp":{"tlsKey":"/etc/passwd"}}' }, 'idp.tlsKey is taken by the command line only'],
    [{ 'All other options': '{"nothing":1}' }, 'Unrecognized key'],
    [{ 'All other options': `{"nothing":1,"client":{"secret":"${client.clientSecret}"}}` }, 'Unrecognized key'],
  ] as const) {
    const refused = await me.press(page, 'Start', { ...FIELDS, ...fields });
    t.equal(refused.status, 400, says);
    t.match(refused.text, says);
    t.notMatch(refused.markup, client.clientSecret);
  }
  const unknown = await me.press(page, 'Start', { ...FIELDS, 'Only these cases': 'no-such-case' });
  const other = await withReport();
  for (const form of other.document.querySelectorAll('form')) form.setAttribute('action', unknown.path);
  t.match((await me.press(other, 'JSON')).text, 'There is no report: the probe has not come to its end.');
  t.match((await over(unknown)).text, 'There is no case no-such-case');
  t.match((await over(unknown)).text, 'Statecould not run');
  const options = JSON.stringify({
    ...{ client: { authentication: 'post' }, timeout: '5s', idp: { canaryHost: '127.0.0.1' } },
    select: { groups: ['A0'] },
  });
  const started = await me.press(page, 'Start', {
    ...FIELDS,
    'Only these cases': GOOD,
    Scope: 'mcp.read',
    'All other options': options,
  });
  t.match((await over(started)).text, 'Statedone');
});

t.test('in an org of its own; and of many runs the last are kept', async (t) => {
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' };
  const made = await org.fetch('/_mock/orgs', { method: 'POST', body: JSON.stringify({ id: 'third' }), headers });
  const at = consoleAt({ issuer: made.body.issuer });
  for (let index = 0; index < 12; index++) {
    const run = await at.press(await at.open(PATH), 'Start', { ...FIELDS, 'Only these cases': 'no-such-case' });
    await over(run, at);
  }
  const all = await at.open(PATH);
  t.equal([...all.document.querySelectorAll('tbody tr')].length, 10);
  const issuers = { 'All other options': '{"conditions":{"several-issuers":true}}' };
  const apart = await at.press(all, 'Start', { ...FIELDS, ...issuers, 'Only these cases': GOOD });
  t.match((await over(apart, at)).text, 'Statecould not run', 'an org that was made makes no others');
  const run = await at.press(all, 'Start', { ...FIELDS, 'Only these cases': GOOD });
  t.match(
    (await over(run, at)).text,
    /could-not-run|conformant|failures/,
    'its issuer is another, which the server does not trust',
  );
});

t.test('a server that was made without a probe says so', async (t) => {
  const bare = await startOpenOrg();
  t.teardown(() => bare.close());
  const at = consoleAt(bare);
  t.match((await at.press(await at.open(PATH), 'Start', FIELDS)).text, 'This server was made without a probe');
});

t.test('a run of many cases shows the worst first, with hints, and says what it leaves out', async (t) => {
  const report = largeReport();
  const run = { id: 'op1', began: report.began, state: 'done', target: 'https://ras.example/token' } as const;
  const { markup } = runPage((path) => path, {
    ...run,
    total: 1,
    results: report.results,
    problem: undefined,
    report,
  }).body;
  t.match(markup, /\d+ more stand in the report/);
  const hinted = runPage((path) => path, {
    ...run,
    total: 1,
    results: SAMPLE.results,
    problem: undefined,
    report: SAMPLE,
  });
  t.match(hinted.body.markup, SAMPLE.results.find(({ hint }) => hint !== undefined)?.hint?.slice(0, 20));
});

t.test('what is stopped before it has begun ends as soon as it does', async (t) => {
  const runs = probeRuns();
  let stopped = 0;
  let begin: (started: Started) => void = () => undefined;
  const started: Started = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('stopped')) }),
    report: () => Promise.reject(new Error('never asked for')),
    stop: () => {
      stopped += 1;
    },
  };
  const run = runs.begin(org, 'x', () => new Promise((resolve) => (begin = resolve))) as ProbeRun;
  t.ok(runs.stop(org, run.id));
  t.equal(runs.find(org, run.id)?.state, 'stopping');
  begin(started);
  await runs.end();
  t.strictSame([stopped, runs.find(org, run.id)?.state], [1, 'stopped']);
});
