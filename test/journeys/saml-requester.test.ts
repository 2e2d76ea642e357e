/**
 * The whole flow for a Claude that is federated by SAML: the assertion of a sign-in, a refresh token, an ID-JAG with `sub_id`, and
 * an access token of a resource server that knows its people by their NameID alone, good for a call of a tool.
 */
import { createPrivateKey } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import t, { type Test } from 'tap';
import { exampleOrgWithFigmaAt } from '../../examples/demo/example-org.js';
import { openPort, type ResourceApp, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { start } from '../../src/index.js';
import { TOKEN_TYPE } from '../../src/protocol/urns.js';
import { EMAIL_NAME_ID, type NameIdFormat } from '../../src/registry/saml-settings.js';
import { assertionOf } from '../../src/saml/assertion.js';
import { writeResponse } from '../../src/saml/response.js';
import { samlKeyRing } from '../../src/saml-keys.js';
import { parts } from '../support/forge.js';
import { driving, formOf, type TestOrg, testClock } from '../support/org.js';
import { samlIn } from '../support/org-edits.js';
import { exchangeAssertion, samlIssuer, signInNow } from '../support/saml-requester.js';
import { basic, JWT_BEARER } from './sign-in.js';

const AT_FIGMA = { clientId: 'claude-at-figma', clientSecret: 'a-secret-of-figma' };
const ALICE = { sub: '00uAlice000000000001', email: 'alice@figma.example' };

/** What the identity provider posts to Claude after a sign-in, signed by the key that is the application's. */
function samlResponse(): string {
  const { jwk, certificate } = samlKeyRing().active({ signingKeys: [] });
  const signer = { key: createPrivateKey({ key: jwk, format: 'jwk' }), certificate, algorithm: 'rsa-sha256' } as const;
  const signIn = signInNow();
  const { id, issuer, recipient: destination, inResponseTo, now: issueInstant } = signIn;
  const content = { id: `${id}0`, issuer, destination, inResponseTo, issueInstant, assertion: assertionOf(signIn) };
  const xml = writeResponse(content, { response: signer, assertion: signer });
  return Buffer.from(xml as string).toString('base64');
}

interface Stage {
  readonly org: TestOrg;
  readonly figma: ResourceApp;
  /** Which checks of the resource server have refused. */
  readonly refusals: readonly string[];
}

/** The org and a resource server that knows Alice by her address as NameID. @param nameIdFormat of Figma in the org */
async function staged(t: Test, nameIdFormat: NameIdFormat): Promise<Stage> {
  const place = await openPort();
  const file = exampleOrgWithFigmaAt({ issuer: place.origin, mcpUrl: `${place.origin}/mcp` });
  samlIn(file, 'Figma').nameIdFormat = nameIdFormat;
  const running = await start({ org: file });
  t.teardown(() => running.close());
  const refusals: string[] = [];
  const nameId = { nameid: 'alice@example.com', nameid_format: EMAIL_NAME_ID };
  const figma = await startResourceApp({
    ...{ trustedIssuer: running.issuer, samlIssuer: samlIssuer('Figma'), ...AT_FIGMA, place, scopes: ['mcp:read'] },
    users: [{ iss: running.issuer, ...ALICE, nameId }],
    onRefusal: ({ name }) => refusals.push(name),
  });
  t.teardown(() => figma.close());
  return { org: driving(running, testClock()), figma, refusals };
}

/** Both hops. */
async function idJagFor(t: Test, { org, figma }: Stage): Promise<string> {
  const first = await exchangeAssertion(org, samlResponse());
  t.match(first, { status: 200, body: { issued_token_type: TOKEN_TYPE.refreshToken } }, first.text);
  const second = await org.exchange(first.body.access_token, {
    subject_token_type: TOKEN_TYPE.refreshToken,
    ...{ audience: figma.issuer, resource: figma.mcpUrl, scope: 'mcp:read' },
  });
  t.match(second, { status: 200, body: { issued_token_type: TOKEN_TYPE.idJag } }, second.text);
  return second.body.access_token;
}

async function redeemed({ figma }: Stage, assertion: string) {
  const body = formOf({ grant_type: JWT_BEARER, assertion });
  const response = await fetch(figma.tokenEndpoint, { method: 'POST', headers: basic(AT_FIGMA), body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

t.test('from the assertion of a sign-in to a tool call in the name of the user', async (t) => {
  const stage = await staged(t, EMAIL_NAME_ID);
  const idJag = await idJagFor(t, stage);
  t.match(parts(idJag).claims, {
    act: { sub: 'wlpClaude00000000001', sub_profile: 'ai_agent' },
    sub_id: { format: 'saml-nameid', issuer: samlIssuer('Figma'), nameid: 'alice@example.com' },
  });
  const { status, body } = await redeemed(stage, idJag);
  t.strictSame([status, stage.refusals], [200, []]);
  const client = new Client({ name: 'journey', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${body.access_token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(stage.figma.mcpUrl), { requestInit }));
  t.teardown(() => client.close());
  const { structuredContent } = await client.callTool({ name: 'whoami' });
  t.match(structuredContent, { ...ALICE, client_id: AT_FIGMA.clientId, scope: 'mcp:read' });
});

t.test("with another Name ID Format the sign-in goes as ever, and the name is nobody's", async (t) => {
  const stage = await staged(t, 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified');
  t.match(await redeemed(stage, await idJagFor(t, stage)), { status: 400, body: { error: 'invalid_grant' } });
  t.strictSame(stage.refusals, ['sub-id-known']);
});
