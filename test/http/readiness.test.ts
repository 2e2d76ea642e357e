/**
 * Readiness: each tick from its row, and for each rule that an administrator can break, that readiness names the rule by
 * which the exchange is then refused.
 */
import t from 'tap';
import { ACTIVATION_ROWS, COMPLETION_ROWS } from '../../src/registry/activation.js';
import { lastRule } from '../support/api.js';
import { parts } from '../support/forge.js';
import { type Answer, EXAMPLE, startTestOrg, type TestOrg } from '../support/org.js';
import { agentIn, appIn, connectionIn, type Edit, editedOrg, oidcIn, samlIn, xaaIn } from '../support/org-edits.js';
import { assertion, exchangeAssertion } from '../support/saml-requester.js';

const AGENTS = '/_mock/agents';
const CALLER = 'Claude (OIDC)';

async function started(edit: Edit = () => {}): Promise<TestOrg> {
  const org = await startTestOrg({ org: editedOrg(edit) });
  t.teardown(() => org.close());
  return org;
}

async function readiness(
  org: TestOrg,
  user?: string,
  agentId: string = EXAMPLE.agentId,
  caller?: string,
): Promise<Answer['body']> {
  const query = new URLSearchParams({ ...(user && { user }), ...(caller && { caller }) });
  return (await org.fetch(`${AGENTS}/${agentId}/readiness?${query}`)).body;
}

const ticksOf = ({ tabs }: Answer['body']) =>
  tabs.map(({ tab, tick }: { tab: string; tick: string }) => `${tab}: ${tick}`);

// biome-ignore lint/suspicious/noExplicitAny: part of an answer
const connectionTo = ({ connections }: Answer['body'], resource: string): any =>
  connections.find((one: { resource: string }) => one.resource === resource);

/** The exchange for the caller that the tests sign in to, or of an agent without one. */
const exchangeOf = (body: Answer['body'], caller: string | null = CALLER) =>
  connectionTo(body, 'Figma').exchanges.find((one: { caller: string | null }) => one.caller === caller);

t.test('the example is green, but for the one application that the guide would have changed', async (t) => {
  const org = await started();
  const body = await readiness(org, 'Alice@Example.com');
  t.strictSame(body.agent, { id: EXAMPLE.agentId, name: 'Claude (Requester App)', status: 'ACTIVE' });
  t.strictSame(body.user, { id: '00uAlice000000000001', login: 'alice@example.com' });
  t.strictSame(ticksOf(body), [
    ...['Profile: green', 'Owners: green', 'Credentials: green', 'Delegations: green', 'Resource Connections: red'],
  ]);
  t.strictSame([body.canActivate, body.complete], [true, false]);
  t.strictSame(connectionTo(body, 'Granola').advice, [
    {
      name: 'saml-username-is-email',
      demands:
        'Sign On > Application username format gives the email address: Okta username, Email, or a custom expression with it.',
      outcome: 'holds',
      because: null,
    },
    {
      name: 'saml-name-id-is-email',
      demands: 'General > SAML Settings > Name ID Format is EmailAddress.',
      outcome: 'broken',
      because:
        'The format is urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified: it stands as nameid_format in the sub_id of ID-JAGs, and in profile okta they have no email.',
    },
  ]);
  const format = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
  t.strictSame(connectionTo(body, 'Granola').nameId, { value: 'alice@example.com', format });
  t.equal(connectionTo(body, 'Atlassian').nameId, null, 'without SAML there is none');
  t.equal(connectionTo(await readiness(org), 'Granola').nameId, null, 'nor of nobody');
  t.strictSame(connectionTo(body, 'Atlassian').advice, [], 'an application of the OIN gets no advice');
  const exchange = exchangeOf(body);
  t.match(exchange, { wouldSucceed: true, refusedBy: null });
  t.strictSame(
    [...new Set(exchange.rules.map(({ outcome }: { outcome: string }) => outcome))].sort(),
    ['holds', 'not-asked'],
    'every rule is listed, and none is broken',
  );
  const { id_token } = await org.signIn('alice@example.com');
  t.equal((await org.exchange(id_token)).status, 200, 'and so it is');
  const { rules } = (await org.fetch('/_mock/exchanges?limit=1')).body[0];
  const names = (list: { name: string }[]) => new Set(list.map(({ name }) => name));
  for (const name of names(exchange.rules)) t.ok(names(rules).has(name), `${name} is a rule of the exchange`);
  t.equal((await org.fetch(`${AGENTS}/${EXAMPLE.agentId}/readiness?user=00uAlice000000000001`)).status, 200);
});

