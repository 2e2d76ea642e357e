/**
 * "May this agent reach that audience for this user?": the policy over a registry, without HTTP. Every row is broken by a
 * change of the registry or of the question, and it is told apart from not being asked at all.
 */
import t from 'tap';
import { isAssigned } from '../../src/access/assignment-check.js';
import { type AccessQuestion, gatherPolicyFacts } from '../../src/access/policy-facts.js';
import { COLLECTIONS } from '../../src/collections.js';
import { edgeCaseLibrary } from '../../src/edge-case-library.js';
import { makeOrg, type Org } from '../../src/org.js';
import { readOrg } from '../../src/org-source.js';
import { explain } from '../../src/protocol/rule.js';
import { agents } from '../../src/registry/ai-agent.js';
import { applications } from '../../src/registry/application.js';
import { authorizationServers } from '../../src/registry/authorization-server.js';
import { POLICY } from '../../src/registry/policy.js';
import { resourceConnections } from '../../src/registry/resource-connection.js';
import { memoryStore } from '../../src/store/memory.js';
import { remove } from '../../src/store/port.js';
import { EXAMPLE } from '../support/org.js';
import { agentIn, type Edit, editedOrg } from '../support/org-edits.js';

const ISSUER = 'https://org.example';

async function orgWith(edit: Edit = () => {}): Promise<Org> {
  const store = memoryStore(COLLECTIONS).org('main');
  await store.swap(readOrg(editedOrg(edit), '2026-01-01T00:00:00.000Z').records);
  return makeOrg({ store, clock: { now: () => 0 }, edgeCases: await edgeCaseLibrary(), issuer: () => ISSUER });
}

type Question = Partial<Omit<AccessQuestion, 'org' | 'view' | 'agent'>> & { readonly agentId?: string };

/** Names of the rules that are broken, and of those that are not asked. */
function answer(org: Org, question: Question = {}) {
  const view = org.store.view();
  const { agentId = EXAMPLE.agentId, ...more } = question;
  const facts = gatherPolicyFacts({
    ...{ org, view, agent: view.get(agents, agentId), callerId: EXAMPLE.appId, issuedBy: 'org' },
    ...{ userId: '00uAlice000000000001', audiences: [EXAMPLE.figma], resources: [], scopes: [], ...more },
  });
  const outcomes = explain(Object.values(POLICY).flat(), facts);
  const named = (wanted: string) => outcomes.filter((one) => one.outcome === wanted).map(({ rule }) => rule.name);
  return { facts, broken: named('broken'), notAsked: named('not-asked') };
}

t.test('the good question', async (t) => {
  const { facts, broken, notAsked } = answer(await orgWith());
  t.same([broken, notAsked], [[], []]);
  t.match(facts.target, { app: { label: 'Figma' }, active: true, xaaEnabled: true, issuerUrl: EXAMPLE.figma });
  const custom = answer(await orgWith(), { audiences: [`${ISSUER}/oauth2/default`] });
  t.same([custom.broken, custom.notAsked], [[], []]);
  t.match(custom.facts, { connectedIssuer: `${ISSUER}/oauth2/default`, target: { server: { id: 'default' } } });
});

t.test('what is not known yet is not asked', async (t) => {
  const { broken, notAsked } = answer(await orgWith(), { callerId: undefined, userId: undefined, issuedBy: undefined });
  t.same(broken, []);
  const ofCaller = ['caller-known', 'caller-delegated', 'caller-server-delegated', 'caller-active'];
  const ofUser = ['user-known', 'user-active', 'user-assigned-to-caller', 'user-assigned-to-resource'];
  t.same(notAsked, [...ofCaller, ...ofUser, 'user-named-at-resource']);
  const noAgent = answer(await orgWith(), { agentId: 'nobody' });
  t.same(noAgent.broken, ['client-is-an-agent']);
});

