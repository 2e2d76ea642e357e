/** Before any case: each likely cause of a good token that is refused, and the steps where it is granted. */
import t from 'tap';
import { preflight, setupOf } from '../../../src/probe/preflight.js';
import type { Answer } from '../../../src/probe/wire.js';
import {
  AS,
  answer,
  bench,
  fakeIdp,
  fakeWire,
  GRANTED,
  IDP,
  json,
  jwtOf,
  REFUSED,
  SECRET,
  small,
  wireTo,
  withoutSleep,
} from './make.js';

/** Fetches of key set and discovery, before and after the good token. */
const fetching = (keys: number, discovery: number) => {
  const all = [
    { keys: 5, discovery: 7 },
    { keys: 5 + keys, discovery: 7 + discovery },
  ];
  return fakeIdp({ fetches: async () => all.shift() ?? { keys: 5 + keys, discovery: 7 + discovery } });
};

const error = (code: string, status = 400) => answer({ status, json: { error: code } });
const hoursAgo = { date: new Date(Date.now() - 3_600_000).toUTCString() };
const BOTH = [1, 1] as const;

const CAUSES: readonly (readonly [Answer, fetches: readonly [number, number], cause: RegExp, advice: RegExp])[] = [
  [answer({ status: 0, problem: 'No answer came: x.' }), [0, 0], /did not answer/, /Is it running/],
  [answer({ status: 500, text: 'oops' }), [0, 0], /broke over a good token/, /Look in its log/],
  [error('server_error', 503), BOTH, /broke over a good token/, /Look in its log/],
  [error('invalid_client'), BOTH, /does not take the client/, /Register the client/],
  [answer({ status: 401, text: 'no' }), BOTH, /does not take the client/, /Register the client/],
  [error('unsupported_grant_type'), BOTH, /JWT bearer grant is off/, /Switch it on/],
  [error('unauthorized_client'), BOTH, /JWT bearer grant is off/, /Switch it on/],
  [answer({ status: 404, text: '' }), [0, 0], /no token endpoint/, /Say tokenEndpoint/],
  [answer({ status: 405, text: '' }), [0, 0], /no token endpoint/, /Say tokenEndpoint/],
  [{ ...REFUSED, headers: hoursAgo }, BOTH, /clock of the server differs/, /Set the clocks/],
  [REFUSED, [0, 0], /asked nothing of the identity provider/, /publicUrl.*start it anew/],
  [error('invalid_grant', 401), [0, 0], /asked nothing of the identity provider/, /publicUrl/],
  [{ ...REFUSED, headers: { date: new Date().toUTCString() } }, [0, 1], /never fetched the key set/, /jwks_uri/],
  [error('invalid_target'), [0, 0], /does not serve the resource/, /Say resource/],
  [error('invalid_scope'), BOTH, /does not know the scopes/, /Say scope/],
  [REFUSED, BOTH, /refuses what the token says/, /decoded token/],
];

t.test('each cause of a good token that is refused', async (t) => {
  for (const [one, [keys, discovery], cause, advice] of CAUSES) {
    const wire = fakeWire(() => one);
    const steps = await preflight(bench({ wire, idp: fetching(keys, discovery) }));
    t.equal(steps.length, 1, 'nothing goes on from there');
    t.match(steps[0], { step: 'A good token is granted', outcome: 'failed', cause, advice }, `${cause}`);
    t.equal(wire.asked.length, 1);
    const claims = JSON.stringify({ iss: IDP, jti: 'j-1' });
    const how = one.status >= 500 ? 'broke the server' : 'was refused';
    const refused = `It ${how}: ${[one.status, one.json?.error ?? one.text].filter((word) => word !== '').join(' ')}. It said: ${claims}.`;
    t.equal(steps[0]?.found, one.problem ?? refused);
  }
});

t.test('what is said of an answer repeats nothing secret', async (t) => {
  const told = { error: 'invalid_grant', error_description: `${SECRET} ${jwtOf({ iss: IDP, jti: 'j-1' })} is bad` };
  const wire = fakeWire(() => answer({ status: 400, json: told }));
  const [step] = await preflight(
    bench({ wire, options: { client: { id: 'c', secret: SECRET, authentication: 'post' } } }),
  );
  t.match(step?.found, 'It was refused: 400 invalid_grant (a secret) (the token) is bad. It said: ');
});

