/**
 * Why a request was refused: on the wire only when asked for, in the exchange records always, rule by rule; and what must
 * not be told apart from outside.
 */
import t, { type Test } from 'tap';
import type { StartOptions } from '../../src/index.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { exchangeLog } from '../../src/syslog/exchange-log.js';
import { forgeIdToken } from '../support/forge.js';
import { type Answer, basic, EXAMPLE, startTestOrg, type TestOrg } from '../support/org.js';
import { type Edit, editedOrg } from '../support/org-edits.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const TOKEN = '/oauth2/v1/token';
const REFRESH = { grant_type: GRANT_TYPE.refreshToken, refresh_token: 'no-such-refresh-token' };
const API = { authorization: `SSWS ${EXAMPLE.apiToken}` };

async function startOrg(t: Test, options: StartOptions = {}): Promise<TestOrg> {
  const org = await startTestOrg(options);
  t.teardown(() => org.close());
  return org;
}

const org = await startOrg(t as Test);
const explaining = await startOrg(t as Test, { explainErrors: true });

// biome-ignore lint/suspicious/noExplicitAny: tests look at single members
const recordsOf = async (at: TestOrg, query = ''): Promise<any[]> =>
  (await at.fetch(`/_mock/exchanges${query}`, { headers: API })).body;

async function recordOf(at: TestOrg, answer: Answer) {
  const id = answer.headers.get('x-okta-request-id');
  return (await recordsOf(at)).find((record) => record.id === id);
}

t.test('an error says why only where it was asked for', async (t) => {
  const carol = { sub: '00uCarol000000000001' };
  const silent = await org.exchange(await forgeIdToken(org, carol));
  t.same(Object.keys(silent.body), ['error', 'error_description']);
  const { body, status } = await explaining.exchange(await forgeIdToken(explaining, carol), { scope: 'openid' });
  t.equal(status, 400);
  t.same(Object.keys(body), ['error', 'error_description', 'explanation']);
  t.same(body.explanation, {
    rule: 'user-assigned-to-resource',
    reason: 'token_exchange_incomplete_resource_configuration',
    demands: 'The user is assigned to the resource application, directly or by a group.',
    source: body.explanation.source,
    broken: ['user-assigned-to-resource', 'scope-not-of-the-org'],
  });
  t.match(body.explanation.source, { document: /Claude/, section: String, certainty: 'captured' });
});

t.test('an unknown client, and the endpoints beside the token endpoint, explain, too', async (t) => {
  const unknown = await explaining.post(TOKEN, { ...REFRESH, client_id: 'nobody' });
  t.match(unknown.body, {
    errorCode: 'invalid_client',
    explanation: { rule: 'client-known', broken: ['client-known'] },
  });
  for (const name of ['introspect', 'revoke']) {
    const { body } = await explaining.post(
      `/oauth2/v1/${name}`,
      await explaining.asAgent({ endpoint: `/oauth2/v1/${name}` }),
    );
    t.match(body, { error: 'invalid_request', explanation: { rule: 'token-sent', broken: ['token-sent'] } });
  }
});

t.test('the switch stands in the org file, and the start goes before it', async (t) => {
  const settings = { settings: { explainErrors: true, profile: 'draft' as const } };
  const edit: Edit = (file) => {
    file.org = { ...file.org, ...settings };
  };
  const byFile = await startOrg(t, { org: editedOrg(edit) });
  t.ok((await byFile.exchange('x')).body.explanation);
  t.equal((await byFile.exchange('x')).body.error, 'invalid_grant');
  const byStart = await startOrg(t, { org: editedOrg(edit), explainErrors: false, profile: 'okta' });
  t.notOk((await byStart.exchange('x')).body.explanation);
  t.equal((await byStart.exchange('x')).body.error, 'invalid_request');
});

