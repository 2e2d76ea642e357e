/** The inbox: what a record says and never says, and how records are found, waited for and followed. */
import { connect } from 'node:net';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { findExchanges, MOST } from '../../src/control/exchanges.js';
import { exchangeStream } from '../../src/http/exchange-stream.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { type ExchangeRecord, exchangeLog } from '../../src/syslog/exchange-log.js';
import { forgeIdToken } from '../support/forge.js';
import { type OpenOrg, startOpenOrg } from '../support/open-org.js';
import {
  APP_BASIC,
  basic,
  driving,
  EXAMPLE,
  formOf,
  type Parameters,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { watchSecrets } from '../support/secret-watch.js';
import { unchecking } from '../support/self-checks.js';
import { startTwoOrgs } from '../support/two-orgs.js';
import { wireRequest } from '../support/wire.js';

/** Reads streams, which have no end that the watch could wait for. */
const follow = globalThis.fetch;
const watch = watchSecrets(t);
const TOKEN = '/oauth2/v1/token';
const PATH = '/_mock/exchanges';

interface Started {
  readonly open: OpenOrg;
  readonly org: TestOrg;
}

async function startOrg(t: Test): Promise<Started> {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  return { open, org: driving(open, testClock()) };
}

const { org } = await startOrg(t as Test);

/** A query that is written as an object. */
const queryOf = (query: Record<string, string>) => `${PATH}?${new URLSearchParams(query)}`;

// biome-ignore lint/suspicious/noExplicitAny: tests look at single members
const recordsOf = async (at: TestOrg, query: Record<string, string> = {}): Promise<any[]> =>
  (await at.fetch(queryOf(query))).body;

const exchange = async (at: TestOrg, more: Parameters = {}) => at.exchange(await forgeIdToken(at), more);

/** Lets those who were sent to the org arrive there. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Somebody asks, and waits; what is returned can be awaited without awaiting the answer. */
async function waiter(started: Started, query: Record<string, string>) {
  const before = started.open.org.exchanges.listening;
  const answer = started.org.fetch(queryOf({ wait: '10m', ...query }));
  await until(() => started.open.org.exchanges.listening > before);
  return { answer };
}

t.test('what a record of a grant says', async (t) => {
  const answer = await exchange(org, { resource: ['https://mcp.figma.example/', 'urn:x'], scope: 'mcp:read' });
  const [record] = await recordsOf(org, { limit: '1' });
  t.equal(record.id, answer.headers.get('x-okta-request-id'));
  t.match(record.realTime, /^\d{4}-.*Z$/);
  t.equal(record.request.userAgent, 'node');
  t.same(record.request.audience, [EXAMPLE.figma]);
  t.match(record.assertions, {
    clientAssertion: { header: { alg: 'RS256' }, claims: { iss: EXAMPLE.agentId } },
    subjectToken: { header: { kid: String }, claims: { sub: '00uAlice000000000001' } },
    ...{ actorToken: null, assertion: null },
  });
  const granted = await exchange(org);
  const [good] = await recordsOf(org, { limit: '1' });
  t.equal(granted.status, 200);
  t.match(good, {
    request: {
      ...{ audience: [EXAMPLE.figma], resource: [], scope: 'mcp:read' },
      ...{ requestedTokenType: TOKEN_TYPE.idJag, subjectTokenType: TOKEN_TYPE.idToken },
    },
    answer: {
      ...{ status: 200, token_type: 'N_A', issued_token_type: TOKEN_TYPE.idJag, expires_in: 300, scope: null },
      tokens: {
        access_token: { header: { typ: 'oauth-id-jag+jwt' }, claims: { aud: EXAMPLE.figma, scope: 'mcp:read' } },
        ...{ id_token: null, refresh_token: null },
      },
    },
  });
  t.same((await org.fetch(`${PATH}/${good.id}`)).body, good);
  t.equal((await org.fetch(`${PATH}/nothing`)).status, 404);
});

t.test('what a record of a sign-in says', async (t) => {
  await org.signIn('alice@example.com');
  const [record] = await recordsOf(org, { limit: '1' });
  t.match(record, { grantType: 'authorization_code', request: { audience: [], scope: null, subjectTokenType: null } });
  t.match(record.answer, {
    issued_token_type: null,
    tokens: { id_token: { claims: { email: 'alice@example.com' } }, refresh_token: 'opaque' },
  });
});

t.test('what a record of a refusal says is what was answered', async (t) => {
  const rest = { grant_type: GRANT_TYPE.refreshToken, refresh_token: 'no-such-refresh-token' };
  const headers = { 'user-agent': '' };
  const refusals = [
    await org.exchange('x'),
    await org.post(TOKEN, { ...rest, client_id: 'nobody' }, headers),
    await org.post(TOKEN, rest, { authorization: basic('nobody', 'a-secret-of-nobody') }),
    await org.post(TOKEN, { ...rest, client_id: 'nobody', client_secret: 'a-secret-of-nobody' }),
    await org.post(TOKEN, {}, { authorization: APP_BASIC }),
    await org.post(TOKEN, {}, { authorization: 'Basic x' }),
  ];
  const records = (await recordsOf(org, { limit: '6' })).toReversed();
  for (const [at, { status, body }] of refusals.entries()) {
    t.same(
      records[at].answer,
      { status, error: body.error ?? body.errorCode, error_description: body.error_description ?? body.errorSummary },
      `${at}`,
    );
  }
  t.equal(records[1].answer.status, 400);
  t.equal(records[1].request.userAgent, null);
  t.equal(records[2].answer.status, 401);
});

/** A JWT of nobody, with these claims. */
const jwt = (claims: unknown, header: unknown = { alg: 'RS256' }, signature = 'c2lnbmF0dXJl') =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`;

t.test('what is too large, unreadable or in the wrong place', async (t) => {
  const subjectOf = async (token: string, more: Parameters = {}) => {
    await org.exchange(token, more);
    const [record] = await recordsOf(org, { limit: '1' });
    return record;
  };
  const large = await subjectOf(jwt({ x: 'y'.repeat(9000) }));
  t.same(large.assertions.subjectToken, { header: { alg: 'RS256' }, claims: '(cut out: more than 8192 bytes)' });
  const kept = await subjectOf(jwt({ x: 'y'.repeat(8000) }));
  t.equal(kept.assertions.subjectToken.claims.x.length, 8000);
  const deep = `${jwt({}).split('.')[0]}.${Buffer.from(`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`).toString('base64url')}.x`;
  for (const token of ['x', 'a.b.c', jwt(['a']), jwt({}, 'a'), deep, `${jwt({})}.x.y`]) {
    t.equal((await subjectOf(token)).assertions.subjectToken, 'opaque', token.slice(0, 40));
  }
  const inner = jwt({ a: 1 });
  const nested = await subjectOf(jwt({ list: [inner, 'b', { deep: `Bearer ${inner}`, n: 1, no: null }], [inner]: 1 }));
  t.same(nested.assertions.subjectToken.claims, {
    list: ['(masked)', 'b', { deep: '(masked)', n: 1, no: null }],
    '(masked)': 1,
  });
  const misplaced = await subjectOf('a-secret-subject', {
    audience: [EXAMPLE.figma, 'https://x.example/a-secret-subject', 'urn:x'],
    ...{ resource: `https://x.example/${inner}`, scope: `mcp:read a-secret ü` },
    ...{ requested_token_type: 'a token', subject_token_type: 'urn:x:a-secret-subject' },
  });
  t.same(misplaced.request, {
    ...{ audience: [EXAMPLE.figma, '(not kept)', '(not kept)'], resource: ['(not kept)'] },
    ...{ scope: 'mcp:read a-secret (not kept)', userAgent: 'node' },
    ...{ requestedTokenType: '(not kept)', subjectTokenType: '(not kept)' },
  });
  const many = new URLSearchParams(formOf({ ...(await org.asAgent()), grant_type: 'x', audience: EXAMPLE.figma }));
  for (let at = 0; at < 101; at++) many.append('code', `${at}`);
  await org.fetch(TOKEN, { method: 'POST', body: many });
  const [flooded] = await recordsOf(org, { limit: '1' });
  t.match(flooded, {
    request: { audience: ['(not kept)'] },
    assertions: { clientAssertion: { claims: { '(masked)': '(masked)' } } },
  });
});

