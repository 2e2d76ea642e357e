/**
 * Which refusal wins when several hold at once: over random combinations of broken preconditions, the answer is always the
 * first broken rule in the order that docs/rules.md prints, and the explanation lists every broken rule that could be asked.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { TOKEN_TYPE } from '../../src/protocol/urns.js';
import { forgeIdToken } from '../support/forge.js';
import { type Answer, type AssertionOptions, EXAMPLE, formOf, type Parameters, startTestOrg } from '../support/org.js';
import { agentIn, appIn, connectionIn, type Edit, editedOrg, xaaIn } from '../support/org-edits.js';

/** The rules in the order in which they are documented. */
const DOCUMENTED = [...readFileSync('docs/rules.md', 'utf8').matchAll(/^\| <a id="([^"]+)">/gm)].map(
  ([, name]) => name as string,
);

/** A way to break one precondition. Of each part of the request, at most one is broken at a time. */
interface Breaker {
  readonly part: string;
  /** The rules that are broken by it. */
  readonly breaks: readonly string[];
  /** The rules that cannot be asked any more. */
  readonly hides?: readonly string[];
  readonly edit?: Edit;
  readonly parameters?: Parameters;
  readonly subject?: Readonly<Record<string, unknown>>;
  readonly assertion?: Readonly<Record<string, unknown>>;
  readonly query?: string;
}

const past = () => Math.floor(Date.now() / 1000) - 100;
const future = () => Math.floor(Date.now() / 1000) + 600;

const OF_USER = ['user-known', 'user-active', 'user-assigned-to-caller', 'user-assigned-to-resource'];
const OF_SUBJECT = [
  ...['subject-token-issuer-known', 'subject-token-valid', 'subject-server-active', 'subject-token-not-expired'],
  ...['subject-token-not-from-the-future', 'subject-grant-not-revoked', 'subject-refresh-token-not-rotated-out'],
  ...['subject-session-live', 'subject-act-well-formed', 'subject-act-depth', 'subject-refresh-token-of-a-caller'],
  ...['machine-access-delegated', 'caller-known', 'caller-delegated', 'caller-server-delegated', 'caller-active'],
  ...OF_USER,
];
const OF_CONNECTION = [
  ...['audience-known', 'agent-connected-to-audience', 'resource-is-the-connected-one', 'connection-active'],
  ...['resource-active', 'resource-xaa-enabled', 'resource-has-issuer-url', 'connection-issuer-current'],
  ...['connection-has-client-id', 'user-assigned-to-resource', 'scope-allowed-by-connection'],
];
const butFor = (hidden: readonly string[], ...names: string[]) => hidden.filter((name) => !names.includes(name));