t.test('what is unknown is broken, never allowed', async (t) => {
  const org = await orgWith();
  t.same(answer(org, { callerId: '0oaGone' }).broken, ['caller-known']);
  t.same(answer(org, { userId: '00uGone' }).broken, ['user-known', 'user-assigned-to-resource'].slice(0, 1));
  t.same(answer(org, { audiences: ['https://x.example'] }).broken, ['audience-known']);
  const none = answer(org, { audiences: [] });
  t.same(none.broken, [], 'without an audience, nothing is asked of it');
  t.ok(none.notAsked.includes('audience-known'));
});

t.test('a connection that leads nowhere is none', async (t) => {
  const org = await orgWith();
  const figma = org.store
    .view()
    .list(applications)
    .find((app) => app.label === 'Figma');
  const server = org.store.view().get(authorizationServers, 'default');
  if (!figma || !server) return t.fail('the example org has both');
  t.equal(await org.store.commit([remove(applications, figma), remove(authorizationServers, server)], 0), undefined);
  for (const audience of [EXAMPLE.figma, `${ISSUER}/oauth2/default`]) {
    const { broken, facts } = answer(org, { audiences: [audience] });
    t.same(broken, ['audience-known']);
    t.same(facts.connection, { problem: 'unknown-audience' }, 'though the connection is there');
  }
});

t.test('an audience is one spelling only', async (t) => {
  const org = await orgWith();
  for (const audience of ['{issuer}/oauth2/default', '{issuer}', `${ISSUER}/oauth2/default/`, `${ISSUER}/`, '']) {
    t.same(answer(org, { audiences: [audience] }).broken, ['audience-known'], audience);
  }
  t.same(answer(org, { audiences: [ISSUER] }).broken, ['audience-is-another-server', 'audience-known']);
});

t.test('an app may be connected under a URL of the org itself', async (t) => {
  const org = await orgWith((file) => {
    for (const app of file.applications ?? []) {
      if (app.label === 'Figma') app.xaa = { ...app.xaa, issuerUrl: '{issuer}/figma' };
    }
  });
  const { broken, facts } = answer(org, { audiences: [`${ISSUER}/figma`] });
  t.same([broken, facts.connectedIssuer], [[], `${ISSUER}/figma`]);
  t.equal(org.store.view().findBy(resourceConnections, 'issuerUrl', `${EXAMPLE.agentId}:{issuer}/figma`).length, 1);
});

t.test('assignment: directly, by group, or not at all', async (t) => {
  const view = (await orgWith()).store.view();
  const table: [string, string, boolean][] = [
    ['0oaFigma000000000001', '00uAlice000000000001', true],
    [EXAMPLE.appId, '00uBob00000000000001', true],
    ['0oaFigma000000000001', '00uBob00000000000001', false],
    [EXAMPLE.appId, '00uErin000000000001x', false],
    ['0oaGone', '00uAlice000000000001', false],
    [EXAMPLE.appId, '00uGone', false],
  ];
  for (const [app, user, expected] of table) t.equal(isAssigned(view, app, user), expected, `${user} at ${app}`);
});

t.test('a linked app is a caller without delegation, whichever server signed', async (t) => {
  const org = await orgWith((file) => {
    agentIn(file).callers = [];
  });
  const linked = { agentId: EXAMPLE.linkedAgentId, callerId: EXAMPLE.linkedAgentId };
  t.same(answer(org, linked).broken, []);
  t.same(answer(org, { ...linked, issuedBy: 'default' }).broken, []);
  t.same(answer(org).broken, ['caller-delegated']);
});

t.test('a caller is known by its client id; a SAML application, which has none, by its id', async (t) => {
  const org = await orgWith();
  const callerOf = (callerId: string) => answer(org, { callerId }).broken.includes('caller-known');
  t.equal(callerOf('0oaClaudeSaml0000001'), false);
  t.equal(callerOf('0oaClaudeCode0000001'), true, 'the linked application has the client id of its agent');
  t.equal(callerOf('0oaNobody'), true);
});
