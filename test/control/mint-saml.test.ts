/** Minting by SAML: good and bad responses and assertions for whomever, over HTTP, in the process and by the command. */
import t from 'tap';
import { readConfig } from '../../src/config.js';
import { shippedSamlEdgeCases } from '../../src/edge-cases/saml/saml-edge-case.js';
import { start } from '../../src/index.js';
import { mintCommand } from '../../src/mint-command.js';
import { openSubjectToken, verifyAssertion } from '../../src/saml/read-assertion.js';
import { developmentSamlKey } from '../../src/shipped.js';
import { controlOf } from '../support/control.js';
import { startTestOrg } from '../support/org.js';

const ROWS = await shippedSamlEdgeCases();
const served = await startTestOrg();
t.teardown(() => served.close());
const control = controlOf(served);
const org = await start();
t.teardown(() => org.close());

const TRUST = { certificates: [developmentSamlKey().certificate], policy: { sha1: false } };

/** As whom a strict reader lets it in; undefined: not at all. */
function signsIn(token: string): string | undefined {
  const opened = openSubjectToken(token);
  if ('problem' in opened) return undefined;
  const facts = verifyAssertion(opened, TRUST);
  return 'problem' in facts || 'problem' in facts.nameId ? undefined : facts.nameId.value;
}

t.test('a good one is about the user, for the application, and signed by its key', async (t) => {
  const minted = await control.done('mint-saml', {
    user: 'alice@example.com',
    application: 'Claude',
    requestId: '_r1',
  });
  t.match(minted, {
    ...{ kind: 'saml-response', application: 'Claude', verdict: 'accept', acceptedAs: 'alice@example.com' },
    ...{ postTo: 'https://claude.example/saml/acs', nameId: { value: 'alice@example.com' } },
  });
  t.equal(Buffer.from(minted.token, 'base64').toString(), minted.xml);
  t.equal(minted.xml.match(/InResponseTo="_r1"/g).length, 2, 'response and confirmation answer the request');
  t.equal(signsIn(minted.token), 'alice@example.com');
  const alone = await org.mintSaml({ within: 'assertion', recipient: 'https://claude.example/other' });
  t.match(alone, { kind: 'saml-assertion', verdict: 'accept' });
  t.match(alone.xml, /^<saml2:Assertion .*Recipient="https:\/\/claude\.example\/other"/);
  t.notMatch(alone.xml, 'InResponseTo', 'nobody asked');
});

t.test('every edge case is minted, and told with what a service provider should do', async (t) => {
  const listed = await control.get('saml-edge-cases');
  t.strictSame(
    listed.body.map(({ name }: { name: string }) => name),
    [...ROWS.keys()],
  );
  for (const [edgeCase, row] of ROWS) {
    const minted = await org.mintSaml({ user: 'alice@example.com', edgeCase, requestId: '_r1' });
    t.match(minted, { verdict: row.verdict, edgeCase: { name: edgeCase, differs: row.differs } }, edgeCase);
    t.equal(minted.acceptedAs === undefined, row.verdict === 'reject', `${edgeCase}: whom it may sign in`);
    t.notMatch(minted.acceptedAs ?? '', /[{}]/, edgeCase);
    const signedIn = signsIn(minted.token);
    if (['S1', 'S2'].includes(row.group))
      t.ok([undefined, minted.acceptedAs].includes(signedIn), `${edgeCase}: ${signedIn}`);
  }
});

t.test('patches of one’s own, alone and over an edge case', async (t) => {
  const patched = await org.mintSaml({ assertion: { nameId: 'mallory' }, response: { destination: null } });
  t.match(patched, { verdict: null, acceptedAs: undefined });
  t.equal(signsIn(patched.token), 'mallory', 'signed as it is');
  t.notMatch(patched.xml, 'Destination=');
  const both = await org.mintSaml({ edgeCase: 'saml-expired', assertion: { nameId: 'mallory' } });
  t.match(both, { verdict: 'reject' });
  t.match(both.xml, '>mallory</saml2:NameID>');
  t.match((await org.mintSaml({ edgeCase: 'saml-either-unsolicited', assertion: { nameId: 'm' } })).verdict, null);
});

t.test('what cannot be minted is refused by name', async (t) => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ edgeCase: 'saml-nope' }, /edgeCase: there is no edge case saml-nope of SAML/],
    [{ user: 'nobody' }, /user: there is no user "nobody"/],
    [{ application: 'Nope' }, /application: there is no application "Nope"; give a label or an id/],
    [{ application: 'Okta API client' }, /application: "Okta API client" is no application by SAML/],
    [{ assertion: { nameId: 'a\u0000' } }, /assertion: XML cannot carry/],
    [{ edgeCase: 'saml-expired', assertion: { nameId: '\ud800' } }, /edgeCase: XML cannot carry/],
    [{ recipient: 'javascript:alert(1)' }, /recipient/],
    [{ assertion: {} }, /assertion.*changes nothing/],
  ];
  for (const [request, why] of cases) {
    const answer = await control.post('mint-saml', request);
    t.equal(answer.status, 400, JSON.stringify(request));
    t.match(answer.body.errorCauses?.[0]?.errorSummary, why);
    await t.rejects(org.mintSaml(request), { name: 'RequestError' });
  }
});

