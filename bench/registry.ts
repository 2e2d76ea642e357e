/**
 * What a large registry costs: the same exchange in the example org and in one of 10,000 users, 500 applications, 200
 * agents and 2,000 connections, turn by turn in one run; start-up and a single write beside it. Loopback only.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, SignJWT } from 'jose';
import { type OrgFileInput, type RunningOrg, start } from '../src/index.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE, TOKEN_TYPE } from '../src/protocol/urns.js';

const SIZE = { users: 10_000, applications: 500, agents: 200, connectionsEach: 10 };
const EXCHANGES = 400;
const WRITES = 30;

const AGENT = 'wlpClaude00000000001';
const APP = Buffer.from('0oaClaudeOidc0000001:claude-oidc-client-secret-for-testing-only').toString('base64');
const API_TOKEN = 'SSWS 00-example-api-token-for-testing-only';

const fixture = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
const count = <T>(length: number, make: (at: number) => T) => Array.from({ length }, (_, at) => make(at));

/** The example org, and so many more of everything. Every tenth new user is assigned to a new application. */
function largeOrg(): OrgFileInput {
  const file: OrgFileInput = fixture('org.json');
  const login = (at: number) => `user${at}@example.com`;
  const label = (at: number) => `Application ${at}`;
  file.users?.push(
    ...count(SIZE.users, (at) => ({
      profile: { login: login(at), email: login(at), firstName: 'User', lastName: `${at}` },
    })),
  );
  file.groups?.push(
    ...count(100, (at) => ({ name: `Group ${at}`, members: count(100, (nth) => login(at * 100 + nth)) })),
  );
  file.applications?.push(
    ...count(SIZE.applications, (at) => ({
      label: label(at),
      oidc: { clientSecret: 'a-secret-for-testing-only' },
      xaa: { enabled: true, issuerUrl: `https://auth${at}.example` },
      users: count(20, (nth) => login((at * 20 + nth) % SIZE.users)),
      groups: [`Group ${at % 100}`],
    })),
  );
  file.agents?.push(
    ...count(SIZE.agents, (at) => ({
      name: `Agent ${at}`,
      owners: [login(at)],
      credentials: [{ type: 'CLIENT_SECRET' as const, secret: 'a-secret-for-testing-only' }],
      callers: [{ application: 'Claude (OIDC)' }],
      resourceConnections: count(SIZE.connectionsEach, (nth) => ({
        ...{
          application: label((at * SIZE.connectionsEach + nth) % SIZE.applications),
          clientIdAtResource: `agent ${at}`,
        },
      })),
    })),
  );
  return file;
}

async function post(url: string, form: Record<string, string>, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  const body = (await answer.json()) as { id_token?: string; access_token?: string };
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${JSON.stringify(body)}`);
  return body;
}

const agentJwk = fixture('keys/claude-agent.jwk.json');
const agentKey = await importJWK(agentJwk, 'RS256');

/** The forms of so many exchanges, signed before the clock runs. */
async function forms({ issuer }: RunningOrg, length: number): Promise<Record<string, string>[]> {
  const signIn = { grant_type: 'password', username: 'alice@example.com', password: 'xaa-Test-1234!', scope: 'openid' };
  const { id_token } = await post(`${issuer}/oauth2/v1/token`, signIn, `Basic ${APP}`);
  const now = Math.floor(Date.now() / 1000);
  return Promise.all(
    count(length, async () => ({
      grant_type: GRANT_TYPE.tokenExchange,
      requested_token_type: TOKEN_TYPE.idJag,
      subject_token_type: TOKEN_TYPE.idToken,
      subject_token: id_token as string,
      audience: 'https://auth.figma.example',
      scope: 'mcp:read',
      client_assertion_type: CLIENT_ASSERTION_TYPE,
      client_assertion: await new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'RS256', kid: agentJwk.kid })
        .setIssuer(AGENT)
        .setSubject(AGENT)
        .setAudience(`${issuer}/oauth2/v1/token`)
        .setIssuedAt(now)
        .setExpirationTime(now + 1800)
        .sign(agentKey),
    })),
  );
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

const median = (figures: readonly number[]) => [...figures].sort((a, b) => a - b)[figures.length >> 1] as number;

/** Milliseconds of one exchange in each org, median of many, turn by turn. */
async function exchanges(orgs: readonly RunningOrg[]): Promise<number[]> {
  const asked = await Promise.all(orgs.map((org) => forms(org, EXCHANGES)));
  const took: number[][] = orgs.map(() => []);
  for (let nth = 0; nth < EXCHANGES; nth++) {
    for (const [at, { issuer }] of orgs.entries()) {
      const form = (asked[at] as Record<string, string>[])[nth] as Record<string, string>;
      took[at]?.push(await timed(() => post(`${issuer}/oauth2/v1/token`, form)));
    }
  }
  return took.map(median);
}

/** Milliseconds of one write by the management API: a group is created. */
async function writes(orgs: readonly RunningOrg[]): Promise<number[]> {
  const headers = { authorization: API_TOKEN, 'content-type': 'application/json' };
  const took: number[][] = orgs.map(() => []);
  for (let nth = 0; nth < WRITES; nth++) {
    for (const [at, { issuer }] of orgs.entries()) {
      const body = JSON.stringify({ profile: { name: `Written ${nth}` } });
      const write = () => fetch(`${issuer}/api/v1/groups`, { method: 'POST', headers, body });
      took[at]?.push(await timed(async () => (await write()).text()));
    }
  }
  return took.map(median);
}

async function compare(store: (size: string) => string, files: Readonly<Record<string, OrgFileInput>>): Promise<void> {
  const orgs: RunningOrg[] = [];
  const startUp: number[] = [];
  for (const [size, org] of Object.entries(files)) {
    startUp.push(await timed(async () => orgs.push(await start({ org, store: store(size) }))));
  }
  const rows = { 'start-up': startUp, 'one write': await writes(orgs), 'one exchange': await exchanges(orgs) };
  for (const [what, [small = 0, large = 0]] of Object.entries(rows)) {
    const ratio = (large / small).toFixed(2);
    console.log(
      `  ${what.padEnd(14)} ${small.toFixed(2).padStart(8)} ms  ${large.toFixed(2).padStart(8)} ms  ${ratio} x`,
    );
  }
  for (const org of orgs) await org.close();
}

export async function run(): Promise<void> {
  const files = { small: fixture('org.json') as OrgFileInput, large: largeOrg() };
  const { users, applications, agents, connectionsEach } = SIZE;
  console.log(
    `example org | + ${users} users, ${applications} apps, ${agents} agents, ${agents * connectionsEach} connections`,
  );
  // Once beforehand, so that nothing is measured that only the first of all starts pays for.
  await (await start({ org: files.small })).close();
  console.log('memory:');
  await compare(() => 'memory:', files);
  const directory = await mkdtemp(join(tmpdir(), 'mock-okta-xaa-bench-'));
  console.log('file:');
  await compare((size) => `file:${join(directory, `${size}.json`)}`, files);
  await rm(directory, { recursive: true });
}
