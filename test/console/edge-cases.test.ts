/** *Testing > Edge cases*: found by plain words, minted, armed, by SAML, and explained; and what the org then is and does. */
import { execFileSync } from 'node:child_process';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose';
import t from 'tap';
import { consoleAt, type Looked, type PageElement, textOf } from '../support/console.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';

const SSWS = { authorization: `SSWS ${EXAMPLE.apiToken}` };
const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const LIST = '/console/edge-cases';
const ARMED = `${LIST}/armed`;
const SAML = '/console/saml-edge-cases';
const EXPLAIN = '/console/explain';
const MINE = 'https://auth.mine.example';

const control = async (path: string) => (await org.fetch(`/_mock${path}`, { headers: SSWS })).body;
const MINT = 'Mint this token';

/** What stands in the element, as a person reads it. */
const at = ({ document }: Looked, selector: string) => document.querySelector(selector) as PageElement;
const read = (page: Looked, selector: string) => textOf(at(page, selector)).replaceAll('&quot;', '"');
const standsIn = (page: Looked, name: string) => at(page, `[id="${name}"]`).getAttribute('value');

/** The names of the cases that are found, in their order. */
const namesIn = ({ document }: Looked) => [...document.querySelectorAll('td strong')].map((one) => one.textContent);

/** One case by the catalogue's own words. */
const searched = async (q: string, more: Readonly<Record<string, string>> = {}) =>
  me.press(await me.open(LIST), 'Find', { 'What should be wrong with it': q, ...more });

t.test('what a person calls it leads to the case', async (t) => {
  const first: readonly [string, string][] = [
    ['expired', 'exp-past'],
    ['Expired token', 'exp-past'],
    ['an expired ID-JAG', 'exp-past'],
    ['valid', 'ok-baseline'],
    ['wrong audience', 'aud-other-ras'],
    ['unsigned', 'alg-none'],
    ['signature', 'sig-attacker-key-real-kid'],
    ['replayed', 'replay-strict'],
    ['unknown user', 'sub-unknown'],
    ['"client"', 'client-id-other-registered'],
    ['exp-10y', 'exp-10y'],
  ];
  for (const [words, name] of first) t.equal(namesIn(await searched(words))[0], name, words);
  t.ok(namesIn(await searched('RFC 9449')).length > 0, 'the rule that it rests on');
  t.ok(namesIn(await searched('distribution')).includes('jwks-down'), 'the title of its group');
  t.match((await searched('token')).text, /\d+ edge cases found/, 'a word that says little, by itself, is looked for');
  t.match((await searched('exp-10y')).text, '1 edge case found.');
});

t.test('nothing searched for: what is asked for most, and the groups with how many are in each', async (t) => {
  const page = await me.open(`${LIST}?audience=${MINE}`);
  const all: { group: string }[] = await control('/edge-cases');
  const inTime = all.filter(({ group }) => group === 'A2').length;
  t.match(page.text, `A2: Time${inTime}`);
  t.notOk(
    [...page.document.querySelectorAll('td a')].some((one) => one.textContent === 'Your own'),
    'it is empty',
  );
  const time = await me.follow(page, 'A2: Time');
  t.equal(namesIn(time).length, inTime);
  t.equal(standsIn(time, 'audience'), MINE, 'the audience is carried on');
  const expired = await me.follow(page, 'Expired');
  t.equal(standsIn(expired, 'audience'), MINE);
  t.equal((await me.follow(time, 'Show all groups')).path, `${LIST}?audience=${encodeURIComponent(MINE)}`);
});