const BREAKERS: readonly Breaker[] = [
  { part: 'query', breaks: ['parameters-in-body'], query: '?audience=x' },
  { part: 'twice', breaks: ['parameters-once'], parameters: { code: ['a', 'b'] } },
  {
    part: 'agent',
    breaks: ['client-active'],
    edit: (file) => {
      agentIn(file).status = 'INACTIVE';
    },
  },
  {
    part: 'assertion aud',
    breaks: ['client-assertion-audience-is-this-server'],
    assertion: { aud: 'https://x.example' },
  },
  { part: 'assertion exp', breaks: ['client-assertion-not-expired'], assertion: { exp: past() } },
  { part: 'assertion nbf', breaks: ['client-assertion-not-from-the-future'], assertion: { nbf: future() } },
  { part: 'grant type', breaks: ['grant-type-known'], parameters: { grant_type: 'x' }, hides: ['grant-type-allowed'] },
  { part: 'grant type', breaks: ['grant-type-allowed'], parameters: { grant_type: 'authorization_code' } },
  {
    part: 'feature',
    breaks: ['org-has-xaa'],
    edit: (file) => {
      file.org = { ...file.org, features: { xaa: false } };
    },
  },
  {
    part: 'subject type',
    breaks: ['subject-token-type-sent'],
    parameters: { subject_token_type: undefined },
    hides: ['subject-token-type-exchangeable', ...OF_SUBJECT],
  },
  {
    part: 'subject type',
    breaks: ['subject-token-type-exchangeable'],
    parameters: { subject_token_type: TOKEN_TYPE.jwt },
    hides: OF_SUBJECT,
  },
  {
    part: 'subject',
    breaks: ['subject-token-valid'],
    subject: { jti: undefined },
    hides: butFor(OF_SUBJECT, 'subject-token-issuer-known', 'subject-token-valid'),
  },
  {
    part: 'subject',
    breaks: ['subject-token-issuer-known'],
    subject: { iss: 'https://idp.example' },
    hides: butFor(OF_SUBJECT, 'subject-token-issuer-known'),
  },
  { part: 'subject exp', breaks: ['subject-token-not-expired'], subject: { exp: past() } },
  { part: 'subject nbf', breaks: ['subject-token-not-from-the-future'], subject: { nbf: future() } },
  { part: 'subject act', breaks: ['subject-act-well-formed'], subject: { act: 'x' } },
  {
    part: 'user',
    breaks: ['user-known'],
    subject: { sub: '00uNobody00000000001' },
    hides: butFor(OF_USER, 'user-known'),
  },
  { part: 'user', breaks: ['user-active'], subject: { sub: '00uFrank000000000001' } },
  { part: 'user', breaks: ['user-assigned-to-caller'], subject: { sub: '00uDave000000000001x' } },
  { part: 'user', breaks: ['user-assigned-to-resource'], subject: { sub: '00uCarol000000000001' } },
  { part: 'user', breaks: ['caller-delegated'], subject: { aud: EXAMPLE.linkedAgentId } },
  {
    part: 'actor',
    breaks: ['actor-token-verifies'],
    parameters: { actor_token: 'x', actor_token_type: TOKEN_TYPE.jwt },
  },
  {
    part: 'actor',
    breaks: ['actor-token-type-is-jwt', 'actor-token-verifies'],
    parameters: { actor_token: 'x', actor_token_type: TOKEN_TYPE.idToken },
  },
  { part: 'actor', breaks: ['actor-token-sent'], parameters: { actor_token_type: TOKEN_TYPE.jwt } },
  {
    part: 'requested type',
    breaks: ['requested-type-is-id-jag'],
    parameters: { requested_token_type: TOKEN_TYPE.jwt },
  },
  { part: 'audience', breaks: ['audience-sent'], parameters: { audience: undefined }, hides: OF_CONNECTION },
  {
    part: 'audience',
    breaks: ['audience-known'],
    parameters: { audience: 'https://auth.nowhere.example' },
    hides: butFor(OF_CONNECTION, 'audience-known'),
  },
  { part: 'scope', breaks: ['scope-well-formed'], parameters: { scope: 'a  b' } },
  { part: 'scope', breaks: ['scope-not-of-the-org'], parameters: { scope: 'openid' } },
  {
    part: 'resource',
    breaks: ['resource-well-formed', 'resource-is-the-connected-one'],
    parameters: { resource: 'x' },
  },
  {
    part: 'resource',
    breaks: ['resource-is-the-connected-one'],
    parameters: { resource: 'https://mcp.nowhere.example' },
  },
  {
    part: 'connection',
    breaks: ['connection-active'],
    edit: (file) => {
      connectionIn(file, 'Figma').status = 'INACTIVE';
    },
  },
  {
    part: 'client id',
    breaks: ['connection-has-client-id'],
    edit: (file) => {
      delete connectionIn(file, 'Figma').clientIdAtResource;
    },
  },
  {
    part: 'app',
    breaks: ['resource-active'],
    edit: (file) => {
      appIn(file, 'Figma').status = 'INACTIVE';
    },
  },
  {
    part: 'XAA',
    breaks: ['resource-xaa-enabled'],
    edit: (file) => {
      xaaIn(file, 'Figma').enabled = false;
    },
  },
];

