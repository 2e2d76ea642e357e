/**
 * The System Log: the shape of an event, the query to the parameter, paging to the end, filters of every operator and
 * hostile ones, and what never stands in it.
 */
import fc from 'fast-check';
import t from 'tap';
import type { Application } from '../../src/registry/application.js';
import { type EventContent, logEvent, partyOfApp, UNKNOWN_PARTY } from '../../src/syslog/event.js';
import { EVENT_TYPES } from '../../src/syslog/event-types.js';
import { LOG_LIMIT, type LogPage, type LogQuery, systemLog } from '../../src/syslog/system-log.js';
import { type Answer, APP_BASIC, EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';

const LOGS = '/api/v1/logs';
const SSWS = { authorization: `SSWS ${EXAMPLE.apiToken}` };
const ORIGIN = { ip: '127.0.0.1', userAgent: 'tests', requestId: 'r1', path: '/x' };
const CONTENT: EventContent = {
  eventType: 'user.session.start',
  result: 'SUCCESS',
  actor: UNKNOWN_PARTY,
  origin: ORIGIN,
};

/** A log of `count` events a second apart, its limit as given. */
function filled(count: number, limit?: number) {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const log = systemLog({ now: () => now }, undefined, limit);
  for (let at = 0; at < count; at++, now += 1000) {
    log.write({ ...CONTENT, actor: { ...UNKNOWN_PARTY, id: `actor-${at}`, displayName: `Number ${at}` } });
  }
  const read = (query: Partial<LogQuery> = {}) => log.query({ limit: 1000, descending: false, ...query }) as LogPage;
  const ids = (query: Partial<LogQuery> = {}) =>
    read(query).events.map((event) => Number((event.actor as { id: string }).id.slice('actor-'.length)));
  return { log, read, ids };
}

const upTo = (count: number, from = 0) => Array.from({ length: count - from }, (_, at) => at + from);

t.test('an event has the members of Okta', async (t) => {
  const content: EventContent = {
    ...CONTENT,
    ...{ eventType: 'app.oauth2.token.grant', result: 'FAILURE', reason: 'invalid_scope', sessionId: '102x' },
    ...{ targets: [{ ...UNKNOWN_PARTY, id: 't' }], debug: { rule: 'some-rule' } },
  };
  const [at, real] = ['2026-01-02T03:04:05.678Z', '2026-02-03T04:05:06.789Z'];
  const event = logEvent(content, Date.parse(at), Date.parse(real));
  t.strictSame(Object.keys(event), [
    ...['actor', 'client', 'device', 'authenticationContext', 'displayMessage', 'eventType', 'outcome', 'published'],
    ...['securityContext', 'severity', 'debugContext', 'legacyEventType', 'transaction', 'uuid', 'version', 'request'],
    'target',
  ]);
  t.match(event, {
    actor: UNKNOWN_PARTY,
    client: { userAgent: { rawUserAgent: 'tests' }, zone: 'null', id: null, ipAddress: '127.0.0.1' },
    authenticationContext: { externalSessionId: '102x' },
    displayMessage: 'Token request',
    eventType: 'app.oauth2.token.grant',
    outcome: { result: 'FAILURE', reason: 'invalid_scope' },
    published: '2026-01-02T03:04:05.678Z',
    severity: 'WARN',
    debugContext: { debugData: { requestId: 'r1', requestUri: '/x', realTime: real, rule: 'some-rule' } },
    legacyEventType: null,
    transaction: { type: 'WEB', id: 'r1', detail: {} },
    uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    version: '0',
    request: { ipChain: [{ ip: '127.0.0.1', version: 'V4' }] },
    target: [{ id: 't' }],
  });
  const success = logEvent({ ...CONTENT, origin: { ...ORIGIN, ip: '::1' } }, 0, 0);
  const { saml } = (exampleOrg().applications ?? [])[0] as { saml: object };
  const samlApp = { id: '0oaSaml', label: 'SAML', saml } as unknown as Application;
  t.match(partyOfApp(samlApp), { id: '0oaSaml', alternateId: '0oaSaml', displayName: 'SAML' });
  t.match(success, {
    outcome: { result: 'SUCCESS', reason: null },
    severity: 'INFO',
    target: [],
    authenticationContext: { externalSessionId: 'unknown' },
    request: { ipChain: [{ version: 'V6' }] },
  });
  for (const [type, message] of Object.entries(EVENT_TYPES))
    t.match([type, message], [/^[a-z_.]+2?[a-z0-9_.]*$/, /^\S.+\S$/]);
});

t.test('the log holds the last events only', async (t) => {
  t.equal(LOG_LIMIT, 10_000);
  const { ids } = filled(25, 10);
  t.strictSame(ids(), upTo(25, 15));
  t.strictSame(filled(3, 10).ids(), upTo(3));
});

t.test('since is inclusive, until is not', async (t) => {
  const { ids } = filled(10);
  const at = (second: number) => Date.parse('2026-01-01T00:00:00Z') + second * 1000;
  t.strictSame(ids({ since: at(3), until: at(6) }), [3, 4, 5]);
  t.strictSame(ids({ since: at(3) + 1 }), upTo(10, 4));
  t.strictSame(ids({ until: at(0) }), []);
  t.strictSame(ids({ since: at(6), until: at(3) }), []);
});

t.test('pages, in both directions, without loss or repetition', async (t) => {
  for (const descending of [false, true]) {
    for (const limit of [1, 3, 7, 20, 21]) {
      const { log, ids, read } = filled(20);
      const seen: number[] = [];
      for (let query: Partial<LogQuery> = { limit, descending }, more = true; more; ) {
        const page = read(query);
        seen.push(...ids(query));
        more = page.more;
        query = { ...query, after: page.events.at(-1)?.uuid };
        // What is written meanwhile comes behind, or is not seen; nothing is seen twice.
        if (descending) log.write(CONTENT);
      }
      t.strictSame(seen, descending ? upTo(20).reverse() : upTo(20), `${limit} ${descending}`);
    }
  }
});

t.test('a page goes on behind the last event, whatever the filter, and even if that is held no more', async (t) => {
  const { log, read, ids } = filled(10, 10);
  const after = read().events[4]?.uuid;
  t.strictSame(ids({ after, filter: 'actor.id ne "actor-4"' }), upTo(10, 5));
  t.strictSame(ids({ after, q: 'actor-7' }), [7]);
  t.strictSame(ids({ after, descending: true }), [3, 2, 1, 0]);
  for (let count = 0; count < 6; count++) log.write(CONTENT);
  t.strictSame(read({ after }).events.length, 10, 'the oldest that is left comes next');
  t.strictSame(read({ after, descending: true }).events, [], 'nothing is older');
  t.strictSame(read({ after: read().events.at(-1)?.uuid }), { events: [], more: false });
});

t.test('q finds words in the values, in any case', async (t) => {
  const { ids } = filled(12);
  t.strictSame(ids({ q: 'ACTOR-11' }), [11]);
  t.strictSame(ids({ q: 'number  actor-3 ' }), [3]);
  t.strictSame(ids({ q: 'actor-3 actor-4' }), []);
  t.strictSame(ids({ q: '  ' }), upTo(12));
  for (const name of ['eventType', 'debugContext', 'displayName', 'ipChain', 'null {'])
    t.strictSame(ids({ q: name }), [], name);
});

t.test('filters', async (t) => {
  const log = systemLog({ now: () => Date.parse('2026-01-01T00:00:00Z') });
  log.write({
    ...CONTENT,
    targets: [
      { ...UNKNOWN_PARTY, id: 't1' },
      { ...UNKNOWN_PARTY, id: 't2' },
    ],
  });
  log.write({ ...CONTENT, eventType: 'app.oauth2.token.grant', result: 'FAILURE', reason: 'invalid_scope' });
  const [first, second] = ['user.session.start', 'app.oauth2.token.grant'];
  const rows: [string, string[]][] = [
    ['eventType eq "user.session.start"', [first]],
    ['EVENTTYPE EQ "user.session.start"', [first]],
    ['eventType ne "user.session.start"', [second]],
    ['eventType co "oauth2"', [second]],
    ['eventType sw "user."', [first]],
    ['eventType ew ".start"', [first]],
    ['outcome.reason eq "invalid_scope"', [second]],
    ['outcome.reason eq null', [first]],
    ['outcome.reason sw "invalid"', [second]],
    ['outcome.reason co "scope"', [second]],
    ['eventType pr', [first, second]],
    ['actor.nothing pr', []],
    ['not (actor.nothing pr)', [first, second]],
    ['published gt "2025-12-31"', [first, second]],
    ['published ge "2026-01-01T00:00:00.000Z"', [first, second]],
    ['published lt "2026-01-01T00:00:00.000Z"', []],
    ['published le "2026-01-01T00:00:00.000Z"', [first, second]],
    ['target.id eq "t2"', [first]],
    ['authenticationContext.authenticationStep eq 0', [first, second]],
    ['outcome.result eq "FAILURE" and eventType sw "user"', []],
    ['outcome.result eq "FAILURE" or eventType sw "user"', [first, second]],
    ['eventType sw "app" and outcome.result eq "SUCCESS" or eventType sw "user"', [first]],
    ['eventType sw "app" and (outcome.result eq "SUCCESS" or eventType sw "user")', []],
    ['not (eventType sw "app") and outcome.result eq "SUCCESS"', [first]],
    ['actor.constructor pr', []],
  ];
  for (const [filter, types] of rows) {
    const { events } = log.query({ filter, limit: 10, descending: false }) as LogPage;
    t.strictSame(
      events.map(({ eventType }) => eventType),
      types,
      filter,
    );
  }
  const unreadable = [
    '',
    ' ',
    'eventType',
    'eventType eq',
    'eq "x"',
    'eventType eq x',
    'eventType is "x"',
    '(',
    'eventType pr)',
    'target[id eq "t1"]',
    'nothing pr',
    '__proto__.polluted eq "x"',
    'toString pr',
    'actorx pr',
    'eventType eq "\\q"',
    'version eq 1x',
    'not eventType pr',
    'eventType.. pr',
    'constructor constructor "x"',
  ];
  for (const filter of [...unreadable, 'a eq "x" and', 'a eq {"a":1}', '"', 'a eq "\\', '\u0000', 'not', 'a pr b pr']) {
    t.strictSame(log.query({ filter, limit: 10, descending: false }), { problem: 'unreadable-filter' }, filter);
  }
});

t.test('no filter is too hostile', async (t) => {
  const { log } = filled(3);
  const read = (filter: string) => {
    const page = log.query({ filter, limit: 10, descending: false });
    return 'problem' in page || Array.isArray(page.events);
  };
  // As long as a URL can get.
  const long = 16_000;
  const fill = (text: string, end = '') => text.repeat(Math.floor((long - end.length) / text.length)) + end;
  const texts = [
    ...[fill('('), fill('((a pr) or '), fill('not '), fill('not ', 'a pr'), fill('a['), fill('a pr and ', 'a pr')],
    ...[fill('"'), fill('\\'), fill('a.', 'b pr'), `a eq "${fill('x')}"`, `a eq ${fill('9')}`, `a co "${fill('\\"')}"`],
    ...[`${fill('(').slice(0, 7000)}a pr${fill(')').slice(0, 7000)}`, fill(' '), fill('a '), `a eq "${fill('\\\\')}`],
    ...['a pr constructor a pr', 'a pr __proto__ a pr', 'constructor eq "x"', 'a[constructor pr]', 'actor.id sw null'],
    ...[
      'target co "x"',
      'actor co "x"',
      'actor sw "x"',
      'outcome.reason gt 1',
      'version gt true',
      'request.ipChain ge 0',
    ],
  ];
  for (const text of texts) t.ok(read(text), `${text.slice(0, 40)} (${text.length})`);
  const word = fc.constantFrom(
    ...[
      'actor',
      'target',
      'outcome.reason',
      'client.userAgent',
      'transaction.detail',
      'eq',
      'ne',
      'co',
      'sw',
      'ew',
      'pr',
      'gt',
    ],
    ...[
      'le',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '].',
      '"x"',
      '1',
      'null',
      'true',
      '__proto__',
      'constructor',
      '"',
      '\\',
      ' ',
    ],
  );
  const filter = fc.oneof(
    fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
    fc.string({ maxLength: 60 }),
  );
  fc.assert(fc.property(filter, read), { numRuns: 2000, seed: 20_260_101 });
  t.pass('any words in any order');
});

t.test('GET /api/v1/logs', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const get = (query = '') => org.fetch(`${LOGS}${query}`, { headers: SSWS });

  t.test('is for those who bring an API token', async (t) => {
    for (const authorization of [
      ...[undefined, '', 'SSWS', 'SSWS ', 'SSWS wrong', `Bearer ${EXAMPLE.apiToken}`, EXAMPLE.apiToken, APP_BASIC],
      ...[`SSWS ${EXAMPLE.apiToken}x`, `SSWS ${EXAMPLE.apiToken} x`, `ssws ${EXAMPLE.apiToken}`, 'SSWS __proto__'],
    ]) {
      const { status, body } = await org.fetch(LOGS, { headers: authorization === undefined ? {} : { authorization } });
      const expected = authorization === undefined ? [403, 'E0000005'] : [401, 'E0000011'];
      t.strictSame([status, body.errorCode], expected, `${authorization}`);
    }
    t.strictSame([(await get()).status, (await get()).body], [200, []]);
  });

  t.test('pages by the Link header to the end', async (t) => {
    for (const login of ['alice', 'bob', 'carol', 'alice', 'bob', 'carol']) await org.authorize(`${login}@example.com`);
    const all: string[] = (await org.events()).map(({ uuid }) => uuid);
    t.equal(all.length, 18);
    const next = (answer: Answer) => /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    for (const [query, wanted] of [
      ['?limit=4', all],
      ['?limit=4&sortOrder=DESCENDING', all.toReversed()],
      ['?limit=9', all],
      ['?limit=17&since=2020-01-01&q=example.com&filter=eventType%20pr', all],
    ] as const) {
      const seen: string[] = [];
      let url: string | undefined = `${LOGS}${query}`;
      let first = true;
      while (url !== undefined) {
        const answer: Answer = await org.fetch(url, { headers: SSWS });
        t.match(answer.headers.get('link'), `<${new URL(url, org.issuer)}>; rel="self"`);
        seen.push(...answer.body.map(({ uuid }: { uuid: string }) => uuid));
        url = next(answer);
        if (url !== undefined) t.match(url, `${org.issuer}${LOGS}?`, 'a link of the org');
        if (first) await org.fetch('/_mock/health');
        first = false;
      }
      t.strictSame(seen, wanted, query);
    }
    const absolute = await get('?limit=1');
    t.match(next(absolute), /\?limit=1&after=[0-9a-f-]{36}$/);
    t.equal(next(await get('?limit=18')), undefined, 'a full page is the last one when nothing follows');
    t.equal(next(await get('?limit=0')), undefined);
    t.strictSame((await get('?limit=0')).body, []);
  });

  t.test('takes the parameters of Okta', async (t) => {
    const types = async (query: string) =>
      (await get(query)).body.map(({ eventType }: { eventType: string }) => eventType);
    t.equal((await get()).body.length, 18, 'a hundred by default');
    t.equal((await types('?filter=eventType+eq+%22user.session.start%22')).length, 6);
    t.equal((await types('?q=carol')).length, 6);
    t.equal((await types('?since=2999-01-01T00:00:00Z')).length, 0);
    t.equal((await types('?until=2020-01-01T00:00:00.000%2B01:00')).length, 0);
    t.equal((await types('?since=2020-01-01&until=2999-12-31')).length, 18);
    t.equal((await types('?__proto__=x&isForm=1&constructor=y')).length, 18, 'what it does not know is ignored');
    const [{ published }] = (await get('?limit=1')).body;
    t.equal((await get(`?until=${published}`)).body.length, 0);
  });

  t.test('refuses what it cannot read, with the cause', async (t) => {
    const bad: [string, string][] = [
      ...['-1', '1.5', 'x', '', '0x10', '1e2', '%20', '9999999999'].map((value): [string, string] => [
        `limit=${value}`,
        'limit: ',
      ]),
      ['limit=1&limit=2', 'limit: '],
      ...['x', '2026', '2026-02-30', '2026-01-01T25:00:00Z', '', '1767225600'].map((value): [string, string] => [
        `since=${value}`,
        'since: ',
      ]),
      ['until=yesterday', 'until: '],
      ['sortOrder=ascending', 'sortOrder: '],
      [`q=${'x'.repeat(41)}`, 'q: '],
      ['filter=a%20pr&filter=b%20pr', 'filter: '],
      ['after=a&after=b', 'after: '],
    ];
    for (const filter of ['', 'eventType', 'nope%20eq%20%22x%22', '('.repeat(5000)]) {
      const { status, body } = await get(`?filter=${filter}`);
      t.strictSame([status, body.errorCode], [400, 'E0000031'], filter.slice(0, 60));
      t.match(body.errorCauses[0]?.errorSummary, 'filter: ');
    }
    t.equal((await get('?limit=99999')).body.length, 18, 'a limit is capped');
    for (const [query, cause] of bad) {
      const { status, body } = await get(`?${query}`);
      t.strictSame([status, body.errorCode], [400, 'E0000001'], query.slice(0, 60));
      t.match(body.errorCauses[0]?.errorSummary, cause);
    }
  });
});

