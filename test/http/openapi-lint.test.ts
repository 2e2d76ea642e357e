/** The OpenAPI document is valid, and well kept by the rules that Redocly calls strict. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import t from 'tap';
import { startTestOrg } from '../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());

const config = await createConfig({
  extends: ['recommended-strict'],
  rules: { 'operation-tag-defined': 'error', 'operation-singular-tag': 'error' },
});

/** What is wrong with the document, one line each. */
async function lint(source: string): Promise<string[]> {
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer}: ${message}`);
}

const { text } = await org.fetch('/_mock/openapi.json');

t.test('nothing is wrong with it', async (t) => t.strictSame(await lint(text), []));

t.test('and what is wrong is noticed', async (t) => {
  const wrongs: [string, string, string][] = [
    ['"postOauth2Introspect"', '"postOauth2Token"', 'operation-operationId-unique'],
    ['"name":"groupId","in":"path"', '"name":"id","in":"path"', 'path-parameters-defined'],
    ['"clientBasic":[]', '"clientPost":[]', 'security-defined'],
    ['"type":"string"', '"type":"text"', 'struct'],
    ['#/components/schemas/ManagementError', '#/components/schemas/Nothing', 'no-unresolved-refs'],
    ['"okta.logs.read":', '"okta.logs":', 'security-scopes-defined'],
    ['"summary":"JWK Set",', '', 'operation-summary'],
    [',"description":"Groups and their members."', '', 'tag-description'],
  ];
  for (const [right, wrong, rule] of wrongs) {
    t.match((await lint(text.replace(right, wrong))).join('\n'), new RegExp(`^${rule} at `), rule);
  }
});
