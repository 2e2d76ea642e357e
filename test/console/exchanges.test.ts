/** *Testing > Exchanges*: the inbox, one exchange rule by rule and claim by claim, its curl, doing it again, and the stream. */
import { execFileSync } from 'node:child_process';
import t, { type Test } from 'tap';
import { findRule, RULE_TABLES } from '../../src/authorization/rule-tables.js';
import { meaningOfClaim, meaningOfHeader, type TokenSort } from '../../src/console/claims.js';
import { curlOf, type Proves } from '../../src/console/exchange-curl.js';
import { tokenShown } from '../../src/console/token-shown.js';
import { MOST } from '../../src/control/exchanges.js';
import { documentUrl } from '../../src/protocol/sources.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { agents } from '../../src/registry/ai-agent.js';
import { applications } from '../../src/registry/application.js';
import { authorizationServers } from '../../src/registry/authorization-server.js';
import type { ExchangeRecord } from '../../src/syslog/exchange-log.js';
import { consoleAt, type Looked, textOf } from '../support/console.js';
import { controlOf } from '../support/control.js';
import { forgeIdToken, parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import { APP_BASIC, driving, EXAMPLE, type Parameters, startTestOrg, type TestOrg, testClock } from '../support/org.js';
import { type Edit, editedOrg } from '../support/org-edits.js';
import { unchecking } from '../support/self-checks.js';
import { startTwoOrgs } from '../support/two-orgs.js';

const LIST = '/console/exchanges';
const TOKEN = '/oauth2/v1/token';
const NO_ASSERTION = { client_assertion: undefined, client_assertion_type: undefined };
const LINKED = { ...NO_ASSERTION, client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
const BOB = '00uBob00000000000001';
const CAROL = '00uCarol000000000001';
const POSTING = '0oaPosting0000000001';
const OPEN_AGENT = 'wlpOpen0000000000001';

/** An agent that is known by its client id only, and an application that sends its secret in the form. */
const withOpenAgent: Edit = (file) => {
  file.applications?.push({
    ...{ id: POSTING, label: 'Posting' },
    oidc: { clientSecret: 'a-secret-of-the-posting-app', tokenEndpointAuthMethod: 'client_secret_post' },
  });
  file.agents?.push({
    ...{ id: OPEN_AGENT, name: 'Open agent', status: 'ACTIVE', credentials: [{ type: 'CLIENT_ID_ONLY' }] },
    callers: [{ application: 'Claude (OIDC)' }],
    resourceConnections: [{ application: 'Figma', clientIdAtResource: 'open-at-figma' }],
  });
};

const org = await startTestOrg({ org: editedOrg(withOpenAgent) });
t.teardown(() => org.close());
const me = consoleAt(org);
const control = controlOf(org);

// biome-ignore lint/suspicious/noExplicitAny: tests look at single members
const records = async (at: TestOrg = org, query = ''): Promise<any[]> =>
  (await at.fetch(`/_mock/exchanges?limit=1000&${query}`)).body;

const requestId = (answer: { headers: Headers }) => answer.headers.get('x-okta-request-id') as string;
const pageOf = (answer: { headers: Headers }, at = me) => at.open(`${LIST}/${requestId(answer)}`);
const alice = () => forgeIdToken(org);
const curlIn = (page: Looked) => textOf(page.document.querySelector('#curl') as never);

/** The token on a page. */
const mintedIn = (page: Looked) => textOf(page.document.querySelector('#token') as never);

/** What a token says but for when it was issued, and its name. */
function lasting(token: string): object {
  const { jti, iat, exp, ...claims } = parts(token).claims;
  t.ok(jti && exp > iat);
  return claims;
}

/** Presses what the page does not show. */
async function again(id: string, at = org) {
  const answer = await fetch(`${at.issuer}${LIST}/${id}`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ do: 'again' }) },
    headers: { origin: new URL(at.issuer).origin },
  });
  return { status: answer.status, text: await answer.text() };
}

t.test('an empty inbox says how to fill it, and one that is filled is emptied', async (t) => {
  const page = await me.open(LIST);
  t.equal(page.title, 'Exchanges - Example');
  t.match(page.text, 'No client has asked for a token yet');
  t.match(curlIn(page), `curl -s ${org.issuer}${TOKEN} -d grant_type=client_credentials`);
  t.equal(page.document.querySelector('#inbox')?.getAttribute('data-events'), '/console/exchanges/events');
  await org.post(TOKEN, { grant_type: 'client_credentials' });
  const filled = await me.open(LIST);
  t.match(
    filled.text,
    /1 in all.*refused ?unknown client ?client_credentials ?The request says which client sent it\./,
  );
  const cleared = await me.press(filled, 'Clear');
  t.match(cleared.text, /All kept exchanges were forgotten.*No client has asked/);
  t.same(await records(), []);
  t.equal((await org.events('filter=eventType eq "mock.inbox.clear"')).length, 1);
});

