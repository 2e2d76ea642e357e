/** The README's commands, run as they are written: every bash block in order, in one shell, against a fresh org. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { start } from '../../src/index.js';

function present(program: string, debianPackage: string): void {
  const found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!found) throw new Error(`${program} is missing: apt-get install ${debianPackage}`);
}

/** The bash blocks of a Markdown file. */
function blocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((found) => found[1] as string);
}

t.test('the curls of the README do what they say', async (t) => {
  present('curl', 'curl');
  present('bash', 'bash');
  const org = await start();
  t.teardown(() => org.close());
  const written = blocks(readFileSync('README.md', 'utf8')).join('\n');
  t.match(written, 'ORG=http://127.0.0.1:8080\n');
  const script = written.replace('http://127.0.0.1:8080', org.issuer);
  // The commands write a file or two.
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: t.testdir({}) });
  let out = '';
  let err = '';
  shell.stdout.on('data', (chunk) => {
    out += chunk;
  });
  shell.stderr.on('data', (chunk) => {
    err += chunk;
  });
  t.equal(await new Promise((resolve) => shell.on('close', resolve)), 0, err);
  for (const said of [
    /aud: 'wlpClaudeCode0000001'/,
    new RegExp(`aud: '${org.issuer}/oauth2/default'`),
    /sub_profile: 'ai_agent web_app'/,
    /"token_type":"Bearer".*"scope":"mcp:read"/,
    /"error":"invalid_target"/,
    /reason: 'token_exchange_incomplete_resource_configuration'/,
    /\[ \{ name: 'audience-known', outcome: 'broken' \} \]/,
    /(redeemed: 400\n){4}redeemed: 200\n/,
    /exp is \d+ .* it ended 10 minutes ago/,
    /armed for Alice: 400\nthe one after it: 200\n/,
    /"offset":360,"frozen":false\}six minutes later: 400\n/,
    /try 1: 503\ntry 2: 503\ntry 3: 503\ntry 4: 200\n/,
    /before: verified\nrotated: verified\nwithdrawn: refused, ERR_JWKS_NO_MATCHING_KEY\nfetched anew: verified\n/,
    /'jose\/v[\d.]+': \{\s+count: 2,/,
    ...Array.from({ length: 10 }, (_, at) => new RegExp(`${org.issuer}/orgs/[0-9a-z]{12} lives in 203${at}\n`)),
    new RegExp(`'alice@example.com',\\s+'granted',\\s+'${org.issuer}/oauth2/default'`),
  ]) {
    t.match(out, said);
  }
});
