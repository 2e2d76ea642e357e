/** *Testing > Probe*: from the options to the report at a server that is right and at one that is not, what is refused, stopped, broken off. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { checks } from '../../examples/resource-app/checks.js';
import { type ResourceAppOptions, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { resultPage } from '../../src/console/probe-result.js';
import { runPage } from '../../src/console/probe-run.js';
import type { Report, Result } from '../../src/index.js';
import { type ProbeRun, probeRuns, type Started } from '../../src/probe/runs.js';
import { largeReport, SAMPLE } from '../probe/reports/sample.js';
import { type Console, consoleAt, type Looked, type PageElement, textOf } from '../support/console.js';
import { laterPort } from '../support/later-port.js';
import { startOpenOrg } from '../support/open-org.js';
import { EXAMPLE, type ListeningOrg, startTestOrg } from '../support/org.js';

const SECRET = 'secret-of-the-agent-for-testing-only';
const ALICE = '00uAlice000000000001';
const PROBE = '/console/probe';
const NOBODY_LISTENS = 'http://127.0.0.1:1/mcp';

const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);

const API = { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' };
const control = async (path: string) => (await org.fetch(path, { headers: API })).body;

/** The example resource application, which trusts the org. */
async function resourceApp(t: Test, { issuer }: Pick<ListeningOrg, 'issuer'>, more: Partial<ResourceAppOptions> = {}) {
  const app = await startResourceApp({
    ...{ trustedIssuer: issuer, clientId: 'claude', clientSecret: SECRET, users: [{ iss: issuer, sub: ALICE }] },
    keyCaching: { cacheMaxAge: 1500, cooldownDuration: 300 },
    ...more,
  });
  t.teardown(() => app.close());
  return app;
}

const isRunning = ({ document }: Looked) => document.querySelector('[data-every]') !== null;

/** The page of the run, once nothing is to come any more. */
async function ended(page: Looked, at: Console = me): Promise<Looked> {
  for (let now = page; ; now = await at.open(page.path.split('?')[0] as string)) {
    if (!isRunning(now)) return now;
    await setTimeout(20);
  }
}

const FIELDS = { 'Client ID': 'claude', 'Client secret': SECRET };

async function start(fields: Record<string, string | readonly string[]>, at: Console = me): Promise<Looked> {
  return at.press(await at.open(PROBE), 'Start', { ...FIELDS, ...fields });
}

const fieldIn = ({ document }: Looked, name: string) => document.querySelector(`#${name}`)?.getAttribute('value');
const jsonIn = ({ document }: Looked) => textOf(document.querySelector('#json') as PageElement);
const casesIn = ({ document }: Looked) => [...document.querySelectorAll('.results code')].map((one) => one.textContent);

t.test('before the first run: what the server needs, and what the probe does to the org', async (t) => {
  const page = await me.open(PROBE);
  t.match(page.text, `Issuer to trust${org.issuer}`);
  t.match(page.text, 'nobody else should use the org');
  t.match(page.text, 'No probe was started in this console yet.');
  t.equal(fieldIn(page, 'user'), 'alice@example.com');
  const empty = await startTestOrg({ org: { users: [] } });
  t.teardown(() => empty.close());
  const nobody = await start({ 'MCP server': NOBODY_LISTENS }, consoleAt(empty));
  t.match(nobody.text, 'User: the org has no such person.');
});

t.test('a plan sends nothing, and keeps the form', async (t) => {
  const asked = { ...FIELDS, 'MCP server': NOBODY_LISTENS, Groups: ['A2', 'A3'], 'Requests a second': '2.5' };
  const planned = await me.press(await me.open(PROBE), 'What would it do?', asked);
  t.equal(planned.status, 200);
  t.match(planned.text, 'Nothing was sent.');
  t.match(planned.text, /A2\s+\d+\s+Time/);
  t.notMatch(planned.text, /A4\s+\d+\s+Client/);
  t.equal(fieldIn(planned, 'mcp'), NOBODY_LISTENS);
  t.equal(fieldIn(planned, 'rate'), '2.5');
  t.ok(planned.document.querySelector('#group-2')?.hasAttribute('checked'), 'A2 is ticked still');
  t.notMatch(planned.markup, SECRET);
  t.match(planned.text, 'No probe was started in this console yet.');
});