t.test('filters, nothing found, more than a page can hold, and what there is by SAML', async (t) => {
  const critical = await searched('', { Severity: 'critical', 'A right server': 'reject: must be refused' });
  const all: { severity: string; verdict: string }[] = await control('/edge-cases?severity=critical&verdict=reject');
  t.match(critical.text, `${all.length} edge cases found`);
  t.ok(all.length > 50);
  t.equal(namesIn(critical).length, 50);
  t.match(critical.text, `${all.length - 50} more are not shown`);
  t.ok(critical.markup.length < 100_000);
  const none = await searched('expired', { Group: 'A1: Signature and header', Severity: 'low' });
  t.match(none.text, 'No edge case is described by these words. Use fewer words');
  t.strictSame(namesIn(none), []);
  const expired = await searched('expired');
  const bySaml = [...expired.document.querySelectorAll('a')].find(({ textContent }) =>
    textContent?.includes('more found'),
  );
  const saml = await me.follow(expired, bySaml?.textContent as string);
  t.equal(namesIn(saml)[0], 'saml-expired');
  t.equal((await me.open(`${LIST}?group=__proto__`)).status, 200);
});

t.test('from the start page to an expired token for one’s own audience', async (t) => {
  const found = await me.press(await me.open('/'), 'Find', {
    ...{ Audience: MINE, 'What should be wrong with it': 'expired' },
  });
  const form = await me.follow(found, 'Get this token: exp-past');
  t.match(form.text, 'It expired ten minutes ago. A right server answers 400 invalid_grant.');
  t.match(form.text, 'Why servers get it wrong: A server that never looks at exp');
  t.match(form.text, /must be refused.*high.*MUST: .*A2: Time.*RFC 7523, JWT Format/);
  t.ok(at(form, 'a[href="https://www.rfc-editor.org/rfc/rfc7523"]'), 'the rule can be read');
  const page = await me.press(form, MINT);
  const token = read(page, '#token');
  const claims = decodeJwt(token);
  t.equal(claims.aud, MINE);
  t.equal(claims.client_id, 'claude-at-figma', 'an audience without a connection has a client id to begin with');
  t.ok((claims.exp as number) * 1000 < Date.now());
  t.strictSame(JSON.parse(read(page, '#claims')), claims);
  t.strictSame(JSON.parse(read(page, '#header')), decodeProtectedHeader(token));
  t.match(page.text, 'must be refusedAnswer400 invalid_grant');
  t.match(page.text, /This org itself ?would have refused such an exchange by its rule/);
  t.match(page.headers.get('cache-control'), 'no-store');
});

/** The arguments that a shell hands to curl. */
function curlArguments(text: string, environment: Record<string, string>): string[] {
  const script = `curl() { for one; do printf '%s\\n' "$one"; done; }\n${text}`;
  return execFileSync('/bin/sh', ['-c', script], { env: environment, encoding: 'utf8' }).trimEnd().split('\n');
}