t.test('all green', async (t) => {
  const org = await started((file) => {
    const saml = appIn(file, 'Granola').saml;
    if (saml) saml.nameIdFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
  });
  t.equal((await readiness(org, 'alice@example.com')).complete, true);
  t.equal((await readiness(org)).complete, true, 'for nobody in particular');
  t.equal((await readiness(org, 'carol@example.com')).complete, false, 'for somebody who is not assigned');
});

t.test(
  "the guide's rule: the tick is red, the exchange succeeds, and its ID-JAG says what readiness says",
  async (t) => {
    const formats: [object, string, string | null][] = [
      [{ usernameFormat: 'EMAIL_PREFIX' }, 'alice', 'saml-username-is-email'],
      [{ usernameFormat: 'CUSTOM', usernameExpression: 'user.firstName' }, 'Alice', 'saml-username-is-email'],
      [
        { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
        'alice@example.com',
        'saml-name-id-is-email',
      ],
      [
        { usernameFormat: 'CUSTOM', usernameExpression: 'user.getInternalProperty("login")' },
        'alice@example.com',
        null,
      ],
      [
        { usernameFormat: 'CUSTOM', usernameExpression: 'user.getInternalProperty("email")' },
        'alice@example.com',
        null,
      ],
      [{ usernameFormat: 'OKTA_USERNAME' }, 'alice@example.com', null],
    ];
    for (const [settings, value, broken] of formats) {
      const org = await started((file) => Object.assign(samlIn(file, 'Figma'), settings));
      const connection = connectionTo(await readiness(org, 'alice@example.com'), 'Figma');
      t.equal(connection.tick, broken ? 'red' : 'green', JSON.stringify(settings));
      const rows: { name: string; outcome: string; because: string | null }[] = connection.advice;
      t.strictSame(
        rows.filter(({ outcome }) => outcome === 'broken').map(({ name }) => name),
        broken ? [broken] : [],
      );
      for (const { outcome, because } of rows) t.match(because, outcome === 'broken' ? /^The format is / : null);
      const { id_token } = await org.signIn('alice@example.com');
      const answer = await org.exchange(id_token);
      t.equal(answer.status, 200, answer.text);
      const { sub_id, email } = parts(answer.body.access_token).claims;
      t.strictSame([sub_id.nameid, sub_id.nameid_format], [connection.nameId.value, connection.nameId.format]);
      t.strictSame(
        [sub_id.nameid, email],
        [value, broken === 'saml-name-id-is-email' ? undefined : 'alice@example.com'],
      );
      const vendor = await started((file) => {
        appIn(file, 'Figma').origin = 'oin';
        Object.assign(samlIn(file, 'Figma'), settings);
      });
      const ofVendor = connectionTo(await readiness(vendor, 'alice@example.com'), 'Figma');
      t.strictSame(
        [ofVendor.tick, ofVendor.advice],
        ['green', []],
        'an application of the OIN is set up by its vendor',
      );
    }
  },
);

t.test('an expression that fails for one user is a problem of that user', async (t) => {
  const org = await started((file) => {
    Object.assign(samlIn(file, 'Asana'), {
      usernameFormat: 'CUSTOM',
      usernameExpression: 'substring(user.firstName, 0, 4)',
    });
  });
  const [alice, bob] = [await readiness(org, 'alice@example.com'), await readiness(org, 'bob@example.com')];
  const named = (name: string, wouldSucceed: boolean) => ({ caller: name, wouldSucceed });
  t.match(connectionTo(alice, 'Asana').nameId, { value: 'Alic' });
  t.match(connectionTo(alice, 'Asana').exchanges[1], named(CALLER, true));
  t.match(connectionTo(bob, 'Asana').nameId, {
    problem: /^Application username format fails at character 1: substring: .* a text of 3 characters$/,
  });
  t.match(connectionTo(bob, 'Asana').exchanges[1], {
    ...{ ...named(CALLER, false), refusedBy: { name: 'user-named-at-resource' } },
  });
});

t.test('each row of the tabs', async (t) => {
  const rows: Record<string, [Edit, string, boolean]> = {
    'agent-has-owner': [(file) => (agentIn(file).owners = []), 'Owners: red', false],
    'agent-has-credential': [(file) => (agentIn(file).credentials = []), 'Credentials: red', false],
    'agent-has-caller': [(file) => (agentIn(file).callers = []), 'Delegations: hollow', true],
    'agent-has-connection': [(file) => (agentIn(file).resourceConnections = []), 'Resource Connections: hollow', true],
  };
  for (const [name, [edit, tick, canActivate]] of Object.entries(rows)) {
    const body = await readiness(await started(edit), 'alice@example.com');
    t.ok(ticksOf(body).includes(tick), `${name}: ${tick}`);
    t.equal(body.canActivate, canActivate, name);
    const broken = body.tabs.flatMap((tab: { rows: { name: string; outcome: string }[] }) =>
      tab.rows.flatMap((row) => (row.outcome === 'broken' ? [row.name] : [])),
    );
    t.strictSame(broken, [name]);
  }
  // What the registry's own schema and API do not let happen, as plain objects.
  const parts = { name: '', owners: 1, methods: ['PUBLIC_KEY', 'CLIENT_SECRET'], callers: 1, connections: 1 };
  const broken = [...ACTIVATION_ROWS, ...COMPLETION_ROWS].filter((row) => !row.holds(parts)).map((row) => row.name);
  t.strictSame(broken, ['agent-has-name', 'agent-has-one-credential-method']);
});

t.test('a linked agent has the credentials of its application', async (t) => {
  const methods: [Edit, boolean][] = [
    [() => {}, true],
    [(file) => Object.assign(oidcIn(file, 'Claude Code (OIDC)'), { tokenEndpointAuthMethod: 'none' }), true],
    [
      (file) => Object.assign(oidcIn(file, 'Claude Code (OIDC)'), { tokenEndpointAuthMethod: 'private_key_jwt' }),
      false,
    ],
    [
      (file) =>
        Object.assign(oidcIn(file, 'Claude Code (OIDC)'), {
          ...{ tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: 'https://app.example/jwks' },
        }),
      true,
    ],
    [
      (file) => {
        const [credential] = agentIn(file).credentials ?? [];
        const jwks = credential?.type === 'PUBLIC_KEY' ? [credential.jwk] : [];
        Object.assign(oidcIn(file, 'Claude Code (OIDC)'), { tokenEndpointAuthMethod: 'private_key_jwt', jwks });
      },
      true,
    ],
  ];
  for (const [edit, canActivate] of methods) {
    const body = await readiness(await started(edit), undefined, EXAMPLE.linkedAgentId);
    const { rows } = body.tabs.find(({ tab }: { tab: string }) => tab === 'Credentials');
    t.equal(rows[0].outcome, canActivate ? 'holds' : 'broken');
  }
});

const NICK_NAME = { usernameFormat: 'CUSTOM', usernameExpression: 'user.nickName' } as const;
const ONE_NAME = { usernameFormat: 'CUSTOM', usernameExpression: '"team"' } as const;

/** What an administrator can do wrong -> the rule that then refuses, in readiness and in the exchange alike. */
const BROKEN: readonly (readonly [string, Edit])[] = [
  ['org-has-xaa', (file) => (file.org = { ...file.org, features: { xaa: false } })],
  ['client-active', (file) => (agentIn(file).status = 'INACTIVE')],
  ['client-has-keys', (file) => (agentIn(file).credentials = [])],
  ['caller-delegated', (file) => (agentIn(file).callers = [{ application: 'Claude' }])],
  ['user-assigned-to-resource', (file) => (appIn(file, 'Figma').users = [])],
  [
    'user-named-at-resource',
    (file) => {
      const settings = { usernameFormat: 'CUSTOM', usernameExpression: 'user.nickName' };
      Object.assign(samlIn(file, 'Figma'), settings);
      appIn(file, 'Figma').origin = 'oin';
    },
  ],
  ['connection-active', (file) => (connectionIn(file, 'Figma').status = 'INACTIVE')],
  ['resource-active', (file) => (appIn(file, 'Figma').status = 'INACTIVE')],
  ['resource-xaa-enabled', (file) => (xaaIn(file, 'Figma').enabled = false)],
  [
    'connection-issuer-current',
    (file) => {
      connectionIn(file, 'Figma').issuerUrl = EXAMPLE.figma;
      xaaIn(file, 'Figma').issuerUrl = 'https://moved.figma.example';
    },
  ],
  [
    'resource-has-issuer-url',
    (file) => {
      for (const { resourceConnections = [] } of file.agents ?? []) {
        for (const one of resourceConnections) if (one.application === 'Figma') one.issuerUrl = EXAMPLE.figma;
      }
      delete xaaIn(file, 'Figma').issuerUrl;
    },
  ],
  ['connection-has-client-id', (file) => delete connectionIn(file, 'Figma').clientIdAtResource],
];

for (const [rule, edit] of BROKEN) {
  t.test(`${rule}: readiness names what the exchange is refused by`, async (t) => {
    const org = await started((file) => edit(file));
    const body = await readiness(org, 'alice@example.com', EXAMPLE.agentId, CALLER);
    const exchange = exchangeOf(body);
    const { id_token } = await org.signIn('alice@example.com');
    const answer = await org.exchange(id_token);
    t.not(answer.status, 200);
    t.equal(await lastRule(org), rule);
    t.match(exchange, { wouldSucceed: false, refusedBy: { name: rule, outcome: 'broken', reason: /^[a-z_]+$/ } });
    t.equal(connectionTo(body, 'Figma').tick, 'hollow');
  });
}

t.test('an agent that was never active is ready all the same: Activate is what is left to do', async (t) => {
  const org = await started((file) => (agentIn(file).status = 'STAGED'));
  const body = await readiness(org, 'alice@example.com', EXAMPLE.agentId, CALLER);
  t.match(exchangeOf(body), { wouldSucceed: false, refusedBy: { name: 'client-active' } });
  t.equal(connectionTo(body, 'Figma').tick, 'green');
});

t.test('a SAML caller: both hops, and what the assertion of the first would say', async (t) => {
  const namesOf = (body: Answer['body'], caller: string) =>
    exchangeOf(body, caller).rules.map(({ name }: { name: string }) => name) as string[];
  const good = await readiness(await started(), 'alice@example.com', EXAMPLE.agentId);
  t.match(exchangeOf(good, 'Claude'), { wouldSucceed: true, refusedBy: null });
  const names = namesOf(good, 'Claude');
  t.equal(new Set(names).size, names.length, 'each rule once');
  for (const rule of ['refresh-token-for-assertion', 'saml-name-id-sent', 'subject-refresh-token-of-a-caller']) {
    t.ok(names.includes(rule), rule);
  }
  t.notOk(namesOf(good, CALLER).includes('refresh-token-for-assertion'), 'another caller has one hop');
  const cases: readonly (readonly [rule: string, edit: Edit, refusal: string])[] = [
    ['saml-name-id-sent', (file) => Object.assign(samlIn(file, 'Claude'), NICK_NAME), 'nobody has a name'],
    ['saml-name-id-unique', (file) => Object.assign(samlIn(file, 'Claude'), ONE_NAME), 'all have one'],
    ['caller-delegated', (file) => (agentIn(file).callers = [{ application: CALLER }]), 'no caller'],
  ];
  for (const [rule, edit, why] of cases) {
    const org = await started((file) => void edit(file));
    const exchange = exchangeOf(await readiness(org, 'alice@example.com', EXAMPLE.agentId, 'Claude'), 'Claude');
    t.match(exchange, { wouldSucceed: false, refusedBy: { name: rule } }, why);
    if (rule === 'saml-name-id-sent') continue;
    const nameId = rule === 'saml-name-id-unique' ? { assertion: { nameId: 'team' } } : {};
    t.equal((await exchangeAssertion(org, assertion(nameId))).status, 400);
    t.equal(await lastRule(org), rule, 'as the exchange is refused');
  }
  const unasked = await readiness(await started(), undefined, EXAMPLE.agentId, 'Claude');
  t.match(
    exchangeOf(unasked, 'Claude').rules.find(({ name }: { name: string }) => name === 'saml-name-id-unique'),
    { outcome: 'not-asked' },
    'without a user',
  );
});

t.test('an agent without callers', async (t) => {
  const org = await started((file) => (agentIn(file).callers = []));
  const body = await readiness(org, 'alice@example.com');
  t.strictSame(connectionTo(body, 'Figma').exchanges.length, 1);
  t.match(exchangeOf(body, null), { caller: null, wouldSucceed: false, refusedBy: { name: 'caller-delegated' } });
  const { id_token } = await org.signIn('alice@example.com');
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'caller-delegated');
});