t.test('a server that does as it should: to the report, and each of its formats', async (t) => {
  const { mcpUrl, tokenEndpoint } = await resourceApp(t, org);
  const begun = await start({ 'MCP server': mcpUrl, 'Only these cases': 'ok-baseline, exp-past\nok-es256' });
  t.match(begun.text, 'Stop');
  const page = await ended(begun);
  t.match(page.title, `Probe of ${tokenEndpoint}`);
  t.match(page.text, 'conformant No failure that counts in 3 cases.');
  t.match(page.text, '1 either way, 2 passed, by ');
  t.match(page.text, `Server${tokenEndpoint}`);
  t.match(page.text, 'A good token is granted', 'the steps before');
  t.match(page.text, 'No case failed, went wrong, or was warned of.');
  t.notMatch(page.text, 'Stop');
  t.notMatch(page.markup, SECRET);
  const all = await me.press(page, 'Show', { Outcome: 'All, the worst first' });
  t.strictSame(casesIn(all).sort(), ['exp-past', 'ok-baseline', 'ok-es256']);
  t.strictSame(casesIn(await me.press(all, 'Show', { 'Words of the case': 'EXP-' })), ['exp-past']);
  t.match((await me.press(page, 'Show', { Outcome: 'Failed' })).text, 'No case is like that.');

  const file = async (label: string) => {
    const { markup, headers, status } = await me.press(page, label);
    t.equal(status, 200, label);
    t.notMatch(markup, SECRET, label);
    return { markup, headers: `${headers.get('content-type')} ${headers.get('content-disposition')}` };
  };
  const json = await file('JSON');
  t.match(json.headers, /^application\/json; charset=utf-8 attachment; filename="probe\.json"$/);
  const report = JSON.parse(json.markup) as Report;
  t.match(report, { outcome: 'conformant', setup: { issuer: org.issuer, users: [{ sub: ALICE }] } });
  const html = await file('HTML');
  t.match(html.headers, /^text\/html; charset=utf-8 attachment; filename="probe\.html"$/);
  t.match(html.markup, '<code>exp-past</code>');
  const junit = await file('JUnit');
  t.match(junit.headers, /^application\/xml attachment; filename="probe\.xml"$/);
  t.match(junit.markup, '<testcase ');
  const sarif = await file('SARIF');
  t.match(sarif.headers, /^application\/json; charset=utf-8 attachment; filename="probe\.sarif"$/);
  t.match(JSON.parse(sarif.markup), { version: '2.1.0' });
  const markdown = await file('Markdown');
  t.match(markdown.headers, /^text\/markdown; charset=utf-8 attachment; filename="probe\.md"$/);
  t.match(markdown.markup, 'Conformant');

  t.match(await control('/_mock/keys'), [{ published: [] }], 'keys that were published are gone');
  const list = await me.open(PROBE);
  t.match(list.text, `UTC${tokenEndpoint}conformantNo failure that counts in 3 cases.`);
});

t.test('a server that forgets a check: failures first, what went over the wire, and how to mend it', async (t) => {
  const { mcpUrl } = await resourceApp(t, org, { checks: checks.filter(({ name }) => name !== 'exp-not-passed') });
  const reason = 'Mended in the next <release>.';
  const baseline = { accepted: [{ name: 'exp-just-beyond-leeway', reason, expires: '2999-01-01' }] };
  const names = 'ok-baseline exp-past exp-just-beyond-leeway either-replay-same-client act-as-subject';
  const fields = { 'MCP server': mcpUrl, 'Only these cases': names, 'All other options': JSON.stringify({ baseline }) };
  const page = await ended(await start(fields));
  t.match(page.text, 'failures 1 failure of 4 cases');
  t.strictSame(casesIn(page), ['exp-past', 'exp-just-beyond-leeway']);
  const all = await me.press(page, 'Show', { Outcome: 'All, the worst first' });
  const others = ['either-replay-same-client', 'act-as-subject', 'ok-baseline'];
  t.strictSame(casesIn(all), ['exp-past', 'exp-just-beyond-leeway', ...others]);
  t.match((await me.follow(page, 'exp-just-beyond-leeway')).text, `Until 2999-01-01: ${reason}`);
  const failed = await me.follow(page, 'exp-past');
  t.match(failed.title, 'exp-past');
  t.match(failed.text, 'failed It granted an access token; expected: invalid_grant.');
  t.match(failed.text, 'How to mend it');
  t.match(failed.text, 'POST ');
  t.match(failed.text, '"sub": "00uAlice000000000001"');
  t.match(failed.text, 'HTTP 200');
  t.match(failed.text, '"access_token": "(an access token)"');
  t.notMatch(failed.markup, SECRET);
  t.equal((await me.follow(failed, 'Mint the token, or arm it')).path, '/console/edge-cases/exp-past');
  t.match((await me.follow(all, 'act-as-subject')).text, 'Nothing was sent.');
  t.match((await me.follow(all, 'ok-baseline')).text, 'Looked at besides');
  t.equal((await me.open(`${page.path.split('?')[0]}/no-such-case`)).status, 404);
});