t.test('a good one is good: it verifies, is explained, and is fired by what the page says', async (t) => {
  const page = await me.press(await me.open(`${LIST}/ok-baseline`), MINT, { Audience: EXAMPLE.figma });
  const token = read(page, '#token');
  const keys = createRemoteJWKSet(new URL(`${org.issuer}/oauth2/v1/keys`));
  const { payload } = await jwtVerify(token, keys, { issuer: org.issuer, audience: EXAMPLE.figma });
  t.equal(payload.email, 'alice@example.com');
  t.equal(payload.client_id, 'claude-at-figma', 'as the connection has it');
  t.match(page.text, 'must be grantedAnswer200 with an access token');
  t.match(page.text, /This org itself ?would have granted such an exchange/);
  const curl = curlArguments(read(page, '#curl').replaceAll('&#39;', "'").replaceAll('&amp;', '&'), {
    ...{ TOKEN_ENDPOINT: 'https://mine.example/token', CLIENT_SECRET: 's p' },
  });
  t.strictSame(curl, [
    ...['-i', 'https://mine.example/token', '-u', 'claude-at-figma:s p'],
    ...['--data-urlencode', 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ...['--data-urlencode', `assertion=${token}`],
  ]);
  const explained = await me.press(page, 'Explain it rule by rule');
  t.match(explained.text, 'It would be accepted, as far as was asked.');
  t.equal(standsIn(explained, 'audience'), EXAMPLE.figma);
});

t.test('a client id that a shell would take apart stays one word', async (t) => {
  const page = await me.press(await me.open(`${LIST}/ok-baseline`), MINT, {
    'Client ID at the resource': "a'; $(id) b",
  });
  const [, , , user] = curlArguments(read(page, '#curl').replaceAll('&#39;', "'").replaceAll('&amp;', '&'), {
    ...{ TOKEN_ENDPOINT: 'x', CLIENT_SECRET: 'y' },
  });
  t.equal(decodeURIComponent(user as string), "a'; $(id) b:y");
  t.equal(decodeJwt(read(page, '#token')).client_id, "a'; $(id) b");
});

t.test('whatever else can be said of it, several cases at once, and the whole as a file', async (t) => {
  const form = await me.open(`${LIST}/aud-missing`);
  const said = {
    ...{
      Audience: EXAMPLE.figma,
      'AI agent': 'Claude (Requester App)',
      Application: 'Claude (OIDC)',
      Scope: 'mcp:read',
    },
    ...{ Resource: 'https://one.example https://two.example', 'Lifetime in seconds': '7200' },
    'Edge cases': 'hdr-typ-jwt,  sub-missing',
  };
  const page = await me.press(form, MINT, said);
  const claims = decodeJwt(read(page, '#token'));
  t.strictSame(claims.resource, ['https://one.example', 'https://two.example']);
  t.equal(claims.scope, 'mcp:read');
  t.ok((claims.exp as number) - Date.now() / 1000 > 7000);
  t.notOk('sub' in claims);
  t.equal(decodeProtectedHeader(read(page, '#token')).typ, 'JWT');
  t.match(page.title, 'Token: aud-missing + hdr-typ-jwt + sub-missing');
  const one = await me.press(form, MINT, { Resource: 'https://one.example' });
  t.equal(decodeJwt(read(one, '#token')).resource, 'https://one.example');
  t.match(
    (await me.press(await me.open(`${LIST}/ok-baseline`), MINT, { 'Lifetime in seconds': '9' })).text,
    'Nobody can say',
  );

  const nobody = await me.press(await me.open(`${LIST}/aud-missing`), MINT, { Audience: '' });
  t.notMatch(await me.press(nobody, 'Explain it rule by rule').then(({ text }) => text), 'Audience: ');

  const file = await me.press(await me.open(`${LIST}/exp-past`), 'Mint as a file');
  t.match(file.headers.get('content-disposition'), 'attachment; filename="exp-past.txt"');
  t.equal(decodeJwt(file.markup).aud, EXAMPLE.figma);
});

t.test('what is refused is said in the words of the page, and what was typed stays and is seen', async (t) => {
  const form = await me.open(`${LIST}/exp-past?audience=${MINE}`);
  const user = await me.press(form, MINT, { User: 'nobody', Audience: MINE });
  t.equal(user.status, 400);
  t.match(user.text, 'Nothing was changed.User: ');
  t.equal(standsIn(user, 'user'), 'nobody');
  t.notOk(at(user, 'details.plain').hasAttribute('open'));
  const lifetime = await me.press(form, MINT, { 'Lifetime in seconds': 'long' });
  t.match(lifetime.text, 'Lifetime in seconds: ');
  t.equal(standsIn(lifetime, 'lifetime'), 'long');
  t.ok(at(lifetime, 'details.plain').hasAttribute('open'), 'what was typed there is not folded away');
  const clash = await me.press(form, MINT, { 'Edge cases': 'exp-missing' });
  t.match(clash.text, /Edge cases: .*exp-past.*exp-missing/);
  t.match((await me.press(form, MINT, { 'Edge cases': 'Of no kind' })).text, 'Edge cases: is not in lower case');
  t.match(
    (await me.press(form, 'Mint as a file', { 'Edge cases': 'no-such-case' })).text,
    'Edge cases: there is no edge case "no-such-case"',
  );
  t.equal((await me.open(`${LIST}/no-such-case`)).status, 404);
  t.equal((await me.open(`${LIST}/__proto__`)).status, 404);
});

t.test('what only the person knows: asked for, needed by further cases, and secrets not shown again', async (t) => {
  const form = await me.open(`${LIST}/client-id-other-registered`);
  t.match(form.text, 'What only you know');
  const bare = await me.press(form, MINT);
  t.match(bare.text, 'Nothing was changed.Other client id: is needed for client-id-other-registered');
  const page = await me.press(bare, MINT, {}, '').catch(() => undefined);
  t.equal(page?.status, 400, 'again');
  const inMint = at(form, '#mint');
  const typed = await me.send(at(form, '#mint form'), inMint.querySelector('button') as PageElement, (field) =>
    field.getAttribute('name') === 'given.otherClientId' ? 'other-at-figma' : undefined,
  );
  t.equal(decodeJwt(read(typed, '#token')).client_id, 'other-at-figma');

  const further = await me.press(await me.open(`${LIST}/exp-past`), MINT, { 'Edge cases': 'hdr-jku-attacker' });
  t.match(further.text, 'Token: exp-past + hdr-jku-attacker', 'this has a value unless one is given');
  const secret = await me.open(`${LIST}/alg-hs256-client-secret`);
  t.equal(at(secret, '[id="given.clientSecret"]').getAttribute('type'), 'password');
  const refused = await me.send(at(secret, '#mint form'), at(secret, '#mint button'), (field) =>
    field.getAttribute('name') === 'user' ? 'nobody' : 'a-secret-of-mine',
  );
  t.equal(refused.status, 400);
  t.notMatch(at(refused, '[id="given.clientSecret"]').getAttribute('value'), 'a-secret-of-mine');
});

t.test('a private key of somebody else: signs, is not kept, and cannot be armed', async (t) => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'ras-key-1', alg: 'RS256' });
  const form = await me.open(`${LIST}/sig-ras-own-key`);
  t.match(form.text, 'Arming cannot give the keys that this case needs');
  const label = 'Private key of the resource authorization server';
  const page = await me.press(form, MINT, { [label]: jwk });
  t.equal(page.status, 200);
  t.notMatch(page.markup, JSON.parse(jwk).d);
  t.equal(read(page, '#token').split('.').length, 3);
  const refused = await me.press(form, MINT, { [label]: 'no JWK', User: 'alice@example.com' });
  t.match(refused.text, `${label}: `);
  t.notMatch(refused.markup, 'no JWK', 'a key is not shown again');
  t.equal(standsIn(refused, 'user'), 'alice@example.com');
});

