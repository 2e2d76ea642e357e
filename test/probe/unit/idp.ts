/** The identity provider behind a control API: what it is asked, and that tidying undoes what was done and nothing else. */
import t from 'tap';
import { idpBehind } from '../../../src/probe/idp.js';

const ABOUT = { audience: 'https://as.example', clientId: 'c-1', user: 'u-1', agent: undefined, scope: 'a' };
const ISSUER = 'https://idp.example';

/** A control API that remembers; `published` is there from before. */
function control(published: readonly string[] = []) {
  const asked: unknown[][] = [];
  const state = { published: [...published], faults: 0 };
  const signing = [
    ...[
      { kid: 'k-active', status: 'ACTIVE' },
      { kid: 'k-next', status: 'NEXT' },
      { kid: 'k-old', status: 'RETIRED' },
    ],
    { kid: 'k-gone', status: 'WITHDRAWN' },
  ];
  const ask = async (method: string, path: string, body?: object) => {
    asked.push(body === undefined ? [method, path] : [method, path, body]);
    if (path === '/_mock/mint') return { token: 'a.b.c', header: { alg: 'RS256' }, claims: { sub: 'u-1' }, more: 1 };
    if (path === '/_mock/faults') return { id: `fault-${++state.faults}` };
    if (path === '/_mock/keys/publish') state.published.push(...(body as { signers: string[] }).signers);
    const count = (number: number) => ({ count: number });
    const fetches = { jwks: count(3), oidc: count(2), oauth: count(5) };
    const own = { signing, published: state.published.map((signer) => ({ signer })), fetches };
    return path === '/_mock/keys' ? [own, { ...own, signing: [] }] : undefined;
  };
  const idp = idpBehind(ask, ISSUER, ABOUT);
  /** What was asked since, but for looks at the keys. */
  const since = () => asked.splice(0).filter(([method]) => method !== 'GET');
  return { idp, since, asked };
}

t.test('a token is minted about whom and for whom the probe is', async (t) => {
  const { idp, since } = control();
  t.equal(idp.issuer, ISSUER);
  const token = await idp.mint({ edgeCases: ['exp-past'], sign: 'attacker' });
  t.strictSame(token, { compact: 'a.b.c', header: { alg: 'RS256' }, claims: { sub: 'u-1' } });
  t.strictSame(since(), [['POST', '/_mock/mint', { ...ABOUT, edgeCases: ['exp-past'], sign: 'attacker' }]]);
});

t.test('fetches of key set and discovery, of the first org', async (t) => {
  t.strictSame(await control().idp.fetches(), { keys: 3, discovery: 7 });
});

t.test('keys come and go; those from before stay', async (t) => {
  const { idp, since, asked } = control(['from-before']);
  await idp.publish([]);
  t.strictSame(asked, [], 'nothing to do, nothing asked');
  await idp.publish(['es256', 'from-before']);
  await idp.publish(['es256', 'ps256']);
  since();
  await idp.unpublish('from-before');
  await idp.unpublish('never');
  t.strictSame(since(), [], 'not ours');
  await idp.unpublish('es256');
  await idp.unpublish('es256');
  t.strictSame(since(), [['DELETE', '/_mock/keys/published/es256']], 'once');
  await idp.tidy();
  t.strictSame(since(), [['DELETE', '/_mock/keys/published/ps256']]);
});

t.test('faults take the place of those before', async (t) => {
  const { idp, since } = control();
  const [down, empty] = [{ fault: { jwks: 'down' } }, { fault: { jwks: 'empty' } }];
  await idp.meet([down, empty]);
  t.strictSame(since(), [
    ['POST', '/_mock/faults', down],
    ['POST', '/_mock/faults', empty],
  ]);
  await idp.meet([down]);
  t.strictSame(since(), [
    ['DELETE', '/_mock/faults/fault-1'],
    ['DELETE', '/_mock/faults/fault-2'],
    ['POST', '/_mock/faults', down],
  ]);
  await idp.tidy();
  t.strictSame(since(), [['DELETE', '/_mock/faults/fault-3']]);
  await idp.tidy();
  t.strictSame(since(), [], 'once');
});

t.test('each change to its own keys is taken back, once', async (t) => {
  const { idp, since } = control();
  const ROLLBACK = ['POST', '/_mock/keys/rollback', {}];
  const ROTATE = ['POST', '/_mock/keys/rotate', { now: true }];
  await idp.rotate();
  await idp.withdrawOthers();
  t.strictSame(since(), [
    ...[ROTATE, ROTATE],
    ['POST', '/_mock/keys/withdraw', { kid: 'k-next' }],
    ['POST', '/_mock/keys/withdraw', { kid: 'k-old' }],
  ]);
  await idp.takeBack();
  t.strictSame(since(), [ROLLBACK, ROLLBACK, ROLLBACK, ROLLBACK]);
  await idp.takeBack();
  t.strictSame(since(), []);
  await idp.rotate();
  since();
  await idp.tidy();
  t.strictSame(since(), [ROLLBACK, ROLLBACK]);
});

t.test('a key set of one key has none beside it either, until it is taken back', async (t) => {
  const { idp, since } = control(['from-before']);
  await idp.publish(['es256']);
  since();
  await idp.withdrawOthers();
  t.strictSame(since()[0], ['DELETE', '/_mock/keys/published']);
  await idp.takeBack();
  t.strictSame(since().length, 3, 'that is one of the changes');
  await idp.tidy();
  t.strictSame(since(), [['DELETE', '/_mock/keys/published/es256']], 'which are back, and ours goes');
});

t.test('tidying undoes all of it, the keys last', async (t) => {
  const { idp, since } = control(['from-before']);
  await idp.publish(['es256', 'ps256', 'from-before']);
  await idp.meet([{ fault: { jwks: 'down' } }]);
  await idp.rotate();
  since();
  await idp.tidy();
  t.strictSame(since(), [
    ['DELETE', '/_mock/faults/fault-1'],
    ...[1, 2].map(() => ['POST', '/_mock/keys/rollback', {}]),
    ['DELETE', '/_mock/keys/published/es256'],
    ['DELETE', '/_mock/keys/published/ps256'],
  ]);
});

t.test('what could not be done is not undone', async (t) => {
  const asked: string[] = [];
  const ask = async (_method: string, path: string) => {
    asked.push(path);
    if (path !== '/_mock/keys') throw new Error('No.');
    return [{ signing: [], published: [], fetches: {} }];
  };
  const idp = idpBehind(ask, ISSUER, ABOUT);
  await t.rejects(idp.rotate());
  await t.rejects(idp.publish(['es256']));
  await t.rejects(idp.meet([{ fault: {} }]));
  asked.length = 0;
  await idp.tidy();
  t.strictSame(asked, []);
});