t.test('every token request leaves a record of all rules it was judged by', async (t) => {
  const good = await recordOf(org, await org.exchange(await forgeIdToken(org)));
  t.match(good, {
    ...{ server: 'org', grantType: 'token-exchange', client: EXAMPLE.agentId, user: 'alice@example.com' },
    ...{ audience: EXAMPLE.figma, result: 'granted', reason: null, rule: null, published: /Z$/ },
  });
  const outcomes = new Set(good.rules.map((one: { outcome: string }) => one.outcome));
  t.same([...outcomes].sort(), ['holds', 'not-asked']);
  const outcomeOf = (record: typeof good, name: string) =>
    record.rules.find((one: { name: string }) => one.name === name)?.outcome;
  for (const name of ['parameters-in-body', 'client-known', 'grant-type-allowed', 'user-assigned-to-resource']) {
    t.equal(outcomeOf(good, name), 'holds', name);
  }
  t.equal(outcomeOf(good, 'actor-token-verifies'), 'not-asked');

  const bad = await recordOf(org, await org.exchange('garbage', { audience: 'https://auth.nowhere.example' }));
  t.match(bad, { result: 'refused', rule: 'subject-token-valid', reason: 'invalid_subject_token', user: null });
  t.same(
    ['subject-token-valid', 'audience-known', 'user-active'].map((name) => outcomeOf(bad, name)),
    [...['broken', 'broken', 'not-asked']],
  );
  const stopped = await recordOf(org, await org.post(TOKEN, { ...REFRESH, client_id: 'nobody' }));
  t.match(stopped, { client: null, user: null, audience: null, rule: 'client-known' });
  t.equal(outcomeOf(stopped, 'grant-type-sent'), undefined, 'what was not reached is not there');
  const long = await recordOf(org, await org.exchange('x', { audience: `https://${'x'.repeat(5000)}` }));
  t.equal(long.audience.length, 500);
  const misplaced = await recordOf(org, await org.exchange('x', { audience: 'eyJ.a-token.x', grant_type: 'a-token' }));
  t.match(misplaced, { audience: null, grantType: 'unknown' }, 'a secret in the wrong place is not kept');
  for (const [audience, kept] of [
    ['eyJ.a-token.x', null],
    ['urn:a-token', null],
    ['https://ras.example/a?access_token=a-token', 'https://ras.example/a'],
    ['https://a-token@ras.example', null],
  ] as const) {
    const record = await recordOf(org, await org.exchange('x', { audience }));
    t.match(record, { audience: kept, grantType: 'token-exchange' }, audience);
    t.notMatch(org.lines.at(-1), /=a-token|eyJ/);
  }
});

t.test('a record of a lost race says which rule was broken after all', async (t) => {
  const assertion = { ...(await org.asAgent()), grant_type: 'x' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => org.post(TOKEN, assertion)));
  const lost = answers.filter(({ status }) => status === 401);
  t.equal(lost.length, 9);
  for (const answer of lost) {
    const record = await recordOf(org, answer);
    const broken = record.rules.filter((one: { outcome: string }) => one.outcome === 'broken');
    t.same(broken, [{ name: 'client-assertion-unused', outcome: 'broken' }]);
  }
});

t.test('the records: newest first, and bounded', async (t) => {
  t.equal((await recordsOf(org, '?limit=2')).length, 2);
  const [newest, before] = await recordsOf(org, '?limit=2');
  t.ok(newest.published >= before.published);
  for (const limit of ['0', '1001', 'x', '-1', '']) {
    t.equal((await org.fetch(`/_mock/exchanges?limit=${limit}`, { headers: API })).status, 400, limit);
  }
  const log = exchangeLog(2);
  for (const id of ['1', '2', '3']) log.write({ id } as never);
  t.same(log.last(10), [{ id: '3' }, { id: '2' }]);
});

t.test('an unknown user and a wrong password are answered with the same bytes', async (t) => {
  const rest = { grant_type: GRANT_TYPE.password, scope: 'openid' };
  const app = { authorization: basic(EXAMPLE.appId, EXAMPLE.appSecret) };
  const grants = [
    await org.post(TOKEN, { ...rest, username: 'nobody@example.com', password: EXAMPLE.password }, app),
    await org.post(TOKEN, { ...rest, username: 'alice@example.com', password: 'a-wrong-password' }, app),
    await org.post(TOKEN, { ...rest, username: 'frank@example.com', password: EXAMPLE.password }, app),
  ];
  t.equal(new Set(grants.map(({ status, text }) => `${status} ${text}`)).size, 1);
  const authn = async (username: string, password: string) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const { status, body } = await org.fetch('/api/v1/authn', {
      ...init,
      body: JSON.stringify({ username, password }),
    });
    return JSON.stringify({ status, ...body, errorId: '' });
  };
  const answers = [
    await authn('nobody@example.com', EXAMPLE.password),
    await authn('alice@example.com', 'a-wrong-password'),
    await authn('frank@example.com', EXAMPLE.password),
  ];
  t.equal(new Set(answers).size, 1);
});

t.test('a client that cannot prove itself learns nothing of what it is, but for what Okta tells', async (t) => {
  const own = await startOrg(t, {
    org: editedOrg((file) => {
      const oidc = { clientSecret: 'a-secret-of-the-client', redirectUris: [EXAMPLE.redirectUri] };
      file.applications?.push(
        { label: 'Sleeping', status: 'INACTIVE', oidc: { ...oidc, clientId: 'sleeping' } },
        { label: 'Bare', oidc: { redirectUris: [EXAMPLE.redirectUri], clientId: 'bare' } },
      );
    }),
  });
  const withSecret = (id: string) => own.post(TOKEN, REFRESH, { authorization: basic(id, 'a-wrong-secret') });
  const answers = [await withSecret(EXAMPLE.appId), await withSecret('sleeping'), await withSecret('bare')];
  t.equal(
    new Set(answers.map(({ status, text }) => `${status} ${text}`)).size,
    1,
    'active, inactive, without a secret',
  );
  t.ok((await withSecret('nobody')).body.errorCode, 'that there is no such client, Okta does tell');
});

t.test('no secret reaches a log or a record', async (t) => {
  await watch.check(t, [org, explaining]);
  const records = JSON.stringify(await recordsOf(org, '?limit=1000'));
  t.notMatch(records, /eyJ|for-testing-only|xaa-Test/);
});