t.test('keys that have to be published are, at a button', async (t) => {
  const page = await me.press(await me.open(`${LIST}/sig-attacker-key-new-kid`), MINT);
  const published = await me.press(await me.press(await me.open(`${LIST}/ok-es256`), MINT), 'Publish them');
  t.match(published.path, /^\/console\/keys/);
  t.notMatch(page.text, 'Keys that have to be published', 'an attacker’s key is not');
  const { keys } = (await org.fetch('/oauth2/v1/keys')).body;
  t.ok(keys.some(({ alg }: { alg: string }) => alg === 'ES256'));
});

t.test('what is around the token is told, and where the org can do it', async (t) => {
  const [down, replay, poor, huge, dpop, cold] = (await Promise.all(
    ['jwks-down', 'replay-strict', 'metadata-issuer-mismatch', 'payload-huge', 'dpop-htm', 'key-withdrawn-cached'].map(
      (name) => me.open(`${LIST}/${name}`),
    ),
  )) as [Looked, Looked, Looked, Looked, Looked, Looked];
  t.match(down.text, 'The token alone is not the whole case.');
  t.match((await me.follow(down, 'Have the org publish that')).path, /^\/console\/faults\?what=jwks&jwks=\w/);
  t.match((await me.follow(poor, 'Have the org publish that')).path, /^\/console\/faults\?what=metadata&metadata=\w/);
  t.match(replay.text, 'Before itthe-same (1): ok');
  t.notMatch(huge.text, 'What is around the token');
  t.ok(dpop.text.includes('What is around the token'));
  t.match(cold.text, 'holds a good key set from before');
  t.match((await me.press(replay, MINT)).text, 'What is around replay-strict');
  const long = await me.press(huge, MINT);
  t.match(long.text, /The token has \d{5,} characters, too many for a page: go back and press Mint as a file/);
  t.match(long.text, /… \d+ characters more/);
  t.equal(at(long, '#token'), null);
  t.ok(long.markup.length < 100_000);
});

