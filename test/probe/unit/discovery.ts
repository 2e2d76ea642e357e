/** Finding the server under test: from the 401 of an MCP server, from metadata at each well-known place, or not at all. */
import t, { type Test } from 'tap';
import { awaitDiscovery, discover, metadataUrls, NotFound, resourceMetadataIn } from '../../../src/probe/discovery.js';
import { HostRefusal } from '../../../src/probe/wire.js';
import { answer, fakeWire, json, options as made, type Small, small, wireTo, withoutSleep } from './make.js';

/** What stands at a path; a function: what it answers. */
type Pages = Readonly<Record<string, object | undefined>>;

interface Site extends Small {
  readonly mcp: string;
  pages: Pages;
  /** Of the MCP server. */
  challenge: { status: number; headers: Record<string, string> };
}

async function site(t: Test): Promise<Site> {
  const server = await small(t, (response, { url, method }) => {
    if (method === 'POST') return json(response, one.challenge.status, {}, one.challenge.headers);
    const page = one.pages[url];
    return page === undefined ? json(response, 404, 'none') : json(response, 200, page);
  });
  const one: Site = { ...server, mcp: `${server.origin}/mcp`, pages: {}, challenge: { status: 401, headers: {} } };
  return one;
}

const optionsOf = (more: object) =>
  made({ tokenEndpoint: undefined as unknown as string, ...more } as Parameters<typeof made>[0]);

/** Asks with those hosts named. */
const found = (t: Test, hosts: readonly string[], more: object) => discover(wireTo(t, hosts), optionsOf(more));

const PRM = '/.well-known/oauth-protected-resource';
const AS = '/.well-known/oauth-authorization-server';
const OIDC = '/.well-known/openid-configuration';
const brief = (steps: readonly { step: string; outcome: string }[]) =>
  steps.map(({ step, outcome }) => [step, outcome]);

t.test('where metadata stand, and what a challenge names', async (t) => {
  t.strictSame(metadataUrls('https://as.example'), [`https://as.example${AS}`, `https://as.example${OIDC}`]);
  t.strictSame(metadataUrls('https://as.example/'), metadataUrls('https://as.example'));
  t.strictSame(metadataUrls('https://as.example/t/1/'), [
    `https://as.example${AS}/t/1`,
    `https://as.example${OIDC}/t/1`,
    `https://as.example/t/1${OIDC}`,
  ]);
  const url = 'https://mcp.example/x';
  t.equal(resourceMetadataIn(`Bearer error="invalid_token", resource_metadata="${url}"`), url);
  t.equal(resourceMetadataIn(`Bearer Resource_Metadata=${url}, scope="a"`), url);
  t.equal(resourceMetadataIn('Bearer'), undefined);
  t.equal(resourceMetadataIn(undefined), undefined);
});

t.test('from the 401 of an MCP server to everything', async (t) => {
  const server = await site(t);
  const { origin, mcp } = server;
  server.challenge.headers['www-authenticate'] = `Bearer resource_metadata="${origin}/prm"`;
  server.pages = {
    '/prm': { resource: mcp, authorization_servers: [origin, 'https://other.example'], scopes_supported: ['a', 'b'] },
    [AS]: { issuer: origin, token_endpoint: `${origin}/token`, scopes_supported: ['of-the-as'] },
  };
  const { target, steps, guarded } = await found(t, [server.host], { mcp });
  t.strictSame(target, {
    ...{ issuer: origin, tokenEndpoint: `${origin}/token`, mcp, metadata: server.pages[AS] },
    ...{ metadataUrl: `${origin}${AS}`, askedIssuer: origin, namedResource: mcp, resource: mcp, scope: 'a b' },
  });
  t.ok(guarded);
  t.strictSame(brief(steps), [
    ...[
      ['MCP server', 'ok'],
      ['resource_metadata', 'ok'],
      ['Protected-resource metadata', 'ok'],
    ],
    ['Authorization-server metadata', 'ok'],
  ]);
  t.match(steps[2]?.found, `resource ${mcp}, authorization servers: ${origin} https://other.example.`);
  t.match(server.came[0], { method: 'POST', url: '/mcp', headers: { accept: 'application/json, text/event-stream' } });
  t.match(JSON.parse(String(server.came[0]?.body)), { method: 'tools/list' });
  t.equal(server.came[0]?.headers.authorization, undefined);
});