t.test('of each kind of client', async (t) => {
  const secret: Edit = (file) =>
    (agentIn(file).credentials = [{ type: 'CLIENT_SECRET', secret: 'agent-secret-for-testing' }]);
  const uri: Edit = (file) => (agentIn(file).credentials = [{ type: 'JWKS_URI', uri: 'https://agent.example/jwks' }]);
  const none: Edit = (file) => (agentIn(file).credentials = [{ type: 'CLIENT_ID_ONLY' }]);
  for (const edit of [secret, uri, none]) {
    t.equal(exchangeOf(await readiness(await started(edit), 'alice@example.com')).wouldSucceed, true);
  }
  const code = await readiness(await started(), 'alice@example.com', EXAMPLE.linkedAgentId);
  for (const { exchanges } of code.connections)
    t.match(exchanges, [{ caller: 'Claude Code (OIDC)', wouldSucceed: true }]);
  const customServer = await started((file) => {
    agentIn(file).callers = [{ application: CALLER, authorizationServer: 'default' }];
  });
  t.equal(exchangeOf(await readiness(customServer, 'alice@example.com')).wouldSucceed, true);
  const path = `${AGENTS}/${EXAMPLE.agentId}/readiness?user=alice@example.com&audience=https://nobody.example`;
  const { audience } = (await customServer.fetch(path)).body;
  t.match(audience, { issuerUrl: 'https://nobody.example', exchanges: [{ refusedBy: { name: 'audience-known' } }] });
  const byId = await readiness(customServer, undefined, EXAMPLE.agentId, EXAMPLE.appId);
  t.equal(exchangeOf(byId).wouldSucceed, true);
});

t.test('who and what is not there', async (t) => {
  const org = await started();
  for (const [path, id] of [
    [`${AGENTS}/wlpNone/readiness`, 'wlpNone (AIAgent)'],
    [`${AGENTS}/${EXAMPLE.agentId}/readiness?user=nobody`, 'nobody (User)'],
    [`${AGENTS}/${EXAMPLE.agentId}/readiness?caller=none`, 'none (AppInstance)'],
    [`${AGENTS}/${EXAMPLE.agentId}/readiness?user=%3Cb%3E`, '(unreadable id) (User)'],
  ] as const) {
    const { status, body } = await org.fetch(path);
    t.strictSame([status, body.errorSummary], [404, `Not found: Resource not found: ${id}`]);
  }
  t.equal((await org.fetch(`${AGENTS}/${EXAMPLE.agentId}/readiness?user=`)).status, 400);
});