// That each can be minted is tested where they are made: here it is the page that counts, of some of every group.
t.test('every case of the catalogue can be looked at, and minted as far as nothing is missing', async (t) => {
  const all: { name: string; needs: string[] }[] = await control('/edge-cases');
  for (const [at, { name }] of all.entries()) {
    const form = await me.open(`${LIST}/${name}`);
    t.equal(form.status, 200, name);
    if (at % 6 > 0) continue;
    const page = await me.press(form, MINT);
    t.ok(page.status === 200 || page.status === 400, `${name}: ${page.status}`);
    t.ok(page.markup.length < 100_000, `${name}: ${page.markup.length}`);
  }
});

t.test('arming: the next exchange of that client and user comes out wrong, those after it as ever', async (t) => {
  const form = await me.open(`${LIST}/exp-past?audience=${MINE}`);
  const nobody = await me.press(form, 'Arm', { 'For the user': 'nobody', 'How many exchanges': '3' });
  t.equal(nobody.status, 400);
  t.match(nobody.text, 'Nothing was changed.For the user: there is no user "nobody"; there are: alice@example.com');
  t.equal(standsIn(nobody, 'match.user'), 'nobody');
  t.equal(standsIn(nobody, 'times'), '3');
  t.equal(standsIn(nobody, 'audience'), MINE, 'what stood in the other form stays');
  t.match((await me.press(form, 'Arm', { 'How many exchanges': '-1' })).text, 'How many exchanges: ');
  t.strictSame(await control('/armed'), []);
  t.equal((await org.post(`${LIST}/no-such-case`, { do: 'arm' }, { origin: org.issuer })).status, 404);

  const armed = await me.press(form, 'Arm', {
    ...{ 'For the user': 'alice@example.com', 'Of sign-ins to the application': 'Claude (OIDC)' },
    ...{ 'Exchanges by the AI agent': 'Claude (Requester App)', 'For the audience': 'https://auth.asana.example' },
  });
  t.equal(armed.path, `${ARMED}?done=armed`);
  t.match(
    armed.text,
    /AI agent: Claude \(Requester App\)Application: Claude \(OIDC\)User: alice@example.comAudience: https/,
  );
  t.match(armed.text, /exp-past.*asana\.example01\d{4}-/);
  const exchanged = async (login: string) => {
    const { id_token } = await org.signIn(login, 'openid email');
    const asked = { audience: 'https://auth.asana.example', scope: 'tasks:read' };
    return decodeJwt((await org.exchange(id_token, asked)).body.access_token).exp as number;
  };
  const now = Date.now() / 1000;
  t.ok((await exchanged('bob@example.com')) > now, 'somebody else');
  t.ok((await exchanged('alice@example.com')) < now, 'as armed');
  t.ok((await exchanged('alice@example.com')) > now, 'once');
  t.match((await me.open(ARMED)).text, /exp-past.*1none: spent/);
});