t.test('the list: who, for whom, where, and what stood against it; chosen by each of these', async (t) => {
  const good = await org.exchange(await alice());
  const refused = await org.exchange(await forgeIdToken(org, { sub: CAROL }));
  await control.done('armed', { match: { user: 'bob@example.com' }, edgeCase: 'exp-past', times: 1 });
  const bent = await org.exchange(await forgeIdToken(org, { sub: BOB }), {
    audience: 'https://auth.asana.example',
    scope: 'tasks:read',
  });
  t.same([good.status, refused.status, bent.status], [200, 400, 200]);
  const page = await me.open(LIST);
  t.match(page.text, /3 in all/);
  t.match(page.text, 'Claude (Requester App)for bob@example.com');
  t.match(
    page.text,
    /The user is assigned to the resource application.*user-assigned-to-resource \/ token_exchange_incomplete_resource_configuration/,
  );
  t.match(page.text, /wrong on purpose: exp-past/);
  t.equal((await me.follow(page, 'exp-past')).path, '/console/edge-cases/exp-past');

  const rows = async (fields: Record<string, string>) => {
    const found = await me.press(await me.open(LIST), 'Show', fields);
    return { found, count: [...found.document.querySelectorAll('#inbox tbody tr')].length };
  };
  for (const [fields, text] of [
    [{ Result: 'refused' }, 'for carol@example.com'],
    [{ User: 'bob@example.com' }, 'exp-past'],
    [{ Audience: 'https://auth.asana.example' }, 'exp-past'],
    [{ 'Rule that refused': 'user-assigned-to-resource' }, 'for carol@example.com'],
    [{ 'Edge case': 'exp-past' }, 'for bob@example.com'],
    [{ 'SCIM filter': 'user sw "carol"' }, 'for carol@example.com'],
  ] as const) {
    const { found, count } = await rows(fields);
    t.equal(count, 1, Object.keys(fields).join());
    t.match(found.text, text);
    const [[name, value] = []] = [...new URLSearchParams(found.path.split('?')[1])].filter(([, value]) => value !== '');
    const events = found.document.querySelector('#inbox')?.getAttribute('data-events') ?? '';
    t.same([...new URLSearchParams(events.split('?')[1])], [[name, value]], 'the stream is asked for the same');
  }
  t.equal((await rows({ Client: 'Claude (Requester App)', 'Grant type': 'token-exchange' })).count, 3);
  const none = await rows({ User: 'nobody@example.com' });
  t.match(none.found.text, 'None of the 3 that are kept is like this.');
  t.equal((await me.follow(none.found, 'Show all')).path, LIST);
  t.match((await me.open(`${LIST}?client=0oaGone&grantType=password`)).text, '0oaGone', 'what is chosen can be seen');
});

t.test('a choice that cannot be read is said over the form, and stays in it', async (t) => {
  const page = await me.press(await me.open(LIST), 'Show', { 'SCIM filter': '[' });
  t.match(page.text, 'match: is no SCIM filter over a record');
  t.equal(page.document.querySelector('#match')?.getAttribute('value'), '[');
  t.equal(page.document.querySelector('#inbox tbody'), null);
  t.equal(page.document.querySelector('#inbox')?.hasAttribute('data-events'), false);
  const long = await me.open(`${LIST}?user=${'x'.repeat(1001)}&result=odd`);
  t.match(long.text, /User: .*Result: /);
});

t.test('more than fifty are said, and not shown', async (t) => {
  const many = await startTestOrg();
  t.teardown(() => many.close());
  for (let count = 0; count < 52; count++) await many.post(TOKEN, {});
  const page = await consoleAt(many).open(LIST);
  t.equal([...page.document.querySelectorAll('#inbox tbody tr')].length, 50);
  t.match(page.text, /52 in all.*2 more are not shown/);
  t.ok(page.markup.length < 100_000);
});

t.test('a granted exchange: the picture, the request, every rule, the tokens claim by claim', async (t) => {
  const signedIn = await org.signIn('alice@example.com');
  // A look at what is issued would fetch the keys.
  const answer = await unchecking(() => org.exchange(signedIn.id_token, { resource: 'https://mcp.figma.example/mcp' }));
  const before = await pageOf(answer);
  t.match(before.text, /Nobody fetched the key set of the org within five minutes/);
  await fetch(`${org.issuer}/oauth2/v1/keys`, { headers: { 'user-agent': 'jose/6 <script>alert(1)</script>' } });
  const page = await pageOf(answer);
  t.equal(page.title, 'Claude (Requester App) for alice@example.com: granted - Example');
  const hops = [...page.document.querySelectorAll('.hops li')];
  t.equal(hops.length, 4);
  t.match(
    hops[0]?.textContent,
    /Claude \(Requester App\) → Example POST \/oauth2\/v1\/token: token-exchange for alice@example.com/,
  );
  t.match(hops[1]?.textContent, '200: ID-JAG granted');
  t.match(hops[2]?.textContent, 'redeems the ID-JAG (not seen by the org)');
  t.match(hops[3]?.textContent, /GET \/oauth2\/v1\/keys, perhaps: fetched \d s later by jose\/6 <script>/);
  t.match(page.text, 'Who fetches the key set does not say for which token');
  t.notMatch(page.markup, '<script>alert');
  const [record] = await records(org, 'result=granted');
  t.equal([...page.document.querySelectorAll('.judged li')].length, record.rules.length, 'every rule');
  t.equal(page.document.querySelector('.refusing'), null);
  t.match(page.text, /The caller and the user: 7 hold/);
  t.match(page.text, /The user is assigned to the resource application, directly or by a group\./);
  t.match(page.markup, '<a href="https://www.rfc-editor.org/rfc/rfc8707.html">RFC 8707</a>');
  t.match(page.text, /exp\d+\d{4}-\d\d-\d\d [\d:]+ UTC, 300 s after iat/);
  t.match(page.text, 'Issuer of the one resource authorization server that it is for, to the byte.');
  t.match(page.text, 'Client id of the application that the user signed in to.');
  t.match(page.text, 'The same client id: the client speaks for itself.');
  t.notMatch(page.text, 'Nothing that this org knows of');
  for (const secret of [signedIn.id_token, answer.body.access_token]) {
    t.notMatch(page.markup, secret.split('.')[2], 'no signature is kept');
  }
  const [came] = await records(org, 'grantType=authorization_code');
  t.equal((await me.follow(page, came.id.slice(0, 8))).path, `${LIST}/${came.id}`, 'where its token came from');
  t.match((await me.follow(page, 'its events in the System Log')).text, 'ID-JAG issued');
  t.ok(page.markup.length < 100_000);
});