/** Something of a request in which a secret may stand, too. */
const secret = fc.stringMatching(/^[A-Za-z0-9 ü+/="~-]{7}[A-Za-z0-9]{5}$/).map((text) => `S${text}`);
const SECRETS = ['client_secret', 'code', 'code_verifier', 'refresh_token', 'password', 'subject_token', 'actor_token'];

t.test('no secret of a request is ever in a record', async (t) => {
  const { org, open } = await startOrg(t);
  const property = fc.asyncProperty(
    fc.dictionary(fc.constantFrom(...SECRETS), secret, { minKeys: 1 }),
    secret,
    fc.constantFrom(...Object.values(GRANT_TYPE), undefined),
    fc.nat(),
    fc.boolean(),
    async (sent, basicSecret, grantType, pick, inQuery) => {
      const all = [...Object.values(sent), basicSecret];
      const one = all[pick % all.length] as string;
      const claims = { a: one, [one]: 1, deep: [{ b: one, c: `x ${one}`, [`${one}.`]: jwt({ one }) }] };
      const client_assertion = jwt(claims, { alg: 'none', kid: one }, Buffer.from(one).toString('base64url'));
      const misplaced = { audience: `https://x.example/${one}`, resource: one, scope: one, requested_token_type: one };
      const form = {
        ...misplaced,
        grant_type: grantType,
        client_assertion,
        assertion: jwt(claims),
        username: one,
        ...sent,
      };
      const headers = { authorization: basic('x', basicSecret), 'user-agent': encodeURIComponent(one) };
      const query = inQuery ? `?${new URLSearchParams(sent)}` : '';
      await org.post(
        `${TOKEN}${query}`,
        inQuery ? { ...form, ...Object.fromEntries(Object.keys(sent).map((name) => [name, undefined])) } : form,
        headers,
      );
      const said = JSON.stringify(await recordsOf(org));
      const signature = client_assertion.split('.')[2] as string;
      const found = [...all.map((text) => JSON.stringify(text).slice(1, -1)), signature].filter((text) =>
        said.includes(text),
      );
      if (found.length > 0) throw new Error(`${found} in ${said}`);
      open.org.exchanges.clear();
    },
  );
  await fc.assert(property, { numRuns: 150, seed: 20_261_128 });
});

t.test('filters', async (t) => {
  const { org } = await startOrg(t);
  await exchange(org);
  await org.exchange('x');
  await org.post(TOKEN, { grant_type: GRANT_TYPE.refreshToken, refresh_token: 'no-such', client_id: 'nobody' });
  await org.signIn('bob@example.com');
  const form = formOf({ ...exchangeForm(await forgeIdToken(org)), ...(await org.asAgent()) });
  const asked = await org.fetch(TOKEN, {
    method: 'POST',
    headers: { 'x-mock-edge-case': 'aud-missing', 'content-type': 'application/x-www-form-urlencoded' },
    // As bytes: so nobody looks whether what is issued is right.
    body: Buffer.from(String(form)),
  });
  const all = await recordsOf(org);
  t.equal(all.length, 5);
  t.equal(asked.status, 200, asked.text);
  const ids = all.map(({ id }) => id).toReversed();
  const found = async (query: Record<string, string>) =>
    (await recordsOf(org, query)).map(({ id }) => ids.indexOf(id)).toReversed();
  const rows: [Record<string, string>, number[]][] = [
    [{ client: EXAMPLE.agentId }, [0, 1, 4]],
    [{ client: EXAMPLE.appId, user: 'bob@example.com' }, [3]],
    [{ user: 'alice@example.com' }, [0, 4]],
    [{ audience: EXAMPLE.figma, result: 'refused' }, [1]],
    [{ result: 'granted' }, [0, 3, 4]],
    [{ result: 'granted', limit: '1' }, [4]],
    [{ grantType: 'authorization_code' }, [3]],
    [{ rule: 'subject-token-valid' }, [1]],
    [{ reason: 'invalid_subject_token' }, [1]],
    [{ edgeCase: 'aud-missing' }, [4]],
    [{ edgeCase: 'aud-null' }, []],
    [{ match: 'assertions.subjectToken.claims.sub sw "00uAlice" and not (onPurpose pr)' }, [0]],
    [{ match: 'answer.status ge 400' }, [1, 2]],
    [{ after: ids[2] }, [3, 4]],
    [{ after: ids[4] }, []],
    [{ after: 'nothing', limit: '2' }, [3, 4]],
    [{ wait: '10m', user: 'bob@example.com' }, [3]],
    [{ wait: '0', user: 'nobody@example.com' }, []],
  ];
  for (const [query, expected] of rows) t.same(await found(query), expected, JSON.stringify(query));
  t.equal((await org.fetch(PATH, { method: 'DELETE' })).status, 204);
  t.same(await recordsOf(org), []);
});

/** An exchange as far as its form goes. */
const exchangeForm = (subjectToken: string): Parameters => ({
  ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag, subject_token: subjectToken },
  ...{ subject_token_type: TOKEN_TYPE.idToken, audience: EXAMPLE.figma, scope: 'mcp:read' },
});

t.test('what was armed stands in the record', async (t) => {
  const { org } = await startOrg(t);
  const fault = { contentType: 'text/plain' };
  const headers = { 'content-type': 'application/json' };
  const armed = await org.fetch('/_mock/armed', { method: 'POST', headers, body: JSON.stringify({ fault }) });
  t.equal(armed.status, 201, armed.text);
  await unchecking(() => exchange(org));
  const [record] = await recordsOf(org);
  t.same(record.onPurpose, { edgeCases: [], armed: armed.body.id, fault, faultId: null, impossible: null });
});

t.test('queries that are refused', async (t) => {
  const rows: [string, string, RegExp][] = [
    ...['?match=', '?match=result', '/stream?match=x%20y'].map((query): [string, string, RegExp] => {
      return [query, 'E0000031', /match: is no SCIM filter .* such as: result eq/];
    }),
    ['?users=x', 'E0000001', /users/],
    ['?user=', 'E0000001', /user/],
    ['?user=a&user=b', 'E0000001', /user/],
    ['?result=x', 'E0000001', /result/],
    ['?wait=x', 'E0000001', /wait: is no length of time/],
    ['?wait=601s', 'E0000001', /wait: is above what is allowed/],
    ['?wait=-1s', 'E0000001', /wait: is below/],
    ['?limit=0', 'E0000001', /limit/],
    ['/stream?limit=1', 'E0000001', /limit/],
    ['/stream?wait=1s', 'E0000001', /wait/],
  ];
  for (const [query, code, cause] of rows) {
    const { status, body } = await org.fetch(`${PATH}${query}`);
    t.strictSame([status, body.errorCode], [400, code], query);
    t.match(JSON.stringify(body.errorCauses), cause, query);
  }
});

t.test('waiting', async (t) => {
  const started = await startOrg(t);
  const { open, org } = started;
  t.same(await recordsOf(org, { wait: '10ms' }), [], 'the time is over');
  const wanted = await waiter(started, { user: 'alice@example.com', match: 'result eq "granted"' });
  await org.exchange('x');
  t.equal(open.org.exchanges.listening, 1, 'another does not end it');
  const granted = await exchange(org);
  const { status, body } = await wanted.answer;
  t.same([status, body.map(({ id }: ExchangeRecord) => id)], [200, [granted.headers.get('x-okta-request-id')]]);
  t.ok(body[0].assertions.subjectToken.claims.sub);
  t.equal(open.org.exchanges.listening, 0);
});

t.test('who is gone before the waiting begins does not wait', async (t) => {
  const log = exchangeLog();
  t.same(await findExchanges(log, { limit: 1, wait: 600_000 }, [AbortSignal.abort()]), []);
  t.equal(log.listening, 0);
});

t.test('ten wait side by side, each for its own, and a reset does not end them', async (t) => {
  const started = await startOrg(t);
  const { open, org } = started;
  const bob = { sub: '00uBob00000000000001' };
  const queries: Record<string, string>[] = [
    ...[{ rule: 'subject-token-valid' }, { result: 'refused' }, { reason: 'invalid_subject_token' }],
    ...[{ result: 'granted' }, { client: EXAMPLE.agentId, result: 'granted' }, { match: 'answer.status eq 200' }],
    ...[{ grantType: 'authorization_code' }, { client: EXAMPLE.appId }, { match: 'answer.tokens.refresh_token pr' }],
    { match: 'assertions.subjectToken.claims.sub eq "00uBob00000000000001"' },
  ];
  const waiters = [];
  for (const query of queries) waiters.push((await waiter(started, query)).answer);
  t.equal((await org.fetch('/_mock/reset', { method: 'POST' })).status, 204);
  t.equal(open.org.exchanges.listening, 10);
  const idOf = ({ headers }: { headers: Headers }) => headers.get('x-okta-request-id');
  const refused = idOf(await org.exchange('x'));
  const granted = idOf(await exchange(org));
  await org.signIn('alice@example.com');
  const { id: signedIn } = (await recordsOf(org, { limit: '1' }))[0];
  const bobs = idOf(await org.exchange(await forgeIdToken(org, bob)));
  const found = (await Promise.all(waiters)).map(({ body }) => body.map(({ id }: ExchangeRecord) => id));
  const expected = [refused, refused, refused, granted, granted, granted, signedIn, signedIn, signedIn, bobs];
  t.same(
    found,
    expected.map((id) => [id]),
  );
  t.equal(open.org.exchanges.listening, 0);
});

t.test('who goes away is waited for no longer', async (t) => {
  const { open, org } = await startOrg(t);
  for (const path of [`${PATH}?wait=10m`, `${PATH}/stream`]) {
    const leaving = new AbortController();
    const answer = follow(org.issuer + path, { signal: leaving.signal }).then((response) => response.text());
    await until(() => open.org.exchanges.listening === 1);
    leaving.abort();
    await t.rejects(answer);
    await until(() => open.org.exchanges.listening === 0);
  }
  await org.fetch(`${PATH}/stream`, { method: 'HEAD' });
  await until(() => open.org.exchanges.listening === 0);
  t.same(open.failures, []);
});

t.test('a server that closes answers who waits, and ends the streams', async (t) => {
  const open = await startOpenOrg();
  const org = driving(open, testClock());
  const { answer } = await waiter({ open, org }, {});
  const stream = await follow(`${org.issuer}${PATH}/stream`);
  const deaf = deafReader(org, `${PATH}/stream`);
  await until(() => open.org.exchanges.listening === 3);
  for (let at = 0; at < 1500; at++) open.org.exchanges.write({ ...LARGE, id: `${at}` });
  const text = stream.text();
  const late = open.org.exchanges;
  await answer;
  const { answer: second } = await waiter({ open, org }, { user: 'nobody@example.com' });
  await open.close();
  t.same((await second).body, []);
  t.match(await text, /^: following\n\n/);
  deaf.destroy();
  t.equal(late.listening, 0);
});

/** A record of some size; nobody looks into it. */
const LARGE = { onPurpose: null, padding: 'x'.repeat(20_000) } as unknown as ExchangeRecord;

/** Asks for a stream, and reads nothing of it. */
function deafReader(org: TestOrg, path: string) {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(org.issuer).port) });
  socket.pause();
  socket.on('error', () => {});
  socket.write(wireRequest('GET', path));
  return socket;
}