t.test('armed without end, with values given, with a fault; disarmed, and all at once', async (t) => {
  const form = await me.open(`${LIST}/client-id-other-registered`);
  const values = { 'given.otherClientId': '', 'arm.given.otherClientId': 'the-other-one', times: '' } as Record<
    string,
    string
  >;
  await me.send(
    at(form, '#arm form'),
    at(form, '#arm button'),
    (field) => values[field.getAttribute('name') as string],
  );
  const body = JSON.stringify({ edgeCase: ['exp-past', 'hdr-typ-jwt'], fault: { truncate: 10 } });
  const headers = { ...SSWS, 'content-type': 'application/json' };
  t.equal((await org.fetch('/_mock/armed', { method: 'POST', headers, body })).status, 201);
  const page = await me.open(ARMED);
  t.match(page.text, /client-id-other-registeredgiven: otherClientIdany exchange0any number/);
  t.notMatch(page.markup, 'the-other-one', 'values may be secrets');
  t.match(page.text, /exp-past \+ hdr-typ-jwt {"truncate":10}/);
  const less = await me.press(page, 'Disarm', {}, 'client-id-other-registered');
  t.match(less.text, 'Disarmed.');
  t.notMatch(less.text, 'client-id-other-registered');
  const gone = await me.press(page, 'Disarm', {}, 'client-id-other-registered');
  t.equal(gone.status, 404);
  t.equal((await org.post(ARMED, { do: 'disarm' }, { origin: org.issuer })).status, 404, 'none named');
  const none = await me.press(less, 'Disarm all');
  t.match(none.text, 'Everything is disarmed');
  t.match(none.text, 'Nothing is armed: every exchange comes out as it should.');
  t.strictSame(await control('/armed'), []);
});

const OWN = {
  ...{ name: 'mine-without-email', level: 'proposal', severity: 'low', expect: ['400', 'ok'] },
  ...{ source: ['Our own rules, Section 1'], differs: 'It has <b>no</b> email.', note: 'Ours asks for one.' },
  claims: { remove: ['email'] },
};

t.test('edge cases of one’s own: added, refused, minted, taken away', async (t) => {
  const page = await me.open(LIST);
  const adding = (rows: string) => me.press(page, 'Add', { 'Edge cases as JSON': rows });
  const broken = await adding('{ no JSON');
  t.equal(broken.status, 400);
  t.match(broken.text, 'Edge cases as JSON: is no JSON: ');
  t.match((await adding('{}')).text, '0.name: ');
  t.equal((await org.post(LIST, { do: 'add' }, { origin: org.issuer })).status, 400, 'without the field');
  t.equal(textOf(at(broken, '#rows')), '{ no JSON');
  t.ok(
    [...broken.document.querySelectorAll('details')].some(
      (one) => one.hasAttribute('open') && one.querySelector('#rows'),
    ),
  );
  t.match((await adding(JSON.stringify({ ...OWN, name: 'exp-past' }))).text, 'there is an edge case exp-past already');
  const added = await adding(JSON.stringify(OWN));
  t.match(added.text, 'Edge cases added to this org.');
  t.strictSame(namesIn(added), [OWN.name]);
  t.match((await me.open(LIST)).text, 'Your own1');
  const form = await me.follow(added, `Get this token: ${OWN.name}`);
  t.match(form.text, 'Our own rules, Section 1');
  t.match(form.text, 'A right server answers 400 or 200 with an access token');
  t.match(form.text, 'It has <b>no</b> email.', 'as text');
  t.notOk('email' in decodeJwt(read(await me.press(form, MINT), '#token')));
  t.match((await me.press(form, 'Take this edge case away')).text, 'The edge case was taken away from this org.');
  t.equal((await org.fetch(`/_mock/edge-cases/${OWN.name}`, { headers: SSWS })).status, 404);
  const library = await org.post(`${LIST}/exp-past`, { do: 'remove' }, { origin: org.issuer });
  t.equal(library.status, 400);
  t.match(library.text, 'exp-past comes with the program');
  t.notMatch((await me.open(`${LIST}/exp-past`)).text, 'Take this edge case away');
});

