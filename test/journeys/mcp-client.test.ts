/**
 * The MCP TypeScript SDK's own cross-app access provider, from a 401 of the example resource app to a tool call that
 * names the person who signed in at the org.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  auth,
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  type FetchLike,
  OAuthError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import t, { type Test } from 'tap';
import { exampleOrgWithFigmaAt } from '../../examples/demo/example-org.js';
import { openPort, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { start } from '../../src/index.js';
import { EXAMPLE, exampleOrg } from '../support/org.js';
import { ALICE, type ClientSecret, LINKED_AGENT, signIn } from './sign-in.js';

const atFigma = { clientId: 'claude-code-at-figma', clientSecret: 'a-secret-of-figma' };

interface Parties {
  readonly orgIssuer: string;
  readonly idToken: string;
  /** The client at the resource authorization server, and that server's issuer. */
  readonly client: ClientSecret;
  readonly expectedIssuer: string;
}

/** The provider as an MCP client sets it up: its exchange goes to the org, with the agent's id and secret in the body. */
function crossAppAccess({ orgIssuer, idToken, client, expectedIssuer }: Parties, fetchFn: FetchLike = fetch) {
  return new CrossAppAccessProvider({
    ...client,
    expectedIssuer,
    fetchFn,
    assertion: async ({ authorizationServerUrl, resourceUrl, scope, fetchFn: given }) => {
      const target = { audience: authorizationServerUrl, resource: resourceUrl, ...(scope !== undefined && { scope }) };
      const request = { idpUrl: orgIssuer, idToken, ...LINKED_AGENT, ...target, fetchFn: given };
      return (await discoverAndRequestJwtAuthGrant(request)).jwtAuthGrant;
    },
  });
}

/** A fetch that notes who was asked for what, and the status of the answer; origins by the names given. */
function recordingFetch(names: Record<string, string>) {
  const seen: string[] = [];
  const fetchFn: FetchLike = async (input, init) => {
    const { origin, pathname } = new URL(input);
    const response = await fetch(input, init);
    seen.push(`${init?.method ?? 'GET'} ${names[origin]} ${pathname} ${response.status}`);
    return response;
  };
  return { fetchFn, seen };
}

t.test('from a 401 to a tool call in the name of the user', async (t) => {
  const place = await openPort();
  const file = exampleOrgWithFigmaAt({ issuer: place.origin, mcpUrl: `${place.origin}/mcp` });
  const org = await start({ org: file });
  t.teardown(() => org.close());
  const figma = await startResourceApp({ trustedIssuer: org.issuer, ...atFigma, place, scopes: ['mcp:read'] });
  t.teardown(() => figma.close());

  const { id_token: idToken } = await signIn(org.issuer, LINKED_AGENT);
  const { fetchFn, seen } = recordingFetch({ [org.issuer]: 'okta', [figma.issuer]: 'figma' });
  const parties = { orgIssuer: org.issuer, idToken, client: atFigma, expectedIssuer: figma.issuer };
  const authProvider = crossAppAccess(parties, fetchFn);
  const client = new Client({ name: 'journey', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(figma.mcpUrl), { authProvider, fetch: fetchFn }));
  t.teardown(() => client.close());
  const { structuredContent } = await client.callTool({ name: 'whoami' });
  t.match(structuredContent, { email: ALICE.username, client_id: atFigma.clientId, scope: 'mcp:read' });
  t.match(structuredContent, { sub: /^00u/ });
  t.strictSame(seen.slice(0, 7), [
    'POST figma /mcp 401',
    'GET figma /.well-known/oauth-protected-resource/mcp 200',
    'GET figma /.well-known/oauth-authorization-server 200',
    'GET okta /.well-known/oauth-authorization-server 200',
    'POST okta /oauth2/v1/token 200',
    'POST figma /token 200',
    'POST figma /mcp 200',
  ]);
});

/** Protected resource metadata that send the client to another authorization server. */
async function serveResourceMetadata(t: Test, resource: (origin: string) => object): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(resource(origin)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => server.close());
  return origin;
}

/** The example org in which the linked agent's connection to the custom authorization server is for this MCP server. */
function orgConnectedTo(resourceIndicator: string) {
  const file = exampleOrg();
  const agent = file.agents?.find(({ id }) => id === EXAMPLE.linkedAgentId);
  const connection = agent?.resourceConnections?.find(({ authorizationServer }) => authorizationServer === 'default');
  Object.assign(connection ?? {}, { resourceIndicator });
  return file;
}

t.test("the org's custom authorization server refuses what the provider sends: scope beside the ID-JAG", async (t) => {
  let customIssuer = '';
  const resourceOrigin = await serveResourceMetadata(t, (origin) => ({
    resource: `${origin}/mcp`,
    authorization_servers: [customIssuer],
  }));
  const serverUrl = `${resourceOrigin}/mcp`;
  const org = await start({ org: orgConnectedTo(serverUrl) });
  t.teardown(() => org.close());
  customIssuer = `${org.issuer}/oauth2/default`;

  const { id_token: idToken } = await signIn(org.issuer, LINKED_AGENT);
  const { fetchFn, seen } = recordingFetch({ [org.issuer]: 'okta', [resourceOrigin]: 'resource' });
  const parties = { orgIssuer: org.issuer, idToken, client: LINKED_AGENT, expectedIssuer: customIssuer };
  const asked = auth(crossAppAccess(parties, fetchFn), { serverUrl, scope: 'mcp:read', fetchFn });
  const refusal = await asked.catch((error: unknown) => error);
  t.ok(refusal instanceof OAuthError);
  t.match(refusal, { code: 'invalid_request', message: /scope/ });
  t.strictSame(
    seen.filter((line) => line.startsWith('POST')),
    ['POST okta /oauth2/v1/token 200', 'POST okta /oauth2/default/v1/token 400'],
    'the exchange went well, the redemption did not',
  );
});