t.test('a good token that is refused: no case is fired, and the likely cause is said', async (t) => {
  const { mcpUrl } = await resourceApp(t, org);
  const page = await ended(await start({ 'MCP server': mcpUrl, 'Client secret': 'another', Groups: ['A2'] }));
  t.match(page.text, 'could not run No case was fired: ');
  t.match(page.text, /A good token is granted ?failed.*Likely cause: .*What to do: /);
  t.ok(page.document.querySelector('#course details')?.hasAttribute('open'), 'the steps are to be seen at once');
  t.notMatch(page.text, 'Words of the case');
  t.ok((await me.follow(page, 'Change the options and probe again')).document.querySelector('#group-2[checked]'));
});

t.test('of requests that are long and many, as many are shown as a page holds', async (t) => {
  const { mcpUrl } = await resourceApp(t, org);
  const page = await ended(await start({ 'MCP server': mcpUrl, 'Only these cases': 'exp-past' }));
  const { results } = JSON.parse((await me.press(page, 'JSON')).markup) as Report;
  const [result] = results as [Result];
  const [exchange] = result.exchanges as [Result['exchanges'][number]];
  const { got, ...unanswered } = exchange;
  const long = { ...exchange, got: { status: 200, headers: {}, body: '"'.repeat(50_000) }, problem: 'It is too long.' };
  const many = [
    { ...unanswered, sent: { ...exchange.sent, form: [], token: undefined } },
    ...Array.from({ length: 9 }, () => long),
  ];
  const run = { id: 'run', options: { mcp: mcpUrl } } as unknown as ProbeRun;
  const looked: Result['looked'] = [
    { check: 'a-check', demands: 'That it is.', outcome: 'not-looked-at', found: 'It is not known.' },
  ];
  const { body } = resultPage({ at: (path) => path, run, result: { ...result, looked, exchanges: many } });
  t.match(body.markup, 'was not looked at: It is not known.');
  t.ok(body.markup.length < 80_000, `${body.markup.length}`);
  t.match(body.markup, 'No answer came.');
  t.match(body.markup, 'It is too long.');
  t.match(body.markup, /\d further requests: see the HTML report/);
});

t.test('what the JSON says, and the same again from the run', async (t) => {
  const { issuer, tokenEndpoint } = await resourceApp(t, org);
  const json = JSON.stringify({
    client: { id: 'not this one', secret: SECRET },
    otherClients: { other: { id: 'cursor', secret: 'another-secret-for-testing-only' } },
    user: { sub: ALICE },
    conditions: { 'several-issuers': true },
    baseline: { accepted: [{ name: 'exp-past', reason: 'It is mended next week.', expires: '2999-01-01' }] },
    select: { levels: ['MUST'], names: ['ok-baseline'] },
  });
  const fields = {
    Issuer: issuer,
    'Token endpoint': tokenEndpoint,
    Scope: 'mcp.read',
    Patience: '1s',
    'Requests a second': '500',
    'AI agent': 'Claude Code (linked)',
  };
  const others = { 'How it authenticates': 'post', User: '', 'Client secret': '', 'Only these cases': 'exp-past' };
  const page = await ended(await start({ ...fields, ...others, 'All other options': json }));
  t.match(page.text, /failures|conformant|could not run/);
  const { setup, results, target } = JSON.parse((await me.press(page, 'JSON')).markup) as Report;
  t.match(setup, { otherIssuer: `${org.issuer}/orgs/second`, clientId: 'claude', scopes: ['mcp.read'] });
  t.equal(target.authentication, 'post');
  t.strictSame(
    results.map(({ name, status }) => [name, status]),
    [['exp-past', 'pass']],
    'a field wins over the JSON',
  );
  t.strictSame(await control('/_mock/orgs'), [], 'the second identity provider is gone');

  const { markup, headers } = await me.press(page, 'probe.json');
  t.match(headers.get('content-disposition'), 'filename="probe.json"');
  t.match(JSON.parse(markup), {
    ...{ issuer, scope: 'mcp.read', patience: '1s', client: { id: 'claude', authentication: 'post' } },
    ...{ otherClients: { other: { id: 'cursor' } }, conditions: { 'several-issuers': true } },
  });
  t.notMatch(markup, SECRET);
  t.notMatch(markup, 'another-secret');
  const again = await me.follow(page, 'Change the options and probe again');
  t.equal(fieldIn(again, 'clientId'), 'claude');
  t.equal(fieldIn(again, 'scope'), 'mcp.read');
  t.equal(fieldIn(again, 'user'), ALICE);
  t.equal(fieldIn(again, 'rate'), '500');
  t.match(again.markup, '<option value="Claude Code (linked)" selected>');
  t.equal(fieldIn(again, 'secret'), '');
  t.match(JSON.parse(jsonIn(again)), { otherClients: { other: { id: 'cursor' } }, select: { levels: ['MUST'] } });
  t.notMatch(jsonIn(again), 'claude');
  const forgotten = await me.press(again, 'Start');
  t.match(forgotten.text, 'has no secret');
  t.match(jsonIn(await me.press(again, 'What would it do?', { 'Client secret': SECRET })), 'cursor');
});