/** The tables that are judged one after the other; only when one refuses nothing, the next is gathered for. */
const STAGES: readonly (readonly string[])[] = [
  ['parameters-in-body', 'request-is-form', 'parameters-once'],
  BREAKERS.flatMap(({ breaks }) => breaks).filter((name) => name.startsWith('client-')),
  ['grant-type-sent', 'grant-type-known', 'grant-type-allowed', 'grant-type-in-policy'],
];

/** The exchange's own table comes last. */
function stageOf(rule: string): number {
  const at = STAGES.findIndex((stage) => stage.includes(rule));
  return at < 0 ? STAGES.length : at;
}

/** The broken rules that an explanation must list, the one that refuses first. */
function expected(chosen: readonly Breaker[]): string[] {
  const hidden = chosen.flatMap(({ hides = [] }) => hides);
  const broken = [...new Set(chosen.flatMap(({ breaks }) => breaks))].filter((name) => !hidden.includes(name));
  const reached = Math.min(...broken.map(stageOf));
  return broken
    .filter((name) => stageOf(name) === reached)
    .sort((one, other) => DOCUMENTED.indexOf(one) - DOCUMENTED.indexOf(other));
}

async function answerTo(chosen: readonly Breaker[]): Promise<Answer> {
  const org = await startTestOrg({
    explainErrors: true,
    org: editedOrg((file) => {
      for (const { edit } of chosen) edit?.(file);
    }),
  });
  const all = <T extends object>(pick: (breaker: Breaker) => T | undefined): T =>
    Object.assign({}, ...chosen.map((one) => pick(one) ?? {}));
  try {
    const form = {
      ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: TOKEN_TYPE.idJag },
      ...{ subject_token_type: TOKEN_TYPE.idToken, audience: EXAMPLE.figma, scope: 'mcp:read' },
      subject_token: await forgeIdToken(
        org,
        all((one) => one.subject),
      ),
      ...(await org.asAgent({ claims: all((one) => one.assertion) } as AssertionOptions)),
      ...all((one) => one.parameters),
    };
    const query = chosen.find((one) => one.query)?.query ?? '';
    return await org.fetch(`/oauth2/v1/token${query}`, { method: 'POST', body: formOf(form) });
  } finally {
    await org.close();
  }
}

/** Any set of breakers, of each part one at most. */
const combination = fc
  .subarray(BREAKERS as Breaker[], { minLength: 1, maxLength: 7 })
  .map((chosen) => chosen.filter((one, at) => chosen.findIndex((other) => other.part === one.part) === at));

t.test('every rule that is broken here is documented', async (t) => {
  t.same(
    BREAKERS.flatMap(({ breaks, hides = [] }) => [...breaks, ...hides]).filter((name) => !DOCUMENTED.includes(name)),
    [],
  );
});

t.test('each precondition alone', async (t) => {
  for (const breaker of BREAKERS) {
    const { body } = await answerTo([breaker]);
    t.same(body.explanation.broken, expected([breaker]), breaker.part);
    t.equal(body.explanation.rule, body.explanation.broken[0]);
  }
});

t.test('any of them together: the first broken rule refuses, and all that could be asked are listed', async (t) => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(combination, async (chosen) => {
      const { body } = await answerTo(chosen);
      const wanted = expected(chosen);
      const { rule, broken } = body.explanation;
      asked += 1;
      if (rule !== wanted[0] || JSON.stringify(broken) !== JSON.stringify(wanted)) {
        throw new Error(`${chosen.map((one) => one.part)}: ${rule} of ${broken}, expected ${wanted}`);
      }
    }),
    { numRuns: 150, seed: 3 },
  );
  t.ok(asked >= 150);
});