t.test('what a client would stumble over on the way', async (t) => {
  const server = await site(t);
  const { origin, mcp } = server;
  server.challenge.status = 200;
  server.pages = {
    [`${PRM}/mcp`]: { resource: `${origin}/other`, authorization_servers: [origin] },
    [AS]: { issuer: `${origin}/wrong`, token_endpoint: `${origin}/token`, scopes_supported: ['x', 'y'] },
  };
  const { target, steps, guarded } = await found(t, [server.host], { mcp });
  t.notOk(guarded);
  t.strictSame(brief(steps), [
    ...[
      ['MCP server', 'failed'],
      ['resource_metadata', 'failed'],
      ['Protected-resource metadata', 'ok'],
    ],
    ...[
      ['resource', 'failed'],
      ['Authorization-server metadata', 'failed'],
    ],
  ]);
  t.match(steps[0]?.found, /answers 200/);
  t.match(steps[3]?.found, `The metadata are of ${origin}/other, and not of ${mcp}.`);
  t.match(steps[4], { found: `${origin}${AS}: issuer ${origin}/wrong.`, advice: new RegExp(`is to be ${origin},`) });
  t.match(target, {
    issuer: origin,
    askedIssuer: origin,
    resource: `${origin}/other`,
    namedResource: `${origin}/other`,
  });
  t.equal(target.scope, 'x y', 'of the authorization server, where the resource has none');
  for (const step of steps.filter(({ outcome }) => outcome === 'failed')) t.ok(step.advice, step.step);
});

t.test('no protected-resource metadata: what the user says is enough', async (t) => {
  const server = await site(t);
  const { origin, mcp } = server;
  server.pages = { [AS]: { issuer: origin, token_endpoint: `${origin}/token` } };
  const said = { mcp, issuer: origin, scope: 'mine', resource: 'https://mine.example' };
  const { target, steps } = await found(t, [server.host], said);
  t.match(target, { issuer: origin, resource: 'https://mine.example', namedResource: undefined, scope: 'mine' });
  t.match(steps[2], { outcome: 'failed', found: `${origin}${PRM}/mcp answers 404, without a JSON object.` });
  t.equal((await found(t, [server.host], { mcp, issuer: origin })).target.resource, mcp);
  await t.rejects(
    found(t, [server.host], { mcp }),
    new NotFound('No authorization server is named by the MCP server; say issuer.'),
  );
});

t.test('each well-known place of an issuer with a path', async (t) => {
  const server = await site(t);
  const issuer = `${server.origin}/t/1`;
  for (const place of [`${AS}/t/1`, `${OIDC}/t/1`, `/t/1${OIDC}`]) {
    server.pages = { [place]: { issuer, token_endpoint: `${server.origin}/token` } };
    const { target, steps, guarded } = await found(t, [server.host], { issuer });
    t.match(target, { issuer, metadataUrl: `${server.origin}${place}`, mcp: undefined, resource: undefined });
    t.strictSame(brief(steps), [['Authorization-server metadata', 'ok']]);
    t.equal(guarded, undefined, 'no MCP server was asked');
  }
});

t.test('a token endpoint alone: the metadata of its host say the issuer', async (t) => {
  const server = await site(t);
  const { origin } = server;
  const tokenEndpoint = `${origin}/token`;
  server.pages = { [OIDC]: { issuer: origin, token_endpoint: `${origin}/other` } };
  const plain = await found(t, [server.host], { tokenEndpoint });
  t.match(plain.target, { issuer: origin, tokenEndpoint, scope: undefined }, 'the word of the user goes first');
  server.pages = { [AS]: { issuer: `${origin}/` } };
  const slash = await found(t, [server.host], { tokenEndpoint });
  t.match(slash.target, { issuer: `${origin}/`, askedIssuer: `${origin}/` });
  t.equal(slash.steps[0]?.outcome, 'ok', "a slash that nobody wrote is nobody's mistake");
  const said = await found(t, [server.host], { tokenEndpoint, issuer: origin });
  t.match(said, { target: { issuer: origin, askedIssuer: origin }, steps: [{ outcome: 'failed' }] });
  server.pages = { [AS]: { issuer: 'https://elsewhere.example' } };
  const other = await found(t, [server.host], { tokenEndpoint });
  t.match(other, {
    target: { issuer: 'https://elsewhere.example', askedIssuer: origin },
    steps: [{ outcome: 'failed' }],
  });
});

t.test('what is published nowhere has to be said', async (t) => {
  const server = await site(t);
  const { origin } = server;
  const tokenEndpoint = `${origin}/token`;
  await t.rejects(found(t, [server.host], { tokenEndpoint }), {
    name: 'NotFound',
    message: /What aud is to be is not known.*say issuer\.$/,
  });
  await t.rejects(found(t, [server.host], { issuer: origin }), {
    name: 'NotFound',
    message: /token endpoint of .* is not known; say tokenEndpoint\.$/,
  });
  const both = await found(t, [server.host], { issuer: origin, tokenEndpoint });
  t.match(both, { target: { issuer: origin, tokenEndpoint, metadata: undefined, metadataUrl: undefined } });
  t.match(both.steps, [{ outcome: 'failed', found: `${origin} publishes none.` }]);
  const down = 'http://127.0.0.1:1';
  await t.rejects(found(t, ['127.0.0.1:1'], { mcp: down }), {
    name: 'NotFound',
    message: /cannot be asked: No answer came/,
  });
});