t.test('what cannot be used is refused, over what was typed', async (t) => {
  const before = (await me.open(PROBE)).text.match(/UTC/g)?.length;
  const refused = async (sentence: string | RegExp, fields: Record<string, string>) => {
    const page = await start({ 'MCP server': NOBODY_LISTENS, ...fields });
    t.equal(page.status, 400, page.text);
    t.match(page.text, 'Nothing was changed.');
    t.match(page.text, sentence);
    t.equal(fieldIn(page, 'clientId') ?? '', fields['Client ID'] ?? 'claude', 'what was typed stays');
    t.notMatch(page.markup, SECRET, 'but for the secret');
    return page;
  };
  const json = (value: unknown) => ({ 'All other options': JSON.stringify(value) });
  await refused(/Token endpoint: is needed, or issuer, or mcp: there is nothing to probe/, { 'MCP server': '' });
  await refused('MCP server: is not an http or https URL', { 'MCP server': 'ftp://mcp.example' });
  await refused('Client ID: ', { 'Client ID': '' });
  await refused('Client secret: type it in, or say', { 'Client secret': '' });
  await refused('Client: has no key', { 'How it authenticates': 'private_key_jwt' });
  await refused('User: the org has no such person. Give a login or an id.', { User: 'nobody@example.com' });
  await refused('Requests a second: ', { 'Requests a second': 'many' });
  await refused('Patience: ', { Patience: 'a while' });
  const typed = await refused(/All other options: is no JSON: /, { 'All other options': '{"conditions": <b>' });
  t.equal(jsonIn(typed), '{"conditions": <b>');
  await refused('All other options: this is no JSON object.', json([]));
  await refused('restartCommand is taken by the command line only', json({ restartCommand: 'touch /tmp/x' }));
  await refused('idp.url is taken by the command line only', json({ idp: { url: 'http://127.0.0.1:2' } }));
  await refused(/idp: /, json({ idp: 'this' }));
  await refused('Unrecognized key', json({ nothing: 1, client: { secret: SECRET } }));
  await refused(/refused/, json({ refused: 'E0000007', causes: 1 }));
  await refused(/user: /, { ...json({ user: { refused: 1 } }), User: '' });
  const planned = await me.press(await me.open(PROBE), 'What would it do?', { ...FIELDS, User: 'nobody@example.com' });
  t.match(planned.text, 'User: the org has no such person.');
  const unplanned = await me.press(await me.open(PROBE), 'What would it do?', FIELDS);
  t.match(unplanned.text, 'there is nothing to probe');
  const unknown = { ...FIELDS, 'MCP server': NOBODY_LISTENS, 'Only these cases': 'no-such-case' };
  const unnamed = await me.press(await me.open(PROBE), 'What would it do?', unknown);
  t.match(unnamed.text, 'There is no case no-such-case');
  t.equal((await me.open(PROBE)).text.match(/UTC/g)?.length, before, 'no run was begun');
});

t.test('a run that is not there', async (t) => {
  t.equal((await me.open(`${PROBE}/nothing`)).status, 404);
  t.equal((await me.open(`${PROBE}/nothing/exp-past`)).status, 404);
  t.equal((await me.open(`${PROBE}?from=nothing`)).status, 200);
  const page = await ended(await start({ 'MCP server': NOBODY_LISTENS }));
  for (const button of ['stop', 'json', 'options']) {
    const form = page.document.querySelector('[aria-label=Options]') as PageElement;
    const sent = form.querySelector('button') as PageElement;
    form.setAttribute('action', `${PROBE}/nothing`);
    sent.setAttribute('value', button);
    t.equal((await me.send(form, sent, () => undefined)).status, 404, button);
  }
});