t.test('a reader that does not read is cut off', async (t) => {
  const { open, org } = await startOrg(t);
  const socket = deafReader(org, `${PATH}/stream`);
  await until(() => open.org.exchanges.listening === 1);
  let written = 0;
  while (open.org.exchanges.listening > 0) {
    for (let at = 0; at < 100; at++) open.org.exchanges.write({ ...LARGE, id: `${written++}` });
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.ok(written > 2000);
  socket.destroy();
});

/** Reads events of a stream until there are so many. */
async function eventsOf(
  response: Response,
  count: number,
): Promise<{ event: string; id: string; record: ExchangeRecord }[]> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (text.split('\ndata: ').length - 1 < count || !text.endsWith('\n\n')) {
    text += Buffer.from((await reader.read()).value as Uint8Array).toString();
  }
  await reader.cancel();
  const blocks = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'));
  return blocks.map((block) => {
    const lines = block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2));
    const { event, id, data } = Object.fromEntries(lines);
    return { event, id, record: JSON.parse(data) };
  });
}

t.test('following', async (t) => {
  const { open, org } = await startOrg(t);
  await org.exchange('x');
  const live = await follow(`${org.issuer}${PATH}/stream?result=granted`);
  t.equal(live.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.equal(live.headers.get('cache-control'), 'no-cache, no-store');
  await org.exchange('x');
  await exchange(org);
  const [event, ...more] = await eventsOf(live, 1);
  const all = await recordsOf(org);
  t.same(more, []);
  t.same(event, { event: 'exchange', id: all[0].id, record: all[0] });
  const ids = all.map(({ id }) => id).toReversed();
  const rows: [string, Record<string, string>, number[]][] = [
    ['?after=0', {}, [0, 1, 2]],
    [`?after=${ids[0]}`, {}, [1, 2]],
    [`?after=${ids[0]}&result=granted`, {}, [2]],
    ['?after=0', { 'last-event-id': ids[1] }, [2]],
  ];
  for (const [query, headers, expected] of rows) {
    const stream = await follow(`${org.issuer}${PATH}/stream${query}`, { headers });
    const found = await eventsOf(stream, expected.length);
    t.same(
      found.map(({ id }) => ids.indexOf(id)),
      expected,
      query,
    );
  }
  await until(() => open.org.exchanges.listening === 0);
});

t.test('heartbeats, only to who reads', async (t) => {
  const closing = new AbortController();
  let left = 0;
  const listen = () => () => void left++;
  const stream = exchangeStream({ before: [], listen }, closing.signal, { heartbeat: 1 });
  const chunks = stream.iterator();
  for (const expected of [': following\n\n', ':\n\n'])
    t.equal(`${(await chunks.next()).value}`.slice(0, expected.length), expected);
  closing.abort();
  for await (const _ of stream);
  t.ok(left > 0);
  const unread = exchangeStream({ before: Array(200).fill(LARGE), listen }, new AbortController().signal, {
    heartbeat: 1,
  });
  await until(() => unread.readableLength > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.notOk(unread.destroyed);
  unread.destroy();
});

t.test('there is a bound to how many wait and follow', async (t) => {
  const { open, org } = await startOrg(t);
  const leave = Array.from({ length: MOST }, () => open.org.exchanges.subscribe(() => {}));
  for (const path of [`${PATH}?wait=1s`, `${PATH}/stream`]) {
    const { status, body } = await org.fetch(path);
    t.strictSame([status, body.errorCode], [429, 'E0000047'], path);
  }
  t.equal((await org.fetch(PATH)).status, 200);
  leave[0]?.();
  t.same(await recordsOf(org, { wait: '1ms' }), []);
});

t.test('many wait and follow, and nobody is warned', async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const open = await startOpenOrg();
  const org = driving(open, testClock());
  const answers = Array.from({ length: 60 }, (_, at) =>
    at % 2 ? org.fetch(`${PATH}?wait=10m`) : follow(`${org.issuer}${PATH}/stream`).then((answer) => answer.text()),
  );
  await until(() => open.org.exchanges.listening === 60);
  await open.close();
  await Promise.all(answers);
  process.off('warning', note);
  t.same(warnings, []);
});

t.test('two orgs do not see each other', async (t) => {
  const { open, main, two } = await startTwoOrgs(t);
  const other = open.orgs.find('two');
  const waited = two.fetch(queryOf({ wait: '10m' }));
  await until(() => other?.exchanges.listening === 1);
  await exchange(main);
  t.equal(other?.exchanges.listening, 1);
  await exchange(two);
  const [mine, theirs] = [await recordsOf(main), await recordsOf(two)];
  t.same([mine.length, theirs.length], [1, 1]);
  t.equal((await waited).body[0].id, theirs[0].id);
  t.equal((await two.fetch(`${PATH}/${mine[0].id}`)).status, 404);
});

t.test('no secret reaches a record', async (t) => {
  await watch.check(t, [org]);
});

t.test('a stream that comes to its end before it began', async (t) => {
  const read: string[] = [];
  const following = { before: [], listen: () => () => undefined };
  for await (const part of exchangeStream(following, AbortSignal.abort())) read.push(String(part));
  t.same(read, [': following\n\n']);
});