t.test('documents that name no URL', async (t) => {
  const server = await site(t);
  const { origin, mcp } = server;
  server.challenge.headers['www-authenticate'] = 'Bearer resource_metadata="/relative"';
  server.pages = { [`${PRM}/mcp`]: { authorization_servers: ['as'] } };
  await t.rejects(found(t, [server.host], { mcp }), {
    name: 'NotFound',
    message: 'The authorization server that the MCP server names is no http or https URL: as',
  });
  server.pages = {
    [`${PRM}/mcp`]: { authorization_servers: 'none', scopes_supported: 'none' },
    [AS]: { token_endpoint: '/token' },
  };
  await t.rejects(found(t, [server.host], { mcp, issuer: origin }), {
    name: 'NotFound',
    message: `The token endpoint of ${origin} is no http or https URL: /token`,
  });
  const { steps } = await found(t, [server.host], { mcp, issuer: origin, tokenEndpoint: `${origin}/token` });
  t.match(steps[1], { outcome: 'failed', found: 'The challenge names /relative, which is no URL.' });
  t.match(steps[2], { outcome: 'ok', found: /authorization servers: none\.$/ });
});

t.test('a host that only a document names is asked if the user said so', async (t) => {
  const [server, foreign] = [await site(t), await site(t)];
  const elsewhere = foreign.origin.replace('127.0.0.1', 'localhost');
  const { origin, mcp } = server;
  const refused = async (what: string) => {
    await t.rejects(found(t, [server.host], { mcp }), HostRefusal, what);
    t.strictSame(foreign.came, [], 'nothing is sent');
  };
  server.challenge.headers['www-authenticate'] = `Bearer resource_metadata="${elsewhere}/prm"`;
  await refused('metadata of the resource');
  server.challenge.headers = {};
  const metadata = { issuer: foreign.origin, token_endpoint: `${origin}/token` };
  foreign.pages = { [AS]: metadata };
  server.pages = { [`${PRM}/mcp`]: { resource: mcp, authorization_servers: [elsewhere] } };
  await refused('the authorization server');
  server.pages = { [`${PRM}/mcp`]: { resource: mcp, authorization_servers: [foreign.origin] } };
  const { target } = await found(t, [server.host], { mcp });
  t.equal(target.issuer, foreign.origin, 'on the machine of the MCP server, any port');
  server.pages = { [`${PRM}/mcp`]: { resource: mcp, authorization_servers: [elsewhere] } };
  const named = [server.host, new URL(elsewhere).host];
  t.equal((await found(t, named, { mcp })).target.issuer, elsewhere);
  foreign.pages = { [AS]: { ...metadata, token_endpoint: 'https://token.elsewhere.example/token' } };
  await t.rejects(
    found(t, named, { mcp }),
    {
      name: 'NotFound',
      message: `The metadata of ${elsewhere} name the token endpoint https://token.elsewhere.example/token. Nobody else named token.elsewhere.example, so nothing is sent there; say --allow-host token.elsewhere.example if it is yours.`,
    },
    'the token endpoint',
  );
  foreign.pages = { [AS]: { ...metadata, token_endpoint: 'http://localhost:1/token' } };
  const { target: beside } = await found(t, named, { mcp });
  t.equal(beside.tokenEndpoint, 'http://localhost:1/token', 'on the machine of the authorization server, any port');
});

t.test('a server that is starting is looked for as long as wait says', async (t) => {
  const metadata = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' };
  let slept = 0;
  withoutSleep(t, () => ++slept);
  const starting = fakeWire(() =>
    slept < 3 ? answer({ status: 0, problem: 'No answer came.' }) : answer({ status: 200, json: metadata }),
  );
  const { target } = await awaitDiscovery(starting, optionsOf({ issuer: 'https://as.example', wait: '1m' }));
  t.equal(target.tokenEndpoint, 'https://as.example/token');
  t.equal(slept, 3);
  slept = 0;
  const impatient = awaitDiscovery(starting, optionsOf({ issuer: 'https://as.example' }));
  await t.rejects(impatient, { name: 'NotFound' }, 'and by default once');
  const broken = fakeWire(() => {
    throw new HostRefusal('no');
  });
  const never = awaitDiscovery(broken, optionsOf({ issuer: 'https://as.example', wait: '1m' }));
  await t.rejects(never, HostRefusal, 'what time does not mend is no matter of waiting');
  t.equal(slept, 0);
});