t.test('by SAML: found, minted as a response or an assertion, and refused', async (t) => {
  const list = await me.open(SAML);
  const all: { name: string; group: string; within?: string }[] = await control('/saml-edge-cases');
  t.equal(namesIn(list).length, all.length);
  const group = await me.press(list, 'Find', { Group: 'S3: Time' });
  t.equal(namesIn(group).length, all.filter((one) => one.group === 'S3').length);
  const none = await me.press(list, 'Find', { 'What should be wrong with it': 'nothing like it' });
  t.match(none.text, 'No edge case of SAML is described by these words');
  const found = await me.press(list, 'Find', { 'What should be wrong with it': 'expired' });
  const form = await me.follow(found, 'Get this response: saml-expired');
  t.match(form.text, 'must be refused');
  const page = await me.press(form, 'Mint', {
    User: 'bob@example.com',
    Application: 'Figma',
    'Answer to the request': '_asked',
  });
  const sent = Buffer.from(read(page, '#token'), 'base64').toString();
  t.match(sent, /<saml2p:Response.*InResponseTo="_asked"/);
  t.match(page.text, 'Aboutbob@example.comForFigma');
  t.match(page.text, /A browser would post it tohttp\S+, as SAMLResponse/);
  t.match(read(page, '#xml'), 'Assertion');
  const alone = await me.press(form, 'Mint', { 'What to mint': 'The assertion by itself' });
  t.match(Buffer.from(read(alone, '#token'), 'base64url').toString(), /^<saml2:Assertion/);
  t.match(alone.text, 'as subject_token of a client');
  const refused = await me.press(form, 'Mint', { User: 'nobody', Recipient: 'https://sp.example/acs' });
  t.equal(refused.status, 400);
  t.match(refused.text, 'Nothing was changed.User: ');
  t.equal(standsIn(refused, 'recipient'), 'https://sp.example/acs');
  t.match((await me.press(form, 'Mint', { Recipient: 'no URL' })).text, 'Recipient: ');
  t.equal((await me.open(`${SAML}/no-such-case`)).status, 404);
  for (const { name } of all) {
    const one = await me.press(await me.open(`${SAML}/${name}`), 'Mint');
    t.equal(one.status, 200, name);
    t.ok(one.markup.length < 100_000, `${name}: ${one.markup.length}`);
  }
  t.match(
    (await me.press(await me.open(`${SAML}/saml-ok`), 'Mint')).text,
    'this NameID and no other: alice@example.com',
  );
});

t.test('explained: what is broken comes first, and what was not asked is said', async (t) => {
  const { token } = (
    await org.fetch('/_mock/mint', {
      ...{ method: 'POST', headers: { ...SSWS, 'content-type': 'application/json' } },
      body: JSON.stringify({ audience: EXAMPLE.figma, edgeCases: ['exp-past'] }),
    })
  ).body;
  const form = await me.open(EXPLAIN);
  const page = await me.press(form, 'Explain', {
    'ID-JAG': `\n ${token}\n`,
    Audience: EXAMPLE.figma,
    'Client ID': 'claude-at-asana',
  });
  t.match(page.text, /It is refused, by \w/);
  const outcomes = [...page.document.querySelectorAll('tbody .outcome')].map((one) => one.getAttribute('aria-label'));
  t.ok(outcomes.filter((one) => one === 'broken').length >= 2, 'each that is broken, not only the first');
  t.strictSame(
    outcomes,
    [...outcomes].sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other)),
  );
  t.match(page.text, 'Okta’s reason: ');
  t.match(page.text, 'Its signatureverifies');
  t.match(page.text, /Not asked\w/, 'the resource was not');
  const later = await me.press(form, 'Explain', {
    'ID-JAG': token,
    'Leeway in seconds': '3600',
    Audience: EXAMPLE.figma,
  });
  t.match(later.text, 'It would be accepted, as far as was asked.');
  const strange = await me.press(form, 'Explain', {
    'ID-JAG': token,
    Issuer: 'https://other.example',
    'Leeway in seconds': '3600',
  });
  t.match(strange.text, 'Its signaturewas not checked');
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const now = Math.floor(Date.now() / 1000);
  const theirs = await new SignJWT({ ...decodeJwt(token), iss: 'https://other.example', iat: now, exp: now + 60 })
    .setProtectedHeader({ alg: 'RS256', typ: 'oauth-id-jag+jwt', kid: 'theirs' })
    .sign(privateKey);
  const said = { 'ID-JAG': theirs, Issuer: 'https://other.example' };
  const unchecked = await me.press(form, 'Explain', said);
  t.match(unchecked.text, 'No rule is broken, but the signature was not verified: it is not to be accepted.');
  const keys = JSON.stringify([{ ...(await exportJWK(publicKey)), kid: 'theirs' }]);
  const checked = await me.press(form, 'Explain', { ...said, 'Keys of the issuer': keys });
  t.match(checked.text, 'It would be accepted, as far as was asked.');
  const garbage = await me.press(form, 'Explain', { 'ID-JAG': 'garbage <b>' });
  t.match(garbage.text, 'Header: cannot be read.');
});

