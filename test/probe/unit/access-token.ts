/** What an access token tells about itself: by its claims, by whoami, by a tool of an MCP server. */
import t from 'tap';
import { callMcp, claimsIn, resourcesOf, scopesGranted, subjectOf } from '../../../src/probe/access-token.js';
import type { ProbeOptionsInput } from '../../../src/probe/options.js';
import type { Answer } from '../../../src/probe/wire.js';
import { answer, bench, fakeWire, jwtOf } from './make.js';

t.test('the claims of a JWT, and of nothing else', async (t) => {
  t.strictSame(claimsIn(jwtOf({ sub: 'u' })), { sub: 'u' });
  for (const token of ['opaque', 'a.b.c', jwtOf([1]), jwtOf('x' as never), jwtOf(null as never)])
    t.strictSame(claimsIn(token), {}, token);
});

t.test('a method of an MCP server, with a token or without', async (t) => {
  const wire = fakeWire();
  await callMcp(bench({ wire }), 'https://mcp.example', 'at', 'tools/call', { name: 'x' });
  await callMcp(bench({ wire }), 'https://mcp.example', undefined, 'tools/list', {});
  const [one, two] = wire.asked;
  t.match(one, { method: 'POST', url: 'https://mcp.example' });
  t.strictSame(JSON.parse(String(one?.body)), { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } });
  const headers = new Map(one?.headers);
  t.equal(headers.get('authorization'), 'Bearer at');
  t.equal(headers.get('accept'), 'application/json, text/event-stream');
  t.notOk(new Map(two?.headers).has('authorization'));
});

type Whoami = ProbeOptionsInput['whoami'];
const MCP = 'https://mcp.example/mcp';
const asks = (whoami: Whoami, one: Answer, mcp: string | undefined = MCP) => {
  const wire = fakeWire(() => one);
  return {
    wire,
    subject: () => subjectOf(bench({ wire, options: { whoami }, target: { mcp } }), jwtOf({ sub: 'c', uid: 7 })),
  };
};

t.test('for whom it stands: by its claims, where nothing else is said', async (t) => {
  const { wire, subject } = asks(undefined, answer());
  t.equal(await subject(), 'c');
  t.strictSame(wire.asked, []);
  t.equal(await asks({ member: 'uid' }, answer()).subject(), '7');
  t.equal(await asks({ member: 'none' }, answer()).subject(), undefined);
  t.equal(await asks({ tool: 'whoami' }, answer(), '').subject(), undefined, 'a tool goes before the claims');
});

t.test('for whom it stands: by whoami', async (t) => {
  const url = 'https://api.example/me';
  const { wire, subject } = asks({ url, member: 'login' }, answer({ json: { login: 'alice' } }));
  t.equal(await subject(), 'alice');
  t.match(wire.asked, [{ method: 'GET', url }]);
  t.equal(new Map(wire.asked[0]?.headers).get('authorization'), `Bearer ${jwtOf({ sub: 'c', uid: 7 })}`);
  t.equal(await asks({ url }, answer({ status: 401, text: 'no' })).subject(), undefined);
});

t.test('for whom it stands: by a tool, in each way that a tool answers', async (t) => {
  const structured = { result: { structuredContent: { sub: 's' }, content: [{ text: '{"sub":"t"}' }] } };
  const inText = { result: { content: [{ type: 'text', text: '{"sub":"t"}' }] } };
  const table: readonly (readonly [text: string, found: string | undefined])[] = [
    [JSON.stringify(structured), 's'],
    [JSON.stringify(inText), 't'],
    [`event: message\ndata: ${JSON.stringify(structured)}\n\n`, 's'],
    [JSON.stringify({ result: { content: [{ text: 'alice' }] } }), undefined],
    [JSON.stringify({ result: { content: [{ text: '[1]' }] } }), undefined],
    ...([
      ['{"result":{"content":[]}}', undefined],
      ['{"result":{"content":1}}', undefined],
    ] as const),
    ...([
      ['{"error":{}}', undefined],
      ['null', undefined],
      ['no', undefined],
      ['', undefined],
    ] as const),
  ];
  for (const [text, found] of table) {
    const { wire, subject } = asks({ tool: 'whoami' }, answer({ text }));
    t.equal(await subject(), found, text);
    t.match(JSON.parse(String(wire.asked[0]?.body)), {
      method: 'tools/call',
      params: { name: 'whoami', arguments: {} },
    });
  }
  const wire = fakeWire();
  const made = bench({ wire, options: { whoami: { tool: 'whoami' } } });
  t.equal(await subjectOf(made, jwtOf({ sub: 'c' })), 'c', 'without an MCP server, by its claims');
});

t.test('scopes and resources, of the answer first, then of the token', async (t) => {
  const scopes = (json?: Answer['json']) => scopesGranted(answer({ json }));
  const at = (claims: object) => ({ access_token: jwtOf(claims) });
  t.strictSame(scopes({ scope: 'a  b', ...at({ scope: 'c' }) }), ['a', 'b']);
  t.strictSame(scopes({ scope: '' }), []);
  t.strictSame(scopes(at({ scope: 'c d', scp: ['e'] })), ['c', 'd']);
  t.strictSame(scopes(at({ scp: ['e', 1] })), ['e', '1']);
  for (const none of [undefined, {}, { access_token: 1 }, { scope: 7 }, { access_token: 'opaque' }]) {
    t.equal(scopes(none), undefined, JSON.stringify(none));
  }
  const resources = (json?: Answer['json']) => resourcesOf(answer({ json }));
  t.strictSame(resources({ resource: 'https://a', ...at({ aud: 'https://b' }) }), ['https://a']);
  t.strictSame(resources({ resource: ['https://a', 1] }), ['https://a', '1']);
  t.strictSame(resources(at({ aud: ['https://b'] })), ['https://b']);
  for (const none of [undefined, {}, { access_token: 'opaque' }, { access_token: 1 }])
    t.equal(resources(none), undefined);
});