t.test('who fetched the key set is named three times at most, and without a name is said to be', async (t) => {
  const answer = await unchecking(async () => org.exchange(await alice()));
  for (const agent of ['', 'one', 'two', 'three', 'four']) {
    await fetch(`${org.issuer}/oauth2/v1/keys`, { headers: { 'user-agent': agent } });
  }
  const page = await pageOf(answer);
  t.match(page.text, /by four, three, two and 2 more/);
});

t.test('a refused exchange: the rule that refused, Okta’s reason, and what stood on the wire', async (t) => {
  const page = await pageOf(await org.exchange(await forgeIdToken(org, { sub: CAROL })));
  t.match(
    page.text,
    'Refused, for this does not hold: The user is assigned to the resource application, directly or by a group.',
  );
  t.match(
    page.text,
    /Rule user-assigned-to-resource; Okta’s reason token_exchange_incomplete_resource_configuration; on the wire 400 invalid_target\. /,
  );
  const refusing = [...page.document.querySelectorAll('.refusing')];
  t.equal(refusing.length, 1);
  t.match(refusing[0]?.textContent, /This one refused\..*user-assigned-to-resource/s);
  const open = [...page.document.querySelectorAll('details[open] summary')].map((one) => one.textContent);
  t.equal(open.length, 1);
  t.match(open[0], /The audience and the resource: \d+ hold, 1 is broken/);
  t.equal([...page.document.querySelectorAll('.hops li')].length, 2, 'nothing was given that could go on');
  t.match(page.text, '400 invalid_target');
});

t.test('what was done on purpose is told, with a link to each edge case', async (t) => {
  const asked = await org.post(
    TOKEN,
    { ...exchangeForm(await alice()), ...(await org.asAgent()) },
    { 'x-mock-edge-case': 'exp-past' },
  );
  const page = await pageOf(asked);
  t.match(page.text, 'made wrong on purpose, asked for in the request’s header');
  t.match(page.text, /exp-past: .{20}/);
  t.match(curlIn(page), "--header 'x-mock-edge-case: exp-past'");

  await control.done('edge-cases', [
    {
      ...{ name: 'own-passing', level: 'MAY', severity: 'low', expect: ['ok'], source: ['Our book, Chapter one'] },
      ...{ differs: 'It has one claim more.', note: 'A case that passes.', claims: { set: { extra: 1 } } },
    },
  ]);
  const latency = { fixed: 0.001, jitter: 0, seed: 1 };
  const armed = await control.done('armed', {
    match: { user: 'alice@example.com' },
    edgeCase: 'own-passing',
    fault: { latency },
    times: 1,
  });
  const met = await unchecking(async () => org.exchange(await alice()));
  await org.fetch('/_mock/edge-cases/own-passing', { method: 'DELETE' });
  const told = await pageOf(met);
  t.match(told.text, `armed as ${armed.id}`);
  t.match(told.text, 'own-passing: there is no edge case of this name any more.');
  t.match(told.text, /The answer met a fault: \{"latency"/);
  t.match((await me.open(LIST)).text, 'met a fault');
});

function exchangeForm(subjectToken: string): Parameters {
  return {
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag, subject_token: subjectToken },
    ...{ subject_token_type: TOKEN_TYPE.idToken, audience: EXAMPLE.figma, scope: 'mcp:read' },
  };
}

t.test('an edge case that could not be made is said to be so', async (t) => {
  await control.done('armed', { match: {}, edgeCase: 'client-id-other-registered', times: 1 });
  const impossible = await org.exchange(await alice());
  t.equal(impossible.status, 400);
  t.match((await pageOf(impossible)).text, 'What was armed or asked for could not be done: given.otherClientId');
  await control.delete('armed');
});

t.test('a request that a fault answered was never read', async (t) => {
  await control.done('faults', { route: TOKEN, fault: { status: { code: 503 } }, times: 1 });
  t.equal((await org.exchange(await alice())).status, 503);
  const [record] = await records(org, 'result=faulted');
  const page = await me.open(`${LIST}/${record.id}`);
  t.match(page.text, 'The request met a fault before it was read.');
  t.match(page.text, 'a fault answered in place of the org');
  t.match(page.text, 'none that this org knows');
  t.match((await me.open(`${LIST}?result=faulted`)).text, 'met a fault before it was read');
  t.match(page.text, 'Only a token exchange at the org can be done again');
});