const ORDER: readonly (string | null)[] = ['broken', 'holds', 'not asked'];

t.test('explained by keys that are given: public ones; a private one does not come back', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const token = read(await me.press(await me.open(`${LIST}/ok-baseline`), MINT), '#token');
  const form = await me.open(EXPLAIN);
  const others = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: decodeProtectedHeader(token).kid }] });
  const wrong = await me.press(form, 'Explain', { 'ID-JAG': token, 'Keys of the issuer': others });
  t.match(wrong.text, 'does not verify: what the claims say is nobody’s word');
  t.equal(textOf(at(wrong, '#keys')), others, 'to be tried again');
  const unknown = { keys: [{ ...(await exportJWK(publicKey)), kid: 'another' }] };
  t.match(
    (await me.press(form, 'Explain', { 'ID-JAG': token, 'Keys of the issuer': JSON.stringify(unknown) })).text,
    /refused, by|No rule is broken/,
  );
  const secret = await exportJWK(privateKey);
  const refused = await me.press(form, 'Explain', { 'ID-JAG': token, 'Keys of the issuer': JSON.stringify([secret]) });
  t.equal(refused.status, 400);
  t.match(refused.text, 'Keys of the issuer: has a key that is not public');
  t.notMatch(refused.markup, secret.d as string);
  t.equal(textOf(at(refused, '#token')), token);
  t.match(
    (await me.press(form, 'Explain', { 'ID-JAG': '', 'Keys of the issuer': 'no JSON' })).text,
    'is neither a JWK Set nor',
  );
});

t.test('an org below /orgs, without connections, people or applications by SAML', async (t) => {
  const made = await org.fetch('/_mock/orgs', {
    ...{ method: 'POST', headers: { ...SSWS, 'content-type': 'application/json' } },
    body: JSON.stringify({ id: 'bare', file: {} }),
  });
  t.equal(made.status, 201, made.text);
  const there = consoleAt({ issuer: made.body.issuer });
  const form = await there.follow(await there.open(LIST), 'Expired');
  const refused = await there.press(form, MINT, { Audience: MINE });
  t.equal(refused.status, 400);
  t.equal(standsIn(refused, 'audience'), MINE);
  const links = [...form.document.querySelectorAll('a[href]'), ...form.document.querySelectorAll('form[action]')];
  const addresses = links.map((one) => (one.getAttribute('href') ?? one.getAttribute('action')) as string);
  t.strictSame(
    addresses.filter((one) => !/^(\/orgs\/bare\/|#|https:\/\/(www\.rfc-editor|datatracker\.ietf)\.org\/)/.test(one)),
    [],
  );
  const armed = await there.press(form, 'Arm');
  t.equal(armed.path, `${ARMED}?done=armed`);
  t.match(armed.text, 'any exchange');
  t.strictSame(await control('/armed'), [], 'the other org has nothing armed');
  t.match((await there.press(await there.open(`${SAML}/saml-ok`), 'Mint')).text, 'Nothing was changed.');
  t.match((await there.open(EXPLAIN)).text, `this org, ${made.body.issuer}`);
});