t.test('a good token, nonsense, and the fetches', async (t) => {
  const isNonsense = (body: unknown) => String(body).includes('no-token-at-all');
  const server = await small(t, (response, { body }) =>
    isNonsense(body) ? json(response, 400, REFUSED.json) : json(response, 200, { access_token: jwtOf({ sub: 'u-1' }) }),
  );
  const made = bench({ wire: wireTo(t, [server.host]), idp: fetching(2, 3), target: { tokenEndpoint: server.origin } });
  t.strictSame(await preflight(made), [
    { step: 'Nonsense is refused', outcome: 'ok', found: 'It was: 400 invalid_grant.' },
    { step: 'It fetches the keys', outcome: 'ok', found: 'Key set: 7 times, discovery: 10 times.' },
    { step: 'A good token is granted', outcome: 'ok', found: 'It was, by 200.' },
  ]);
  t.equal(made.learnt.subject, 'u-1');
  t.equal(made.learnt.accessToken, jwtOf({ sub: 'u-1' }));
  t.equal(made.learnt.guarded, undefined, 'no MCP server is known');
});

t.test('a server that takes nonsense, or breaks on it, and fetches nothing', async (t) => {
  const steps = await preflight(bench());
  t.match(steps, [
    { outcome: 'not-looked-at', found: 'It was answered with 200.', cause: /What is no token at all is not refused/ },
    { outcome: 'not-looked-at', found: 'Key set: 0 times, discovery: 0 times.', cause: /from before, or from a file/ },
    { outcome: 'ok' },
  ]);
  const problem = 'It did not answer within 1 s.';
  const wire = fakeWire((_asked, at) => (at === 0 ? GRANTED : answer({ status: 0, problem })));
  t.match((await preflight(bench({ wire })))[0], { outcome: 'not-looked-at', found: problem });
});

t.test('whether the MCP server turns away who has no token is asked once', async (t) => {
  const mcp = 'https://mcp.example/mcp';
  for (const status of [401, 200]) {
    const wire = fakeWire(({ url }) => (url === mcp ? answer({ status }) : GRANTED));
    const made = bench({ wire, target: { mcp } });
    await preflight(made);
    t.equal(made.learnt.guarded, status === 401);
    const [asked, ...more] = wire.asked.filter(({ url }) => url === mcp);
    t.strictSame(more, []);
    t.strictSame(
      asked?.headers.filter(([name]) => name === 'authorization'),
      [],
    );
  }
  const wire = fakeWire();
  await preflight(bench({ wire, target: { mcp }, learnt: { guarded: true } }));
  t.strictSame(
    wire.asked.filter(({ url }) => url === mcp),
    [],
    'known from the discovery',
  );
});

t.test('it waits for a server that starts late, as long as it is told', async (t) => {
  const slept: number[] = [];
  let now = 0;
  withoutSleep(t, (time) => {
    slept.push(time);
    now += time;
  });
  const started = Date.now();
  t.intercept(Date, 'now', { value: () => started + now });
  const down = answer({ status: 0, problem: 'No answer came: x.' });
  const late = fakeWire((_asked, at) => (at < 2 ? down : GRANTED));
  const steps = await preflight(bench({ wire: late, options: { wait: '10s' } }));
  t.equal(steps.at(-1)?.outcome, 'ok');
  t.strictSame(slept.splice(0), [2000, 2000]);
  const never = fakeWire(() => down);
  t.equal((await preflight(bench({ wire: never, options: { wait: '5s' } })))[0]?.outcome, 'failed');
  t.strictSame(slept, [2000, 2000, 2000]);
  t.equal(never.asked.length, 4);
});

t.test('what the server is to be configured with', async (t) => {
  const user = { sub: 'u-1', email: 'one@x.example' };
  t.strictSame(setupOf(bench({ options: { user }, target: { scope: undefined } })), {
    ...{ issuer: IDP, discovery: `${IDP}/.well-known/openid-configuration`, jwksUri: `${IDP}/oauth2/v1/keys` },
    ...{ algorithm: 'RS256', audience: AS, clientId: 'c-1', users: [user], scopes: [] },
  });
  const two = bench({
    options: { user: { sub: 'u-1' }, otherUser: { sub: 'u-2', email: 'two@x.example' } },
    target: { scope: 'a b', resource: 'https://mcp.example' },
    given: { otherIssuer: 'https://two.example' },
  });
  t.match(setupOf(two), {
    users: [{ sub: 'u-1' }, { sub: 'u-2', email: 'two@x.example' }],
    ...{ scopes: ['a', 'b'], resource: 'https://mcp.example', otherIssuer: 'https://two.example' },
  });
  t.strictSame(setupOf(bench({ options: { user, otherUser: { sub: 'u-2' } } })).users, [user, { sub: 'u-2' }]);
});
