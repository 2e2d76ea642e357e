/**
 * The flow of Cross App Access, call by call, in the parts in which Okta's guide tells it ("How the EMA with XAA
 * Authentication Flow Works"). Claude is the requester, Okta the identity provider, Figma the resource application.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import * as z from 'zod';
import { readFixture } from './example-org.js';
import { CLAUDE_AT_FIGMA, type Stage } from './stage.js';
import { type Step, step } from './step.js';

/** Claude at Okta is two clients: the application that users sign in to, and the AI agent that acts for them. */
const CLAUDE = { clientId: '0oaClaudeOidc0000001', clientSecret: 'claude-oidc-client-secret-for-testing-only' };
const REDIRECT_URI = 'http://127.0.0.1:8976/callback';
const AGENT_ID = 'wlpClaude00000000001';

/** client_secret_basic; ids and secrets of the example need no form encoding. */
const basic = ({ clientId, clientSecret }: typeof CLAUDE) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

/** private_key_jwt: the agent proves who it is with a key whose public half the administrator has registered. */
async function clientAssertion(tokenEndpoint: string): Promise<string> {
  const jwk = readFixture('keys/claude-agent.jwk.json');
  return new SignJWT()
    .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid })
    .setIssuer(AGENT_ID)
    .setSubject(AGENT_ID)
    .setAudience(tokenEndpoint)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(await importJWK(jwk, jwk.alg));
}

/**
 * Part 1. A browser would show Okta's sign-in page; the demo has no browser and proves the password by an API call. It also
 * takes on trust what a real client verifies: the state, the nonce, and the signature of the ID token.
 */
function signIn(okta: string, login: string): Step[] {
  const verifier = randomBytes(32).toString('base64url');
  return [
    step({
      heading: '1. The user signs in at Okta and comes back to Claude',
      number: '1.1',
      from: 'Browser',
      to: 'Okta',
      why: "the user's password, which a person would type into Okta's sign-in page",
      request: () => ({
        as: 'json',
        url: `${okta}/api/v1/authn`,
        parameters: { username: login, password: 'xaa-Test-1234!' },
      }),
      answer: z.object({ status: z.string(), sessionToken: z.string() }),
      learn: ({ sessionToken }) => ({ sessionToken }),
    }),
    step({
      number: '1.2',
      from: 'Browser',
      to: 'Okta',
      why: 'the authorization request with which Claude sent the browser here',
      request: ({ sessionToken }) => ({
        as: 'query',
        url: `${okta}/oauth2/v1/authorize`,
        parameters: {
          client_id: CLAUDE.clientId,
          response_type: 'code',
          scope: 'openid profile email',
          redirect_uri: REDIRECT_URI,
          state: randomBytes(8).toString('hex'),
          nonce: randomBytes(8).toString('hex'),
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
          prompt: 'none',
          sessionToken,
        },
      }),
      answer: z.object({ code: z.string(), state: z.string() }),
      learn: ({ code }) => ({ code }),
    }),
    step({
      number: '1.3',
      from: 'Claude',
      to: 'Okta',
      why: 'the code becomes an ID token',
      request: ({ code }) => ({
        as: 'form',
        url: `${okta}/oauth2/v1/token`,
        authorization: basic(CLAUDE),
        parameters: { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier },
      }),
      answer: z.object({ token_type: z.string(), expires_in: z.number(), scope: z.string(), id_token: z.string() }),
      learn: ({ id_token: idToken }) => ({ idToken }),
      decodes: { id_token: 'the ID token' },
    }),
  ];
}

/** Part 2. */
function exchange(okta: string, figma: Stage['figma']): Step {
  const tokenEndpoint = `${okta}/oauth2/v1/token`;
  return step({
    heading: '2. Claude exchanges the ID token for an ID-JAG',
    from: 'Claude, as its AI agent',
    to: 'Okta',
    why: 'may this agent reach Figma for this user?',
    request: async ({ idToken }) => ({
      as: 'form',
      url: tokenEndpoint,
      parameters: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        subject_token: idToken,
        audience: figma.issuer,
        resource: figma.mcpUrl,
        scope: 'mcp:read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await clientAssertion(tokenEndpoint),
      },
    }),
    answer: z.object({
      issued_token_type: z.string(),
      token_type: z.string(),
      expires_in: z.number(),
      access_token: z.string(),
    }),
    learn: ({ access_token: idJag }) => ({ idJag }),
    decodes: { client_assertion: 'the client assertion', access_token: 'the ID-JAG' },
  });
}

/** Parts 3 to 5: one call for Claude; what Figma does before it answers is part 4. */
function redeem({ figma, answered, checked }: Stage): Step {
  let before = 0;
  return step({
    heading: "3. Claude provides the ID-JAG to Figma's authorization server",
    from: 'Claude',
    to: 'Figma',
    why: "an access token for Figma's MCP server, please",
    request: ({ idJag }) => {
      before = answered.length;
      const parameters = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: idJag };
      return { as: 'form', url: figma.tokenEndpoint, authorization: basic(CLAUDE_AT_FIGMA), parameters };
    },
    outOfSight: () => ({
      heading: '4. Figma validates the ID-JAG against Okta',
      lists: {
        'Figma → Okta: where are your keys, and which are they?': answered.slice(before),
        'Figma checks the ID-JAG; the first check that fails refuses it:': checked,
      },
    }),
    answerHeading: '5. Figma issues an access token and returns it to Claude',
    answer: z.object({ token_type: z.string(), expires_in: z.number(), scope: z.string(), access_token: z.string() }),
    learn: ({ access_token: accessToken }) => ({ accessToken }),
    decodes: { access_token: 'the access token' },
  });
}

const Named = z.object({ sub: z.string(), email: z.string(), client_id: z.string(), scope: z.string() });

/** Part 6. */
function callTool({ mcpUrl }: Stage['figma']): Step {
  return step({
    heading: "6. Claude calls Figma's MCP server with the access token",
    from: 'Claude',
    to: 'Figma',
    why: 'the tool whoami: for whom is this call made?',
    request: ({ accessToken }) => ({
      as: 'json',
      url: mcpUrl,
      authorization: `Bearer ${accessToken}`,
      parameters: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } },
    }),
    answer: z
      .object({ result: z.object({ structuredContent: Named }) })
      .transform(({ result: { structuredContent } }) => ({ structuredContent })),
    learn: ({ structuredContent: named }) => ({ named }),
  });
}

/** The whole flow on this stage, for the user with this login. */
export function stepsOn(stage: Stage, login: string): Step[] {
  const { okta, figma } = stage;
  return [...signIn(okta, login), exchange(okta, figma), redeem(stage), callTool(figma)];
}