t.test('a server that is not there, and what else breaks a run off', async (t) => {
  const page = await ended(await start({ 'MCP server': NOBODY_LISTENS }));
  t.match(page.text, 'The probe broke off. ');
  t.match(page.text, `The MCP server ${NOBODY_LISTENS} cannot be asked`);
  t.notMatch(page.text, 'Words of the case');
  t.match((await me.open(PROBE)).text, `${NOBODY_LISTENS}broke off`);
  const token = await ended(await start({ 'Token endpoint': 'http://127.0.0.1:1/token' }));
  t.match(token.title, 'Probe of http://127.0.0.1:1/token');
  t.match(token.text, 'The probe broke off. What aud is to be is not known');
  const form = page.document.querySelector('[aria-label=Options]') as PageElement;
  const button = form.querySelector('button') as PageElement;
  button.setAttribute('value', 'html');
  t.match(
    (await me.send(form, button, () => undefined)).text,
    'There is no report: the probe has not come to its end.',
  );

  // TEST-NET-1 is no address of this machine.
  const { mcpUrl } = await resourceApp(t, org);
  const json = JSON.stringify({ idp: { canaryHost: '192.0.2.1' } });
  const broken = await ended(await start({ 'MCP server': mcpUrl, 'All other options': json }));
  t.match(broken.text, 'The probe broke off. ');
  t.match(broken.text, '192.0.2.1');
});