t.test('no secret, token, code or password stands in an event or on the terminal', async (t) => {
  const org = await startTestOrg({ logLevel: 'debug' });
  t.teardown(() => org.close());
  const sessionToken = await org.sessionToken('alice@example.com');
  const { answer, result } = await org.authorize('alice@example.com', { sessionToken });
  const cookie = /idx=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] as string;
  const code = result.get('code') as string;
  const form = { grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri };
  const tokens = (await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC })).body;
  const idJag = (await org.exchange(tokens.id_token)).body.access_token;
  const password = {
    grant_type: 'password',
    username: 'alice@example.com',
    password: EXAMPLE.password,
    scope: 'openid',
  };
  await org.post('/oauth2/v1/token', password, { authorization: APP_BASIC });
  await org.post('/oauth2/v1/token', { ...form, client_id: EXAMPLE.appId, client_secret: EXAMPLE.appSecret });
  await org.post(`/oauth2/v1/token?code=${code}`, form, { authorization: APP_BASIC });
  await org.fetch(`/oauth2/v1/logout?id_token_hint=${tokens.id_token}`);
  await org.post('/signin', { stateToken: 'x', username: 'alice@example.com', password: EXAMPLE.password });
  const refused = await org.sessionToken('alice@example.com');
  await org.authorize('alice@example.com', { sessionToken: refused, state: 'state-with-secrets', scope: undefined });
  const wrong = JSON.stringify({ username: 'alice@example.com', password: 'a-wrong-password' });
  await org.fetch('/api/v1/authn', { method: 'POST', headers: { 'content-type': 'application/json' }, body: wrong });
  const secrets = [
    refused,
    'a-wrong-password',
    'state-with-secrets',
    sessionToken,
    cookie,
    code,
    tokens.id_token,
    tokens.access_token,
    tokens.refresh_token,
    idJag,
  ];
  const whole = JSON.stringify(await org.events()) + org.lines.join('\n');
  t.match(whole, 'app.oauth2.token.grant.id_jag');
  t.match(whole, 'GET /oauth2/v1/authorize 302');
  for (const secret of [...secrets, EXAMPLE.password, EXAMPLE.appSecret, EXAMPLE.apiToken, APP_BASIC.slice(6)]) {
    t.ok(secret.length > 10);
    t.notOk(whole.includes(secret), secret.slice(0, 12));
    for (const part of secret.split('.')) if (part.length > 20) t.notOk(whole.includes(part));
  }
});