t.test('an ID-JAG that comes back to a server of the org is followed, both ways', async (t) => {
  const given = await org.exchange(await alice(), { audience: `${org.issuer}/oauth2/default` });
  const redeemed = await org.redeem(given.body.access_token);
  t.equal(redeemed.status, 200);
  const page = await pageOf(given);
  t.match(page.text, `redeems the ID-JAG: request ${requestId(redeemed).slice(0, 8)}`);
  t.notMatch(page.text, 'not seen by the org');
  const there = await me.follow(page, requestId(redeemed).slice(0, 8));
  t.match(there.text, 'POST /oauth2/default/v1/token: jwt-bearer');
  t.match(there.text, '200: tokens granted');
  t.match(there.text, 'Issuer of the one resource authorization server', 'the assertion is an ID-JAG');
  t.match(there.text, 'Client id of who asked for it.', 'what it was given is an access token');
  t.equal((await me.follow(there, requestId(given).slice(0, 8))).path, `${LIST}/${requestId(given)}`);
  t.match(curlIn(there), /ASSERTION=\$\(mock-okta-xaa mint .*--token 'id-jag' --user 'alice@example.com'/);
});

t.test('requests of other grants are shown as far as they go', async (t) => {
  await org.signIn('alice@example.com');
  const [record] = await records(org, 'grantType=authorization_code');
  const page = await me.open(`${LIST}/${record.id}`);
  t.match(page.text, /Refresh token ?It is opaque/);
  t.match(page.text, 'Full name of the user.');
  t.equal(page.document.querySelector('#curl'), null, 'its code was all');
  t.match(page.text, 'Only a token exchange at the org can be done again');
  t.equal(page.document.querySelector('button[value=again]'), null);
  const bad = await again(record.id);
  t.equal(bad.status, 400);
  t.match(bad.text, 'Nothing was changed.');
  t.same([(await me.open(`${LIST}/nope`)).status, (await again('nope')).status], [404, 404]);
});

t.test('everything that comes from outside stays text', async (t) => {
  const evil = '<script>alert(1)</script>';
  const answer = await org.post(
    TOKEN,
    {
      ...exchangeForm(await forgeIdToken(org, { sub: evil, [evil]: evil, aud: EXAMPLE.appId })),
      ...{ audience: `https://x.example/${evil}`, scope: `${evil} mcp:read`, requested_token_type: evil },
      ...(await org.asAgent()),
    },
    { 'user-agent': evil },
  );
  t.equal(answer.status, 400);
  const page = await pageOf(answer);
  for (const one of [page, await me.open(LIST), await me.open(`${LIST}?user=${encodeURIComponent(evil)}`)]) {
    t.notMatch(one.markup, evil);
  }
  t.match(page.text, `User agent${evil}`);
  t.match(page.text, `https://x.example/${evil}`);
  t.match(page.text, 'Nothing that this org knows of. A reader ignores what it does not know.');
});

/** The command as a real shell takes it: each argument of curl. */
function argumentsOf(curl: string, variables: Record<string, string> = {}): string[] {
  const script = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${curl}\n`;
  const env = { PATH: '/nowhere', ...variables };
  return execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** The form that curl would send. */
function formOfCurl(all: readonly string[]): Parameters {
  const form = new URLSearchParams();
  for (const [index, one] of all.entries()) {
    const [name = '', ...value] = (all[index + 1] ?? '').split('=');
    if (one === '--data-urlencode') form.append(name, value.join('='));
  }
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]));
}

t.test('the curl command sends the same request, once its variables are filled', async (t) => {
  const page = await pageOf(await org.exchange(await alice(), { resource: 'https://mcp.figma.example/mcp' }));
  const curl = curlIn(page);
  t.match(
    curl,
    `SUBJECT_TOKEN=$(mock-okta-xaa mint --url '${org.issuer}' --token 'id-token' --user 'alice@example.com'`,
  );
  t.match(curl, `step by step at ${org.issuer}/console/try-it`);
  const { client_assertion = '' } = await org.asAgent();
  const all = argumentsOf(curl, { SUBJECT_TOKEN: await alice(), CLIENT_ASSERTION: client_assertion as string });
  t.same(all.slice(0, 2), ['-s', `${org.issuer}${TOKEN}`]);
  t.match(await org.post(TOKEN, formOfCurl(all)), { status: 200, body: { issued_token_type: TOKEN_TYPE.idJag } });
});

const HOSTILE = `https://x.example/'; touch /tmp/pwned; echo "$(id)" \`id\` \\ $HOME\n# & | é`;

/** A record that no client could bring about: its values are checked before they are kept. */
function hostileRecord(more: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const request = {
    ...{ audience: [HOSTILE, 'two'], resource: [HOSTILE], scope: HOSTILE, requestedTokenType: HOSTILE },
    ...{ subjectTokenType: TOKEN_TYPE.accessToken, userAgent: HOSTILE },
  };
  const claims = { cid: HOSTILE };
  return {
    ...{ id: HOSTILE, client: HOSTILE, user: HOSTILE, audience: HOSTILE, grantType: 'token-exchange', request },
    onPurpose: { edgeCases: [HOSTILE], armed: null, fault: null, faultId: null, impossible: null },
    assertions: {
      clientAssertion: null,
      subjectToken: { header: {}, claims },
      actorToken: null,
      assertion: null,
      saml: null,
    },
    ...more,
  } as ExchangeRecord;
}

const CURL = { tokenEndpoint: `https://org.example/'$(id)`, issuer: HOSTILE, tryIt: HOSTILE } as const;

t.test('whatever stands in it, a shell takes it as it is', async (t) => {
  const expected: Readonly<Record<Proves, readonly string[]>> = {
    assertion: [`client_assertion_type=${CLIENT_ASSERTION_TYPE}`, 'client_assertion=$x "y"'],
    basic: ['--user', `${HOSTILE}:$x "y"`],
    post: [`client_id=${HOSTILE}`, 'client_secret=$x "y"'],
    none: [`client_id=${HOSTILE}`],
    unknown: ['client_id=CLIENT_ID'],
  };
  const value = '$x "y"';
  const variables = { SUBJECT_TOKEN: value, CLIENT_SECRET: value, CLIENT_ASSERTION: value };
  for (const [proves, last] of Object.entries(expected)) {
    const record = hostileRecord(proves === 'unknown' ? { client: null } : {});
    const curl = curlOf({ ...CURL, record, proves: proves as Proves }) as string;
    const all = argumentsOf(curl, variables).filter((one) => one !== '--data-urlencode');
    t.same(
      all,
      [
        ...['-s', CURL.tokenEndpoint, '--header', `x-mock-edge-case: ${HOSTILE}`],
        ...[`grant_type=${GRANT_TYPE.tokenExchange}`, `requested_token_type=${HOSTILE}`],
        ...[`subject_token_type=${TOKEN_TYPE.accessToken}`, `audience=${HOSTILE}`, 'audience=two'],
        ...[`resource=${HOSTILE}`, `scope=${HOSTILE}`, `subject_token=${value}`, ...last],
      ],
      proves,
    );
    t.match(curl.split('\n').slice(0, 2), [/^# SUBJECT_TOKEN=\$\(.*--token 'access-token' /, /^# /]);
    t.match(curl.split('\n')[2], /^curl -s /, 'a comment is one line');
  }
});

t.test('each grant that can be sent again takes what it takes', async (t) => {
  const none = { clientAssertion: null, subjectToken: null, actorToken: null, assertion: null, saml: null };
  const request = {
    audience: [],
    resource: [],
    scope: null,
    requestedTokenType: null,
    subjectTokenType: null,
    userAgent: null,
  };
  const of = (grantType: string, more: Partial<ExchangeRecord> = {}) =>
    curlOf({
      ...{ ...CURL, proves: 'none' },
      record: hostileRecord({
        ...{ grantType, onPurpose: null, user: null, client: 'c', request, assertions: none },
        ...more,
      }),
    });
  t.match(
    of('client_credentials'),
    /^# The client has no secret.*\ncurl -s .*\n {2}--data-urlencode 'grant_type=client_credentials' \\\n/,
  );
  t.match(of('refresh_token'), /--token 'refresh-token'\), or.*--data-urlencode "refresh_token=\$REFRESH_TOKEN"/s);
  t.match(of('jwt-bearer', { audience: 'https://a.example' }), /--token 'id-jag' --audience 'https:\/\/a.example'/);
  t.match(
    of('token-exchange', { request: { ...request, subjectTokenType: TOKEN_TYPE.saml2 } }),
    "--token 'saml-assertion'",
  );
  const opaque = { ...none, subjectToken: 'opaque' } as const;
  t.match(of('token-exchange', { assertions: opaque }), "--token 'id-token')");
  const noText = { ...none, subjectToken: { header: {}, claims: { aud: ['a', 'b'] } } };
  t.match(of('token-exchange', { assertions: noText }), "--token 'id-token')");
  for (const grantType of ['authorization_code', 'password', 'unread', '__proto__']) t.equal(of(grantType), undefined);
});

t.test('the command proves the client as it is registered', async (t) => {
  const posting = await org.post(TOKEN, { grant_type: 'client_credentials', client_id: POSTING });
  t.match(curlIn(await pageOf(posting)), `--data-urlencode "client_secret=$CLIENT_SECRET"`);
  const bare = await org.exchange(await alice(), { ...NO_ASSERTION, client_id: EXAMPLE.agentId });
  t.match(curlIn(await pageOf(bare)), '$CLIENT_ASSERTION', 'which was not sent');
  const nobody = await org.post(TOKEN, { grant_type: 'client_credentials' });
  t.match(curlIn(await pageOf(nobody)), '# The org does not know who asked');
});

t.test('done again with a secret, the exchange is carried out, by today’s rules', async (t) => {
  const of = (claims: object) => forgeIdToken(org, { aud: EXAMPLE.linkedAgentId, ...claims });
  const first = await org.exchange(await of({}), LINKED);
  t.equal(first.status, 200);
  const page = await pageOf(first);
  t.match(curlIn(page), `--user '${EXAMPLE.linkedAgentId}:'"$CLIENT_SECRET"`);
  const done = await me.press(page, 'Do it again');
  t.match(done.text, 'The exchange was carried out again, with a fresh subject token');
  t.match(done.title, 'Claude Code (linked) for alice@example.com: granted');
  const [newest, before] = await records(org, 'grantType=token-exchange');
  t.equal(done.path, `${LIST}/${newest.id}?done=exchanged-again`);
  t.equal(before.id, requestId(first));
  t.same(
    [newest.client, newest.user, newest.audience, newest.result],
    [before.client, before.user, before.audience, 'granted'],
  );
  t.same({ ...newest.request, userAgent: 0 }, { ...before.request, userAgent: 0 });
  t.not(newest.answer.tokens.access_token.claims.jti, before.answer.tokens.access_token.claims.jti);
  t.equal(newest.rules.find(({ name }: { name: string }) => name === 'client-secret-right').outcome, 'holds');

  const refused = await org.exchange(await of({ sub: CAROL }), LINKED);
  const still = await me.press(await pageOf(refused), 'Do it again');
  t.match(still.title, /: refused/);
  t.match(still.text, 'Refused, for this does not hold');
  t.not((await records())[0].id, requestId(refused));

  const bare = await org.exchange('', { ...LINKED, subject_token: undefined, subject_token_type: undefined });
  t.match((await pageOf(bare)).text, 'Nobody knows for which user it was.');
  const old = await org.exchange(await of({ iat: 1000, exp: 2000, sub: BOB }), LINKED);
  t.equal(old.status, 400);
  t.match((await me.press(await pageOf(old), 'Do it again')).text, /bob@example.com/);
  const untyped = await org.exchange(await of({}), { ...LINKED, subject_token_type: undefined });
  t.match((await me.press(await pageOf(untyped), 'Do it again')).text, 'Rule subject-token-type-sent');
});

t.test('done again, an edge case that the request asked for is asked for again', async (t) => {
  const form = {
    ...exchangeForm(await forgeIdToken(org, { aud: EXAMPLE.linkedAgentId })),
    ...LINKED,
    client_assertion: undefined,
  };
  const first = await unchecking(() => org.post(TOKEN, form, { 'x-mock-edge-case': 'aud-missing' }));
  t.equal(first.status, 200);
  await unchecking(async () => me.press(await pageOf(first), 'Do it again'));
  const [newest] = await records();
  t.same(newest.onPurpose, { edgeCases: ['aud-missing'], armed: null, fault: null, faultId: null, impossible: null });
});

t.test('done again by an agent without a secret, by its client id; and of other subject tokens', async (t) => {
  const first = await org.exchange(await alice(), { ...NO_ASSERTION, client_id: OPEN_AGENT });
  t.equal(first.status, 200);
  const done = await me.press(await pageOf(first), 'Do it again');
  t.match(done.title, 'Open agent for alice@example.com: granted');
  t.match(curlIn(done), `--data-urlencode 'client_id=${OPEN_AGENT}'`);
  const { refresh_token, access_token } = await org.signIn('alice@example.com');
  for (const [type, token] of [
    [TOKEN_TYPE.refreshToken, refresh_token],
    [TOKEN_TYPE.accessToken, access_token],
  ] as const) {
    const more = { ...NO_ASSERTION, client_id: OPEN_AGENT, subject_token_type: type };
    const answer = await org.exchange(token, more);
    const again = await me.press(await pageOf(answer), 'Do it again');
    const [newest, before] = await records();
    t.equal(newest.rule, before.rule, type);
    t.match(again.title, before.result);
  }
});

t.test('where only the agent has its key, the ID-JAG is minted, and the page says so', async (t) => {
  const { id_token } = await org.signIn('alice@example.com');
  const first = await org.exchange(id_token, { resource: 'https://mcp.figma.example/mcp' });
  const count = (await records()).length;
  const page = await me.press(await pageOf(first), 'Do it again');
  t.match(page.title, 'The ID-JAG, minted');
  t.match(page.text, 'No exchange was carried out, so there is none in the inbox. Only the agent has its private key');
  t.same(lasting(mintedIn(page)), lasting(first.body.access_token), 'it says what the exchange gave');
  t.match(page.text, 'Names this one ID-JAG');
  t.equal((await records()).length, count);

  const without = await org.exchange(await alice());
  t.notOk('email' in parts(without.body.access_token).claims, 'the token has released none');
  const plain = await me.press(await pageOf(without), 'Do it again');
  t.same(lasting(mintedIn(plain)), lasting(without.body.access_token), 'nor a resource, for none was asked for');

  const unscoped = await org.exchange(await alice(), { scope: undefined });
  const any = await me.press(await pageOf(unscoped), 'Do it again');
  t.same(lasting(mintedIn(any)), lasting(unscoped.body.access_token));

  const given = { otherClientId: 'somebody-else' };
  await control.done('armed', { match: {}, edgeCase: 'client-id-other-registered', given, times: 1 });
  const other = await unchecking(async () => org.exchange(await alice()));
  const lost = await me.press(await pageOf(other), 'Do it again');
  t.same([lost.status, /given\.otherClientId: is needed/.test(lost.text)], [400, true], 'what was given is not kept');

  await control.done('armed', { match: {}, edgeCase: 'aud-missing', times: 1 });
  const wrong = await unchecking(async () => org.exchange(await alice()));
  const bent = await me.press(await pageOf(wrong), 'Do it again');
  t.match(bent.text, 'It is wrong on purpose, as it was then: aud-missing.');
  t.notOk('aud' in parts(mintedIn(bent)).claims);
});

t.test('where it would be refused now, nothing is minted', async (t) => {
  const page = await me.press(await pageOf(await org.exchange(await forgeIdToken(org, { sub: CAROL }))), 'Do it again');
  t.match(page.title, 'It would be refused now');
  t.match(page.text, 'It would be refused, for this does not hold: The user is assigned to the resource application');
  t.equal(page.document.querySelector('#token'), null);
  const unknown = await org.exchange(await alice(), { audience: 'https://nobody.example' });
  t.match((await me.press(await pageOf(unknown), 'Do it again')).text, 'Rule audience-known');
});

t.test('what cannot be done again is told why', async (t) => {
  const token = await alice();
  const sentences: readonly (readonly [Parameters, string, Record<string, string>?])[] = [
    [
      { subject_token_type: TOKEN_TYPE.saml2, subject_token: 'PHNhbWw+' },
      'The exchange of a SAML assertion cannot be done again',
    ],
    [{ resource: 'not an address' }, 'Parts of the request were not kept'],
    [{ actor_token: token, actor_token_type: TOKEN_TYPE.jwt }, 'It came with an actor token'],
    [NO_ASSERTION, 'It does not come from an AI agent', { authorization: APP_BASIC }],
    [{ subject_token: 'nothing' }, 'Nobody knows for which user it was.'],
    [{ audience: [EXAMPLE.figma, 'https://auth.asana.example'] }, 'no request but one for an ID-JAG with one audience'],
    [{ requested_token_type: TOKEN_TYPE.accessToken }, 'no request but one for an ID-JAG with one audience'],
  ];
  for (const [more, sentence, headers] of sentences) {
    const answer = await org.post(TOKEN, { ...exchangeForm(token), ...(await org.asAgent()), ...more }, headers);
    const page = await pageOf(answer);
    t.match(page.text, sentence);
    t.equal(page.document.querySelector('button[value=again]'), null);
    t.match((await again(requestId(answer))).text, sentence);
  }
});

t.test('of what has changed since, the org is asked as it is', async (t) => {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  const at = driving(open, testClock());
  const here = consoleAt(at);
  const tokenOf = (claims: Record<string, unknown> = {}) => forgeIdToken(at, claims);
  const byKey = await at.exchange(await tokenOf());
  const bySecret = await at.exchange(await tokenOf({ aud: EXAMPLE.linkedAgentId }), LINKED);
  const stranger = await at.exchange(await tokenOf({ sub: '00uNobody', aud: '0oaNobody' }));
  const strangerBySecret = await at.exchange(await tokenOf({ sub: '00uNobody', aud: EXAMPLE.linkedAgentId }), LINKED);
  const noSuchApp = await at.exchange(await tokenOf({ aud: '0oaNobody' }));
  const opaque = await at.exchange((await at.signIn('alice@example.com')).refresh_token, {
    subject_token_type: TOKEN_TYPE.refreshToken,
  });
  for (const [answer, sentence] of [
    [stranger, 'there is no user "00uNobody"'],
    [strangerBySecret, 'there is no user "00uNobody"'],
    [noSuchApp, 'there is no application "0oaNobody"'],
  ] as const) {
    const page = await here.press(await pageOf(answer, here), 'Do it again');
    t.equal(page.status, 400);
    t.match(page.text, sentence);
  }
  t.match((await here.press(await pageOf(opaque, here), 'Do it again')).title, 'The ID-JAG, minted');

  const linked = open.org.store.view().findBy(applications, 'clientId', EXAMPLE.linkedAgentId)[0] as { id: string };
  await open.change(
    applications,
    linked.id,
    (app) =>
      ({ ...app, oidc: { ...(app.oidc as never as object), clientSecret: undefined, otherSecrets: [] } }) as never,
  );
  const noSecret = await here.press(await pageOf(bySecret, here), 'Do it again');
  t.match(noSecret.text, 'The agent has no active secret that the exchange could be sent with.');
  await open.remove(agents, EXAMPLE.agentId);
  const gone = await pageOf(byKey, here);
  t.match(gone.text, `Client${EXAMPLE.agentId}`);
  t.match(gone.text, 'It does not come from an AI agent that is in the org now.');
  t.match(curlIn(gone), '$CLIENT_ASSERTION');
  t.match((await here.open(LIST)).text, `${EXAMPLE.agentId}for alice@example.com`);

  const redeemed = await at.redeem('not-a-token');
  await open.remove(authorizationServers, 'default');
  t.match((await pageOf(redeemed, here)).text, 'Serverdefault (default)');
});

t.test('an ID token of a custom authorization server is one of that server again', async (t) => {
  const custom = await startTestOrg({
    org: editedOrg((file) => {
      const agent = file.agents?.find(({ id }) => id === EXAMPLE.agentId);
      const caller = agent?.callers?.find(({ application }) => application === 'Claude (OIDC)');
      Object.assign(caller as object, { authorizationServer: 'default' });
    }),
  });
  t.teardown(() => custom.close());
  const { body } = await controlOf(custom).post('mint', {
    token: 'id-token',
    user: 'alice@example.com',
    server: 'default',
  });
  const first = await custom.exchange(body.token);
  t.equal(first.status, 200, first.text);
  const here = consoleAt(custom);
  t.match((await here.press(await pageOf(first, here), 'Do it again')).title, 'The ID-JAG, minted');
});

t.test('the stream tells that there is one, and nothing of it', async (t) => {
  const ends = new AbortController();
  const answer = await fetch(`${org.issuer}${LIST}/events?result=granted&odd=1`, { signal: ends.signal });
  t.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let read = '';
  const until = async (text: string) => {
    while (!read.includes(text)) read += Buffer.from((await reader.read()).value ?? []).toString();
  };
  await until(': following');
  await org.post(TOKEN, {});
  const granted = await org.exchange(await alice());
  await until('data:');
  t.equal(read, `: following\n\nevent: exchange\nid: ${requestId(granted)}\ndata: {"id":"${requestId(granted)}"}\n\n`);
  ends.abort();
  const behind = await org.fetch(`${LIST}/events`, { headers: { 'last-event-id': '0' } });
  t.match(behind.text, ': following');
  t.equal((await fetch(`${org.issuer}${LIST}/events?match=%5B`)).status, 400);
  t.equal((await fetch(`${org.issuer}${LIST}/events?user=${'x'.repeat(1001)}`)).status, 400);
  const far = await fetch(`${org.issuer}${LIST}/events`, {
    headers: { 'x-forwarded-for': '203.0.113.7' },
    redirect: 'manual',
  });
  t.match(far.headers.get('location'), '/console/sign-in');
});

t.test('of two orgs each has its own inbox, and every link leads to it', async (t) => {
  const { main, two, open } = await startTwoOrgs(t as Test);
  const there = consoleAt(two);
  const refused = await two.exchange(await forgeIdToken(two, { sub: CAROL }));
  t.match((await consoleAt(main).open(LIST)).text, 'No client has asked for a token yet');
  const list = await there.open(LIST);
  t.match(list.document.querySelector('#inbox')?.getAttribute('data-events'), '/orgs/two/console/exchanges/events');
  const page = await pageOf(refused, there);
  t.match(page.text, 'Claude (Requester App) → Second');
  for (const link of page.document.querySelectorAll('main a')) {
    t.match(link.getAttribute('href'), /^(\/orgs\/two\/|https:\/\/)/);
  }
  t.match((await there.press(page, 'Do it again')).title, 'It would be refused now');
  t.match((await two.fetch(`${LIST}/events`)).text, ': following');
  const leave = Array.from({ length: MOST }, () => open.org.exchanges.subscribe(() => {}));
  t.equal((await main.fetch(`${LIST}/events`)).status, 429);
  for (const one of leave) one();
});

/** Tokens as the org writes them, with the sort that they are shown as. */
async function tokensOf(at: TestOrg): Promise<readonly (readonly [TokenSort, string])[]> {
  const { id_token, access_token } = await at.signIn('alice@example.com', 'openid profile email offline_access');
  const nonce = await at.authorize('alice@example.com', { nonce: 'n-1' });
  const code = { grant_type: GRANT_TYPE.authorizationCode, code: nonce.result.get('code') as string };
  const second = await at.post(TOKEN, { ...code, redirect_uri: EXAMPLE.redirectUri }, { authorization: APP_BASIC });
  const figma = await at.exchange(id_token, { resource: 'https://mcp.figma.example/mcp' });
  const own = await at.exchange(id_token, { audience: `${at.issuer}/oauth2/default` });
  const redeemed = await at.redeem(own.body.access_token);
  const { client_assertion } = await at.asAgent();
  return [
    ...[['id-token', id_token] as const, ['id-token', second.body.id_token] as const],
    ...[['access-token', access_token] as const, ['access-token', redeemed.body.access_token] as const],
    ...[['id-jag', figma.body.access_token] as const, ['id-jag', own.body.access_token] as const],
    ['client-assertion', client_assertion as string],
  ];
}

t.test('every claim and header member that the org writes is explained, with a source', async (t) => {
  const draft = await startTestOrg({ profile: 'draft' });
  t.teardown(() => draft.close());
  for (const [sort, token] of [...(await tokensOf(org)), ...(await tokensOf(draft))]) {
    const { header, claims } = parts(token);
    t.ok(Object.keys(claims).length > 4, sort);
    for (const name of Object.keys(claims)) t.match(meaningOfClaim(sort, name)?.says, /^[A-Z].*\.$/, `${sort} ${name}`);
    for (const name of Object.keys(header)) t.match(meaningOfHeader(name)?.says, /^[A-Z].*\.$/, `${sort} ${name}`);
  }
  t.same([meaningOfClaim('id-jag', 'toString'), meaningOfHeader('__proto__')], [undefined, undefined]);
});

t.test('a token is shown whatever it holds', async (t) => {
  const claims = { iat: 'soon', exp: 1e300, nbf: 5, many: 'x'.repeat(700), deep: { a: [null] } };
  const text = (value: object) =>
    tokenShown('T', { header: 'no JSON', claims: value }, 'other').markup.replaceAll(/<[^>]*>/g, ' ');
  const shown = text(claims);
  t.match(shown, /Header: +no JSON/);
  t.match(shown, /1970-01-01 00:00:05 UTC/);
  t.notMatch(shown, 'after iat');
  t.match(shown, 'xxx… (100 more characters)');
  t.match(shown, '{&quot;a&quot;:[null]}');
  t.match(text({ iat: 100, nbf: 40 }), '60 s before iat');
  const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`c${index}`, index]));
  t.match(text(many), '(the first 60 of 70)');
  t.notMatch(text(many), 'c60');
});

t.test('every rule is found by its name, with where it stands', (t) => {
  for (const { rules } of RULE_TABLES) {
    for (const rule of rules) t.match(findRule(rule.name), { demands: rule.demands, reason: rule.reason });
  }
  t.equal(findRule('user-assigned-to-resource')?.stage, 'The audience and the resource');
  t.equal(findRule('assertion-scope-offline-access')?.stage, 'Token exchange for a refresh token');
  t.equal(findRule('no-such-rule'), undefined);
  t.same(
    ['RFC 6749', 'OpenID Connect Core 1.0', 'SAML 2.0 Core', 'draft-ietf-oauth-x-04', 'Okta API'].map(documentUrl),
    [
      'https://www.rfc-editor.org/rfc/rfc6749.html',
      'https://openid.net/specs/openid-connect-core-1_0.html',
      'https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf',
      'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-x-04',
      undefined,
    ],
  );
  t.end();
});