/** A token endpoint that grants everything, and answers only while it is let. */
async function gatedServer(t: Test) {
  const waiting: (() => void)[] = [];
  const arrivals: (() => void)[] = [];
  let isOpen = false;
  const http = createServer((request, response: ServerResponse) => {
    const { method } = request;
    const answer = () => {
      const body = method === 'POST' ? { access_token: 'opaque', token_type: 'Bearer' } : {};
      response.writeHead(method === 'POST' ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    request.resume();
    if (isOpen) return answer();
    waiting.push(answer);
    for (const heard of arrivals.splice(0)) heard();
  });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => http.close());
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    origin,
    /** Until a request waits for its answer. */
    arrived: () => (waiting.length > 0 ? undefined : new Promise<void>((resolve) => void arrivals.push(resolve))),
    let(...[on]: [boolean?]) {
      isOpen = on ?? isOpen;
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

t.test('one at a time: a second is refused, the first stopped on its way', async (t) => {
  const server = await gatedServer(t);
  const where = { Issuer: server.origin, 'Token endpoint': `${server.origin}/token` };
  const begun = await start({ ...where, 'Only these cases': 'exp-past iat-ancient' });
  await server.arrived();
  t.ok(isRunning(begun));
  t.match((await me.open(begun.path)).text, 'running The server is looked for.');
  const second = await start({ 'MCP server': NOBODY_LISTENS });
  t.equal(second.status, 400);
  t.match(second.text, 'A probe of this org is running');
  t.match(second.text, `${server.origin}running`);
  let page = begun;
  for (; !/1 of 2 cases: 1 failed/.test(page.text); page = await me.open(begun.path)) {
    await server.arrived();
    server.let();
  }
  t.strictSame(casesIn(page).length, 1, 'what came so far stands there');
  t.match((await me.press(page, 'Stop')).text, /stopping 1 of 2 cases|Stopped/);
  server.let(true);
  const stopped = await ended(page);
  t.match(stopped.text, 'Stopped, and the org is as it was. There is no report. Before that came: 1 failed.');
  t.strictSame(casesIn(stopped), casesIn(page));
  t.match((await me.open(PROBE)).text, `${server.origin}/tokenstopped1 failed`);
  t.match(await control('/_mock/keys'), [{ published: [] }]);
  t.match((await me.press(page, 'Stop')).text, 'It is not running any more.');
});

t.test('an org below /orgs has runs of its own, and its probe drives that org', async (t) => {
  const made = await org.fetch('/_mock/orgs', {
    ...{ method: 'POST', body: JSON.stringify({ id: 'probing', from: 'main' }), headers: API },
  });
  const other = { issuer: String(made.body.issuer) };
  const at = consoleAt(other, { 'x-forwarded-for': '203.0.113.7' });
  const { mcpUrl } = await resourceApp(t, other);
  const form = await at.press(await at.open(PROBE), 'Sign in', { 'API token': EXAMPLE.apiToken });
  t.match(form.text, 'No probe was started in this console yet.');
  const fields = { ...FIELDS, 'MCP server': mcpUrl, 'Only these cases': 'ok-baseline ok-es256' };
  const page = await ended(await at.press(form, 'Start', fields), at);
  t.match(page.text, 'conformant No failure that counts in 2 cases.');
  t.match((await at.press(page, 'JSON')).markup, `"issuer": "${other.issuer}"`);
  t.notMatch((await me.open(PROBE)).text, mcpUrl);
  const json = JSON.stringify({ conditions: { 'several-issuers': true } });
  const refused = await ended(await at.press(form, 'Start', { ...fields, 'All other options': json }), at);
  t.match(refused.text, 'The probe broke off. Not found', 'an org that was made sees no other');
});

t.test('the last ten runs are kept', async (t) => {
  const other = await startTestOrg();
  t.teardown(() => other.close());
  const at = consoleAt(other);
  const paths: string[] = [];
  for (let run = 0; run < 11; run++)
    paths.push((await ended(await start({ 'MCP server': NOBODY_LISTENS }, at), at)).path);
  t.equal((await at.open(PROBE)).text.match(/broke off/g)?.length, 10);
  t.equal((await at.open(paths[0] as string)).status, 404);
  t.equal((await at.open(paths[1] as string)).status, 200);
});

t.test('Stop ends what waits, and closing the org waits until it is as it was', async (t) => {
  const own = await startTestOrg();
  const at = consoleAt(own);
  const nowhere = `http://127.0.0.1:${await laterPort()}`;
  const waiting = { ...FIELDS, 'MCP server': '', Issuer: nowhere, 'All other options': '{"wait":"1h"}' };
  const run = await at.press(await at.open(PROBE), 'Start', waiting);
  t.match((await at.press(run, 'Stop')).text, /stopping|Stopped/);
  t.match((await ended(run, at)).text, 'Stopped, and the org is as it was.');
  const again = await at.press(await at.open(PROBE), 'Start', waiting);
  t.match(again.text, 'running The server is looked for.');
  await own.close();
  t.rejects(at.open(PROBE));
});

t.test('a second issuer is there as long as the probe, and can be made again', async (t) => {
  const { mcpUrl } = await resourceApp(t, org);
  const json = '{"conditions":{"several-issuers":true}}';
  const fields = { 'MCP server': mcpUrl, 'Only these cases': 'ok-baseline', 'All other options': json };
  for (const time of ['first', 'second']) t.match((await ended(await start(fields))).text, 'conformant', time);
  t.notMatch(JSON.stringify(await control('/_mock/orgs')), '"second"');
});

t.test('a server that was made without a probe says so', async (t) => {
  const bare = await startOpenOrg();
  t.teardown(() => bare.close());
  const at = consoleAt(bare);
  for (const label of ['Start', 'What would it do?']) {
    t.match((await at.press(await at.open(PROBE), label, FIELDS)).text, 'This server was made without a probe', label);
  }
});

t.test('a run of many cases stays small, and each of its results can be shown', async (t) => {
  const report = largeReport();
  const run: ProbeRun = {
    ...{ id: 'op1', began: report.began, state: 'done', target: 'https://ras.example/token', total: 1, report },
    ...{ options: { client: { id: 'claude' } }, results: report.results, problem: undefined },
  };
  const shown = { at: (path: string) => path, value: () => '', run };
  const { markup } = runPage({ ...shown, found: { rows: report.results.slice(0, 50), others: 250 } }).body;
  t.ok(markup.length < 80_000, `${markup.length}`);
  t.match(markup, '250 more are not shown: search to narrow the list.');
  const named = SAMPLE.results.filter(({ name }) => /^[a-z0-9-]+$/.test(name));
  t.ok(named.some(({ hint }) => hint !== undefined));
  for (const result of named) {
    const { body } = resultPage({ ...shown, result });
    t.equal(body.markup.includes('How to mend it'), result.hint !== undefined, result.name);
  }
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
  const run = runs.begin(
    org,
    { issuer: 'https://ras.example', client: { id: 'claude' } },
    () => new Promise((resolve) => (begin = resolve)),
  ) as ProbeRun;
  t.ok(runs.stop(org, run.id));
  t.equal(runs.find(org, run.id)?.state, 'stopping');
  begin(started);
  await runs.end();
  t.strictSame([stopped, runs.find(org, run.id)?.state], [1, 'stopped']);
});
