/**
 * The demo: it tells the whole flow and no secret, it stops with a sentence where the org or anything else says no, and
 * it believes the MCP server's answer only when that names the user who signed in.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UnsecuredJWT } from 'jose';
import t from 'tap';
import { conclusion, runDemo } from '../../examples/demo/run.js';
import { EXAMPLE } from '../support/org.js';
import { EXEC_ARGV } from '../support/process.js';

async function play(login?: string) {
  const pieces: string[] = [];
  const worked = await runDemo((text) => pieces.push(text), login);
  const text = pieces.join('\n');
  return { worked, text, lines: text.split('\n') };
}

const PARTS = [
  '1. The user signs in at Okta and comes back to Claude',
  '2. Claude exchanges the ID token for an ID-JAG',
  "3. Claude provides the ID-JAG to Figma's authorization server",
  '4. Figma validates the ID-JAG against Okta',
  '5. Figma issues an access token and returns it to Claude',
  "6. Claude calls Figma's MCP server with the access token",
];

const SECRETS = [
  EXAMPLE.password,
  EXAMPLE.appSecret,
  'figma-client-secret-for-testing-only',
  Buffer.from(`${EXAMPLE.appId}:${EXAMPLE.appSecret}`).toString('base64'),
];

t.test('the whole flow, from sign-in to a tool call in the name of the user', async (t) => {
  const { worked, text, lines } = await play();
  t.equal(worked, true);
  t.strictSame(
    lines.filter((line) => /^\d\. /.test(line)),
    PARTS,
  );
  t.match(lines.at(-1), /^Done: alice@example\.com signed in/);
  for (const told of [
    /In the ID token:\n +header \{"kid"/,
    /"typ": "oauth-id-jag\+jwt"/,
    /"client_id": "claude-at-figma"/,
    /"aud": "http:\/\/127\.0\.0\.1:\d+\/mcp"/,
    /^ {3}POST http:\/\/127\.0\.0\.1:\d+\/oauth2\/v1\/token$/m,
    /^ {5}subject_token +eyJ\w{4}…\(\d{3,} chars\)$/m,
    /^ {5}GET \/\.well-known\/openid-configuration 200 \d+ ms, GET \/oauth2\/v1\/keys 200 \d+ ms$/m,
    /compact-jws, typ-exact,[^.]+, jti-unused$/m,
    /"sub": "00uAlice000000000001",\n +"email": "alice@example\.com",\n +"client_id"/,
  ]) {
    t.match(text, told);
  }
});

t.test('it fits a hundred columns and gives nothing away, whoever signs in', async (t) => {
  for (const login of ['alice@example.com', 'bob@example.com']) {
    const { text, lines } = await play(login);
    t.strictSame(
      lines.filter((line) => line.length > 100),
      [],
    );
    t.notMatch(text, /eyJ[\w-]{5}/, 'no token');
    for (const secret of SECRETS) t.notOk(text.includes(secret));
  }
});

t.test('it stops where Okta says no', async (t) => {
  const cases: [string, string, string, number][] = [
    ['bob@example.com', 'not assigned to Figma', '400 invalid_target', 2],
    ['dave@example.com', 'not assigned to Claude', '302 access_denied', 1],
    ['nobody@example.com', 'unknown', '401 E0000004', 1],
  ];
  for (const [login, why, answer, part] of cases) {
    const { worked, lines } = await play(login);
    t.equal(worked, false, why);
    t.equal(lines.at(-1), `Stopped: Okta answered the last call with ${answer}.`);
    t.equal(lines.filter((line) => /^\d\. /.test(line)).length, part);
  }
});

t.test('it ends with a sentence when it breaks, and leaves no port open', async (t) => {
  const pieces: string[] = [];
  const worked = await runDemo((text) => {
    pieces.push(text);
    if (pieces.length === 1) throw new Error('the terminal is gone');
  });
  t.equal(worked, false);
  t.equal(pieces.at(-1), '\nThe demo broke off: the terminal is gone');
  const ports = [...(pieces[0] ?? '').matchAll(/http:\/\/\S+/g)].map(([url]) => url);
  t.equal(ports.length, 2);
  for (const url of ports) await t.rejects(fetch(url));
});

t.test('another name than that of the user who signed in is wrong', async (t) => {
  const idToken = new UnsecuredJWT({ sub: 'u1', email: 'one@example.com' }).encode();
  const named = { sub: 'u1', email: 'one@example.com' };
  t.equal(conclusion({ idToken, named }).good, true);
  for (const other of [{ sub: 'u2' }, { email: 'two@example.com' }]) {
    const { good, sentence } = conclusion({ idToken, named: { ...named, ...other } });
    t.equal(good, false);
    t.match(sentence, /^Wrong: one@example\.com \(u1\) signed in at Okta, but Figma's MCP server names/);
  }
});

t.test('the program says by its exit code whether it worked', async (t) => {
  const demo = fileURLToPath(new URL('../../examples/demo.ts', import.meta.url));
  const args = [...EXEC_ARGV, demo];
  const run = (...more: string[]) => promisify(execFile)(process.execPath, [...args, ...more]);
  t.match((await run()).stdout, /\nDone: alice@example\.com.*\n$/);
  await t.rejects(run('bob@example.com'), { code: 1, stdout: /\nStopped: Okta .*\n$/ });
});
