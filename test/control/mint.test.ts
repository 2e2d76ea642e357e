/** Minting: every kind of token for whomever, edge cases together and against each other, and what is refused by name. */
import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { addEdgeCases } from '../../src/control/edge-cases.js';
import { mint } from '../../src/control/mint.js';
import { MintRequest, type MintRequestInput } from '../../src/control/mint-request.js';
import { EdgeCase } from '../../src/edge-cases/edge-case.js';
import { isMistake } from '../../src/protocol/mistake.js';
import { agents, delegations } from '../../src/registry/ai-agent.js';
import { type SigningKey, signingKeys } from '../../src/registry/jwk.js';
import { type ResourceConnection, resourceConnections } from '../../src/registry/resource-connection.js';
import { users } from '../../src/registry/user.js';
import { type Change, remove, replace } from '../../src/store/port.js';
import { edgeCaseOrg, GIVEN, minted, NOW, refusalOf } from '../support/edge-case-org.js';
import { parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import { driving, testClock } from '../support/org.js';

const org = await edgeCaseOrg();

t.test('a good ID-JAG is what an exchange would give', async (t) => {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  const wire = driving(open, testClock());
  const { id_token } = await wire.signIn('alice@example.com');
  const exchanged = parts((await wire.exchange(id_token, { scope: undefined, resource: undefined })).body.access_token);
  const asked = { user: 'alice@example.com', audience: 'https://auth.figma.example' };
  const mine = await mint(open.org, MintRequest.parse(asked));
  if (isMistake(mine)) throw new Error(mine.mistake);
  const claims = mine.claims as Record<string, unknown>;
  const { jti, iat, exp, resource, ...same } = exchanged.claims;
  t.strictSame(mine.header, exchanged.header);
  t.match(claims, same);
  t.strictSame(
    Object.keys(claims).filter((name) => name !== 'resource'),
    Object.keys(exchanged.claims),
  );
  t.equal(claims.resource, 'https://mcp.figma.example/mcp', 'as the connection has it');
  t.match(mine, {
    kind: 'id-jag',
    verdict: 'accept',
    expect: ['ok'],
    exchange: { wouldSucceed: true, refusedBy: null },
  });
});

t.test('what the org itself would have said is told beside the token', async (t) => {
  const { exchange, token } = await minted(org, { user: 'bob@example.com' });
  t.match(exchange, { wouldSucceed: false, refusedBy: { name: 'user-assigned-to-resource', demands: String } });
  t.match(parts(token).claims, { sub: '00uBob00000000000001' }, 'and it is minted all the same');
});

t.test('whom and what it is for can be named', async (t) => {
  const { claims } = await minted(org, {
    ...{ agent: 'Claude Code (linked)', audience: 'https://nobody.example', clientId: 'c-there' },
    ...{ resource: ['https://one.example', 'https://two.example'], scope: 'a b', lifetime: 60 },
  });
  t.match(claims, {
    ...{ aud: 'https://nobody.example', client_id: 'c-there', scope: 'a b', exp: NOW + 60, iat: NOW },
    resource: ['https://one.example', 'https://two.example'],
    act: { sub: 'wlpClaudeCode0000001' },
  });
  const byCaller = await minted(org, { application: 'Claude' });
  t.strictSame((byCaller.claims as { act: object }).act, { sub: 'wlpClaude00000000001', sub_profile: 'ai_agent' });
});

t.test('ID token, access token and refresh token are good at the org', async (t) => {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  const wire = driving(open, testClock());
  const token = async (request: MintRequestInput) => {
    const outcome = await mint(open.org, MintRequest.parse({ user: 'alice@example.com', ...request }));
    if (isMistake(outcome)) throw new Error(outcome.mistake);
    t.match(outcome, { verdict: null, expect: [], exchange: undefined }, 'no row is about it');
    return outcome.token;
  };
  t.equal((await wire.exchange(await token({ token: 'id-token' }))).status, 200);
  const refresh = await token({ token: 'refresh-token' });
  const type = 'urn:ietf:params:oauth:token-type:refresh_token';
  t.equal((await wire.exchange(refresh, { subject_token_type: type })).status, 200);
  const userinfo = (bearer: string) =>
    wire.fetch('/oauth2/v1/userinfo', { headers: { authorization: `Bearer ${bearer}` } });
  t.match((await userinfo(await token({ token: 'access-token', scope: 'openid email' }))).body, { sub: /^00u/ });
  const custom = parts(await token({ token: 'access-token', server: 'default', scope: 'mcp:read' }));
  t.match(custom.claims, { iss: `${open.issuer}/oauth2/default`, scp: ['mcp:read'] });
  const other = parts(await token({ token: 'id-token', application: 'Claude Code (OIDC)', lifetime: 5 }));
  t.equal(other.claims.aud, 'wlpClaudeCode0000001');
});

t.test('edge cases that touch different things combine; the strictest verdict counts', async (t) => {
  const { header, claims, verdict, expect, edgeCases } = await minted(org, {
    edgeCases: ['exp-past', 'hdr-typ-jwt', 'ok-unknown-claims'],
  });
  t.match(header, { typ: 'JWT' });
  t.ok((claims as { exp: number }).exp < NOW);
  t.match({ verdict, expect }, { verdict: 'reject', expect: ['invalid_grant'] });
  t.strictSame(
    edgeCases.map(({ name }) => name),
    ['exp-past', 'hdr-typ-jwt', 'ok-unknown-claims'],
  );
  const either = await minted(org, { edgeCases: ['ok-no-scope', 'ok-unknown-claims'] });
  t.equal(either.verdict, 'either');
  const changed = await minted(org, { edgeCases: ['ok-unknown-claims'], claims: { set: { exp: 0 } } });
  t.equal(changed.verdict, null, 'what no row knows may have made it bad');
  const worse = await minted(org, { edgeCases: ['exp-past'], header: { set: { x: 1 } } });
  t.equal(worse.verdict, 'reject', 'and cannot have made it good');
});

const CONTRADICTIONS: Record<string, { readonly request: MintRequestInput; readonly says: RegExp }> = {
  'two about one claim': {
    request: { edgeCases: ['exp-past', 'exp-missing'] },
    says: /^edgeCases: exp-past and exp-missing contradict each other: both decide exp in the claims$/,
  },
  'one and a patch': {
    request: { edgeCases: ['exp-past'], claims: { remove: ['exp'] } },
    says: /exp-past and claims .*exp in the claims/,
  },
  'one and a lifetime': { request: { edgeCases: ['exp-past'], lifetime: 3 }, says: /exp-past and lifetime/ },
  'two about the signature': {
    request: { edgeCases: ['alg-none', 'sig-empty'] },
    says: /alg-none and sig-empty .*the signature/,
  },
  'one and a signer': { request: { edgeCases: ['alg-none'], sign: 'attacker' }, says: /alg-none and sign/ },
  'the claims as a whole, and one of them': {
    request: { edgeCases: ['payload-not-object', 'exp-past'] },
    says: /payload-not-object and exp-past .*exp in the claims/,
  },
  'two forms': { request: { edgeCases: ['jwt-padded', 'jwt-whitespace'] }, says: /the form/ },
  'the same twice': { request: { edgeCases: ['exp-past', 'exp-past'] }, says: /^edgeCases: exp-past stands twice$/ },
};

for (const [what, { request, says }] of Object.entries(CONTRADICTIONS)) {
  t.test(`contradiction: ${what}`, async (t) => t.match(await refusalOf(org, request), says));
}

const REFUSED: Record<string, { readonly request: MintRequestInput; readonly says: RegExp }> = {
  'unknown edge case': {
    request: { edgeCases: ['exp-pasts'] },
    says: /^edgeCases: there is no edge case "exp-pasts"; there are exp-/,
  },
  'an edge case like no other': { request: { edgeCases: ['zzzz'] }, says: /_mock\/edge-cases lists them/ },
  'unknown user': { request: { user: 'nobody' }, says: /^user: there is no user "nobody"/ },
  'unknown agent': { request: { agent: 'nobody' }, says: /^agent: / },
  'unknown application': { request: { application: 'nothing' }, says: /^application: / },
  'unknown application of a token': {
    request: { token: 'id-token', application: 'nothing' },
    says: /^application: there is no/,
  },
  'an application without OpenID Connect': {
    request: { token: 'id-token', application: 'Claude' },
    says: /^application: .*OpenID Connect/,
  },
  'unknown agent of a token': { request: { token: 'id-token', agent: 'nobody' }, says: /^agent: / },
  'unknown server': { request: { token: 'id-token', server: 'aus' }, says: /^server: / },
  'an audience without connection': { request: { audience: 'https://x.example' }, says: /^clientId: is needed/ },
  'what only the RAS knows': {
    request: { edgeCases: ['client-id-other-registered'] },
    says: /^given\.otherClientId: is needed for client-id-other-registered: another client/,
  },
  'the key of the RAS': { request: { edgeCases: ['sig-ras-own-key'] }, says: /^keys\.ras: is needed/ },
  'the key of the client': { request: { sign: 'client' }, says: /^keys\.client: is needed for sign/ },
  'the secret of the client': { request: { sign: 'hs256-client-secret' }, says: /^given\.clientSecret/ },
  'an opaque token': { request: { token: 'refresh-token', edgeCases: ['exp-past'] }, says: /opaque: exp-past/ },
  'a value that the token lacks': {
    request: { claims: { set: { x: '{resource}' } }, audience: 'https://idp.example/oauth2/default' },
    says: /\{resource\} is not known/,
  },
};

for (const [what, { request, says }] of Object.entries(REFUSED)) {
  t.test(`refused: ${what}`, async (t) => t.match(await refusalOf(org, request), says));
}

t.test('keys of others: given, or of a custom authorization server of the org', async (t) => {
  const { header } = await minted(org, { sign: 'ras' });
  t.equal((header as { kid: string }).kid, 'ras-1');
  const own = await minted(org, { sign: 'ras', keys: {}, audience: 'https://idp.example/oauth2/default' });
  const [key] = org.store
    .view()
    .list(signingKeys)
    .filter(({ server }) => server === 'default');
  t.equal((own.header as { kid: string }).kid, key?.id);
  const endpoint = await minted(org, {
    ...{ claims: { set: { x: '{tokenEndpoint}' } }, audience: 'https://idp.example/oauth2/default' },
    given: {},
  });
  t.match(endpoint.claims, { x: 'https://idp.example/oauth2/default/v1/token' });
});

t.test('keys that must be published are told', async (t) => {
  const { publish } = await minted(org, { edgeCases: ['ok-es256'], given: GIVEN });
  t.match(publish, [{ kty: 'EC', crv: 'P-256', kid: 'edge-es256', alg: 'ES256' }]);
  t.notOk(publish?.some((key) => 'd' in key));
  t.equal((await minted(org, { edgeCases: ['exp-past'] })).publish, undefined);
});

t.test('an org that lacks what a token needs', async (t) => {
  const bare = await edgeCaseOrg();
  const take = async (changes: readonly Change[]) => {
    await bare.store.commit(changes, bare.clock.now());
  };
  const view = bare.store.view();
  const bareRefusal = async (request: MintRequestInput) => {
    const outcome = await mint(bare, MintRequest.parse(request));
    return isMistake(outcome) ? `${outcome.path}: ${outcome.mistake}` : outcome.token;
  };
  const next = view.list(signingKeys).find(({ server, status }) => server === 'org' && status === 'NEXT');
  await take([remove(signingKeys, next as SigningKey)]);
  t.match(await bareRefusal({ sign: 'retired' }), /publishes one key only/);
  await take(view.list(resourceConnections).map((one) => remove(resourceConnections, one)));
  t.match(await bareRefusal({}), /^audience: is needed/);
  const active = view.list(signingKeys).find(({ server, status }) => server === 'org' && status === 'ACTIVE');
  await take([remove(signingKeys, active as SigningKey)]);
  t.match(await bareRefusal({ token: 'id-token' }), /^server: has no active signing key/);
  await take(view.list(agents).map((one) => remove(agents, one)));
  t.match(await bareRefusal({}), /^agent: the org has no active AI agent/);
  await take(view.list(users).map((one) => remove(users, one)));
  t.match(await bareRefusal({}), /^user: the org has no active user/);
});

t.test('what was asked for, and would have been refused, has no verdict', async (t) => {
  const odd = await minted(org, { resource: 'not-a-url' });
  t.match(odd, { verdict: null, exchange: { wouldSucceed: false, refusedBy: { name: String } } });
  t.equal((await minted(org, { scope: 'mcp:read' })).verdict, 'accept');
});

t.test('a kind that is asked for and one that an edge case is about', async (t) => {
  t.match(await refusalOf(org, { token: 'access-token', edgeCases: ['tok-id-token-client'] }), /the kind of token/);
  t.equal((await minted(org, { token: 'id-token', edgeCases: ['ok-unknown-claims'] })).verdict, null);
  t.equal((await minted(org, { token: 'id-jag', edgeCases: ['tok-id-token-client'] })).kind, 'id-token');
  t.match(await refusalOf(org, { server: 'default' }), /^server: is for tokens of other kinds/);
});

t.test('header and signer are one wish', async (t) => {
  t.match((await minted(org, { sign: 'attacker', header: { set: { kid: 'k' } } })).header, { kid: 'k', alg: 'RS256' });
  t.match((await minted(org, { sign: 'es256' })).publish, [{ kid: 'edge-es256' }]);
  t.equal((await minted(org, { sign: 'attacker' })).publish, undefined, 'a stranger’s key is published nowhere');
  t.equal((await minted(org, { sign: 'unpublished' })).publish, undefined);
});

t.test('an ID token for an audience that nobody is connected to', async (t) => {
  const request = { token: 'id-token', audience: 'https://nobody.example' } as const;
  t.match((await minted(org, { ...request, claims: { set: { x: 1 } } })).claims, { x: 1 });
  t.match(
    await refusalOf(org, { ...request, edgeCases: ['tok-id-token-aud-issuer'], token: undefined }),
    /^clientId: is needed/,
  );
});

t.test('keys that are none are refused', async (t) => {
  const bad = [{ kty: 'RSA', d: 'x' }, { kty: 'OKP', crv: 'X25519', x: 'a', d: 'a' }, { kty: 'EC' }];
  for (const ras of bad)
    t.match(MintRequest.safeParse({ keys: { ras } }).error?.issues[0]?.message, /no private key as JWK/);
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' });
  t.notOk(MintRequest.safeParse({ keys: { client: p384 } }).success);
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  for (const encryption of [small, { kty: 'RSA', n: 'x' }, { ...p384, d: undefined }]) {
    t.notOk(MintRequest.safeParse({ keys: { encryption } }).success);
  }
});

t.test('an agent whose only caller is a SAML application; a connection that says not who it is there', async (t) => {
  const other = await edgeCaseOrg();
  const view = other.store.view();
  const oidc = view.list(delegations).filter(({ appId }) => appId === '0oaClaudeOidc0000001');
  const [connection] = view.list(resourceConnections).filter(({ issuerUrl }) => issuerUrl === 'https://as.ras.example');
  const { clientIdAtResource: _, ...nameless } = connection as ResourceConnection;
  await other.store.commit(
    oidc.map((one) => remove(delegations, one)),
    other.clock.now(),
  );
  t.strictSame(((await minted(other)).claims as { act: object }).act, {
    sub: 'wlpClaude00000000001',
    sub_profile: 'ai_agent',
  });
  await other.store.commit(
    [replace(resourceConnections, connection as ResourceConnection, nameless)],
    other.clock.now(),
  );
  t.match(await refusalOf(other, {}), /^clientId: is needed/);
  t.match((await minted(other, { clientId: 'c1' })).claims, { client_id: 'c1' });
});

t.test('an org that is swapped while a token is minted, and rows that are added at once', async (t) => {
  const racing = await edgeCaseOrg();
  const conflicting = {
    ...racing,
    store: { ...racing.store, view: racing.store.view, commit: async () => ({ kind: 'swapped' }) as never },
  };
  const outcome = await mint(conflicting, MintRequest.parse({ token: 'id-token' }));
  t.match(isMistake(outcome) && outcome.mistake, /changed meanwhile/);
  const row = EdgeCase.parse({
    ...{ name: 'own-one', level: 'MAY', severity: 'low', expect: ['ok'], source: ['A book, A page'] },
    ...{ differs: 'In nothing.', note: 'Nothing at all.' },
  });
  const both = await Promise.all([addEdgeCases(racing, [row]), addEdgeCases(racing, [row])]);
  t.equal(both.filter(isMistake).length, 1, 'one of them is told that the name is taken');
});