t.test('it goes where a sign-in sends it', async (t) => {
  const saml = { ssoAcsUrl: 'https://a.example/acs', ssoAcsUrlOverride: 'https://a.example/other', audience: 'a' };
  const one = await start({
    org: {
      org: { name: 'Small' },
      users: [{ profile: { login: 'one@example.com', email: 'one@example.com', firstName: 'O', lastName: 'N' } }],
      applications: [{ label: 'App', saml: { ...saml, recipient: 'https://a.example/acs' } }],
    },
  });
  t.teardown(() => one.close());
  const { postTo, xml } = await one.mintSaml();
  t.equal(postTo, 'https://a.example/other');
  t.match(xml, ' Recipient="https://a.example/other"', 'what only repeats the usual address goes with it');
});

t.test('an org with nobody else, with no name for the user, or with no application by SAML', async (t) => {
  const file = (usernameFormat: 'EMAIL' | 'NONE') => ({
    org: { name: 'Small' },
    users: [{ profile: { login: 'one@example.com', email: 'one@example.com', firstName: 'O', lastName: 'N' } }],
    applications: [{ label: 'App', saml: { ssoAcsUrl: 'https://a.example/acs', audience: 'a', usernameFormat } }],
  });
  const small = await start({ org: file('EMAIL') });
  const nameless = await start({ org: file('NONE') });
  const bare = await start({ org: { ...file('EMAIL'), applications: [] } });
  t.teardown(() => Promise.all([small, nameless, bare].map((one) => one.close())));
  const forged = await small.mintSaml({ edgeCase: 'saml-nameid-changed' });
  t.match(forged.xml, '>victim@example.com</saml2:NameID>', 'somebody whom there is not');
  await t.rejects(nameless.mintSaml(), { message: /^user: has no name at App: / });
  await t.rejects(bare.mintSaml(), { message: 'application: the org has no active application by SAML' });
});

async function run(...argv: string[]) {
  const config = readConfig(['mint', ...argv], {});
  if (config.command !== 'mint') throw new Error('no mint');
  return mintCommand(config.settings, config.flags);
}

t.test('the command: what is sent alone on standard output', async (t) => {
  const { out, err, exitCode } = await run('--saml-edge-case', 'saml-xsw3', '--request-id', '_r1');
  t.equal(exitCode, 0);
  t.match(out, /^[\w+/=]+\n$/);
  t.match(err, /^saml-response for Claude, about .*; for testing only\nA browser would post it as SAMLResponse to /);
  t.match(err, /\nsaml-xsw3 \(MUST\): /);
  t.match(err, /\nExpected: it is refused, or signs in alice@example\.com and nobody else\.\n$/);
  const alone = await run('--token', 'saml-assertion');
  t.match(alone.err, /^saml-assertion for Claude, about .*\n<saml2:Assertion [^\n]*\nExpected: it signs in .*\.\n$/);
  t.match((await run('--saml-edge-case', 'saml-unsigned')).err, /\nExpected: it is refused\.\n$/);
  t.match(
    (await run('--saml-edge-case', 'saml-large')).err,
    /… \(\d+ characters\)\n/,
    'no ten megabytes on a terminal',
  );
  const json = JSON.parse((await run('--token', 'saml-response', '--json')).out);
  t.match(json, { kind: 'saml-response', verdict: 'accept' });
});

t.test('the command: by a running org', async (t) => {
  const flags = ['--url', served.issuer, '--application', 'Claude', '--user', 'alice@example.com'];
  const { out } = await run('--saml-edge-case', 'saml-either-unsolicited', ...flags);
  t.equal(signsIn(out.trim()), 'alice@example.com');
});

t.test('the command: what does not go together', async (t) => {
  for (const [argv, message] of [
    [['--token', 'saml-response', '--scope', 'x'], /--scope goes with tokens that are JWTs/],
    [['--token', 'id-token', '--saml-edge-case', 'saml-unsigned'], /--saml-edge-case goes with --token saml-response/],
    [['--recipient', 'https://a.example'], /--recipient goes with --token saml-response or saml-assertion/],
    [['--saml-edge-case', 'saml-nope'], /edgeCase: there is no edge case saml-nope/],
  ] as const) {
    await t.rejects(run(...argv), { name: 'ConfigError', message });
  }
});
