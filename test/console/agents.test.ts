/** *Directory > AI Agents*: registering, every tab, what is refused, and what the org then has and does. */
import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { type Console, consoleAt, type Looked, type PageElement, textOf } from '../support/console.js';
import { EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const SSWS = { authorization: `SSWS ${EXAMPLE.apiToken}` };
const API = '/workload-principals/api/v1';
const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const LIST = '/console/ai-agents';

const api = async (path: string) => (await org.fetch(`${API}${path}`, { headers: SSWS })).body;
const idOf = ({ path }: Looked) => /ai-agents\/(wlp\w+)/.exec(path)?.[1] as string;

/** Registers an agent with this name. */
async function registered(name: string, owner?: string, at: Console = me): Promise<Looked> {
  const first = await at.follow(await at.open(LIST), 'Register Manually');
  const second = await at.press(first, 'Next', { Name: name });
  return owner === undefined ? at.press(second, 'Skip for now') : at.press(second, 'Register', { Owners: [owner] });
}

/** The sign and the name of each tab. */
function ticks({ document }: Looked): string[] {
  return [...document.querySelectorAll('.tabs a')].map((one) => (one.textContent ?? '').trim());
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }) as string;

t.test('the list shows the agents, finds them, and says when there is none', async (t) => {
  const all = await me.open(LIST);
  t.match(all.text, 'Claude (Requester App)');
  t.match(all.text, 'wlpClaudeCode0000001ACTIVEall green');
  const found = await me.press(all, 'Search', { 'Name or id': 'CODE' });
  t.match(found.text, 'Claude Code (linked)');
  t.notMatch(found.text, 'Claude (Requester App)');
  const none = await me.press(found, 'Search', { 'Name or id': 'nobody' });
  t.match(none.text, 'No AI agent has this name or id.');
  const empty = await startTestOrg({ org: editedOrg((file) => Object.assign(file, { agents: [] })) });
  t.teardown(() => empty.close());
  t.match((await consoleAt(empty).open(LIST)).text, 'There is no AI agent yet. Register one.');
});

t.test('registering: a name that is too short, one that is taken, owners searched for, skipped', async (t) => {
  const first = await me.follow(await me.open(LIST), 'Register Manually');
  const short = await me.press(first, 'Next', { Name: 'abc', Description: 'It <b>' });
  t.equal(short.status, 400);
  t.match(short.title, /^Error: /);
  t.match(short.text, 'Nothing was changed.Name:');
  t.equal(short.document.querySelector('#name')?.getAttribute('value'), 'abc', 'what was typed stays');
  t.equal(textOf(short.document.querySelector('#description') as PageElement), 'It <b>');
  const second = await me.press(short, 'Next', { Name: 'Claude (Requester App)' });
  const searched = await me.press(second, 'Search', { 'Search for people': 'olivia', Owners: ['Alice'] });
  t.match(searched.text, 'Olivia Owens');
  t.match(searched.text, 'Alice Adams', 'who is chosen stays');
  t.notMatch(searched.text, 'Bob Baker');
  const taken = await me.press(searched, 'Register');
  t.equal(taken.status, 400);
  t.match(taken.text, 'another AI agent is called "Claude (Requester App)"');
  const nobody = await me.press(second, 'Search', { 'Search for people': 'nobody at all', Owners: [] });
  t.match(nobody.text, 'No one has this name or email.');
  const back = await me.press(taken, 'Search', { 'Search for people': '' });
  const owned = await me.press({ ...back, path: back.path }, 'Skip for now');
  t.equal(owned.status, 400, 'the name is taken still');

  const made = await registered('Made with owners', 'Olivia');
  t.match(made.text, 'AI agent registered. It is STAGED');
  t.strictSame(ticks(made), ['✓ Profile', '✓ Owners', '✗ Credentials', '○ Delegations', '○ Resource Connections']);
  const skipped = await registered('Made without owners');
  t.strictSame(ticks(skipped)[1], '✗ Owners');
  t.match((await api(`/ai-agents/${idOf(skipped)}`)).profile.name, 'Made without owners');
});

t.test('a person who is there no more becomes no owner', async (t) => {
  const first = await me.open(`${LIST}/register?step=owners&name=Later+perhaps&description=`);
  first.document.querySelector('[name=owner]')?.setAttribute('value', '00uGone');
  const refused = await me.press(first, 'Register', { Owners: ['Alice'] });
  t.equal(refused.status, 404);
  t.match(refused.text, '00uGone');
  t.notMatch((await me.open(LIST)).text, 'Later perhaps');
});

t.test('more owners than an agent may have are refused, and one named twice is one', async (t) => {
  const profileOf = (at: number) => ({
    ...{ login: `many${at}@example.com`, email: `many${at}@example.com` },
    firstName: 'M',
    lastName: 'N',
  });
  const ids = Array.from({ length: 101 }, (_, at) => `00uMany${at}`);
  const many = await startTestOrg({
    org: editedOrg((file) => {
      for (const [at, id] of ids.entries()) file.users?.push({ id, status: 'ACTIVE', profile: profileOf(at) });
    }),
  });
  t.teardown(() => many.close());
  const register = (owners: readonly string[]) =>
    fetch(`${many.issuer}${LIST}/register`, {
      ...{ method: 'POST', headers: { origin: many.issuer }, redirect: 'manual' },
      body: new URLSearchParams([
        ['do', 'register'],
        ['name', 'Owned by all'],
        ...owners.map((id): [string, string] => ['owner', id]),
      ]),
    });
  const all = await register(ids);
  t.equal(all.status, 400);
  t.match(await all.text(), 'more than 100 owners');
  const twice = await register(['00uMany0', '00uMany0']);
  t.equal(twice.status, 303);
  const path = (twice.headers.get('location') as string).split('?')[0];
  const { text } = await consoleAt(many).open(`${path}/owners`);
  t.equal(text.split('M N (many0@example.com)').length, 2, 'once');
});

t.test('the second step by its address, with a name that is none', async (t) => {
  const page = await me.open(`${LIST}/register?step=owners&name=ab&description=`);
  const refused = await me.press(page, 'Register', { Owners: ['Alice'] });
  t.equal(refused.status, 400);
  t.match(refused.text, 'Name: Too small');
});

t.test('Actions: refused with what is missing, warned of what is hollow, and back', async (t) => {
  const made = await registered('To be activated');
  const refused = await me.press(made, 'Activate');
  t.equal(refused.status, 400);
  t.match(refused.text, 'Owners: The agent has an owner');
  t.match(refused.text, 'Credentials: The agent has an active credential');
  const id = idOf(made);
  const owners = await me.open(`${LIST}/${id}/owners`);
  await me.press(owners, 'Assign', { People: ['Olivia'] });
  const adding = await me.open(`${LIST}/${id}/credentials/add-public-key`);
  await me.press(adding, 'Done', { 'Public key': PEM });
  const active = await me.press(await me.open(`${LIST}/${id}`), 'Activate');
  t.match(active.text, 'AI agent activated. Not every checkmark is green');
  t.match(active.text, 'The agent is active, but exchanges may be refused. Delegations');
  t.equal((await api(`/ai-agents/${id}`)).status, 'ACTIVE');
  const kept = await me.press(active, 'Delete AI agent');
  t.match(kept.text, 'the agent is active; deactivate it first');
  t.equal(kept.document.querySelector('#name')?.getAttribute('value'), 'To be activated', 'the other form stays');
  const off = await me.press(active, 'Deactivate');
  t.match(off.text, 'AI agent deactivated');
  t.equal((await api(`/ai-agents/${id}`)).status, 'INACTIVE');
  const gone = await me.press(off, 'Delete AI agent');
  t.equal(gone.path, `${LIST}?done=agent-deleted`);
  t.equal((await me.open(`${LIST}/${id}`)).status, 404);
  const whole = await me.press(await me.open(`${LIST}/${EXAMPLE.linkedAgentId}`), 'Deactivate');
  t.match((await me.press(whole, 'Activate')).text, 'AI agent activated successfully.');
});

t.test('an agent that is gone meanwhile is not activated, and the page says that it is gone', async (t) => {
  const made = await registered('Gone meanwhile');
  await me.press(made, 'Delete AI agent');
  const late = await me.press(made, 'Activate');
  t.equal(late.status, 404);
  t.match(late.title, 'This page cannot be shown');
  t.match(late.text, idOf(made));
});

t.test('Profile is changed, and refused what no profile can be', async (t) => {
  const made = await registered('Called so at first');
  const saved = await me.press(made, 'Save', { Name: 'Called so now', Description: 'for a test' });
  t.match(saved.text, 'Saved.');
  t.match(await api(`/ai-agents/${idOf(made)}`), { profile: { name: 'Called so now', description: 'for a test' } });
  t.match((await me.press(saved, 'Save', { Name: '' })).text, 'Name: ');
  t.match((await me.press(saved, 'Save', { Name: 'Claude (Requester App)' })).text, 'another AI agent is called');
});

t.test('Owners are assigned, searched for, and removed', async (t) => {
  const path = `${LIST}/${idOf(await registered('Owned by several'))}/owners`;
  const none = await me.press(await me.open(path), 'Assign');
  t.match(none.text, 'Nobody is chosen');
  const found = await me.press(none, 'Search', { 'Search for people': 'bob' });
  const bob = await me.press(found, 'Assign', { People: ['Bob'] });
  t.match(bob.text, 'Owners assigned.');
  const nobody = await me.press(bob, 'Search', { 'Search for people': 'nobody at all' });
  t.match(nobody.text, 'Nobody else has this name or email.');
  const removed = await me.press(bob, 'Remove');
  t.match(removed.text, 'Owner removed.');
  t.match(removed.text, 'Nobody answers for this agent yet.');
  const used = await me.press(await me.open(`${LIST}/${EXAMPLE.linkedAgentId}/owners`), 'Remove');
  t.match(used.text, 'name another owner, or deactivate it first');
});

t.test('Credentials: keys in every writing, and what is none', async (t) => {
  const id = idOf(await registered('With many keys'));
  const path = `${LIST}/${id}/credentials`;
  t.match((await me.open(path)).text, `${id} Copy`);
  const add = await me.follow(await me.open(path), 'Add public key');
  const jwk = publicKey.export({ format: 'jwk' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const refusals: [string, string | RegExp][] = [
    ['no key', 'Public key is no public key that can be read'],
    ['"text"', 'Public key is no public key that can be read'],
    ['null', 'Public key is no public key that can be read'],
    ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'Public key is no public key that can be read'],
    [privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'is the private half of a key'],
    [JSON.stringify(privateKey.export({ format: 'jwk' })), 'is the private half of a key'],
    [JSON.stringify({ keys: [jwk, other] }), 'is a set of 2 keys'],
    [JSON.stringify({ keys: [] }), 'is a set of 0 keys'],
    [JSON.stringify({ kty: 'oct', k: 'AAAA' }), 'kty'],
  ];
  for (const [key, says] of refusals) {
    const refused = await me.press(add, 'Done', { 'Public key': key });
    t.equal(refused.status, 400, key);
    t.match(refused.text, says);
  }
  const typed = await me.press(add, 'Done', { 'Public key': 'no key', 'Key ID': 'mine' });
  t.equal(typed.document.querySelector('#kid')?.getAttribute('value'), 'mine', 'what was typed stays');
  t.match((await me.press(add, 'Done', { 'Public key': PEM })).text, 'Public key added. It is active.');
  const named = await me.press(add, 'Done', {
    'Public key': JSON.stringify({ keys: [other] }),
    'Key ID': 'the-second',
  });
  t.match(named.text, 'the-second (EC)');
  const twice = await me.press(add, 'Done', { 'Public key': JSON.stringify(other), 'Key ID': 'the-second' });
  t.match(twice.text, 'the agent has a key "the-second" already');
  const { data } = await api(`/ai-agents/${id}/credentials/jwks`);
  t.strictSame(
    data.map(({ kid, x }: { kid: string; x: string }) => [kid === 'the-second', x]),
    [
      [false, jwk.x],
      [true, other.x],
    ],
  );
  const off = await me.press(named, 'Deactivate', {}, 'the-second');
  t.match(off.text, 'Credential deactivated');
  const on = await me.press(off, 'Activate', {}, 'the-second');
  t.match(on.text, 'Credential activated.');
  const offAgain = await me.press(on, 'Deactivate', {}, 'the-second');
  const gone = await me.press(offAgain, 'Delete', {}, 'the-second');
  t.match(gone.text, 'Credential deleted.');
  t.match((await me.press(offAgain, 'Delete', {}, 'the-second')).text, 'Not found');
  offAgain.document.querySelector('[name=method]')?.setAttribute('value', 'NONE_OF_THESE');
  t.match((await me.press(offAgain, 'Deactivate')).text, 'Credential: Invalid option');
});

t.test('Credentials: a secret is shown once, a JWKS URI is set and removed', async (t) => {
  const id = idOf(await registered('With a secret'));
  const path = `${LIST}/${id}/credentials`;
  const shown = await me.press(await me.open(path), 'Add client secret');
  const secret = shown.document.querySelector('#secret')?.textContent ?? '';
  t.equal(secret.length, 64);
  const after = await me.follow(shown, 'Back to Credentials');
  t.match(after.text, 'Client secretshown when it was madeACTIVE');
  t.notMatch(after.markup, secret);
  const mixed = await me.press(after, 'Save', { 'JWKS URI': 'https://agent.example/jwks' });
  t.match(mixed.text, 'the active credentials of the agent are of the method CLIENT_SECRET');
  t.match(
    (await me.press(after, 'Save', { 'JWKS URI': 'ftp://agent.example' })).text,
    'JWKS URI: is no http or https URL',
  );
  await me.press(after, 'Add client secret');
  const third = await me.press(after, 'Add client secret');
  t.match(third.text, 'more than 2 are not kept');
  const other = `${LIST}/${idOf(await registered('With a JWKS URI'))}/credentials`;
  const set = await me.press(await me.open(other), 'Save', { 'JWKS URI': 'https://agent.example/jwks' });
  t.match(set.text, 'JWKS URI saved.');
  t.match(set.text, 'https://agent.example/jwks');
  const removed = await me.press(set, 'Remove');
  t.match(removed.text, 'JWKS URI removed.');
  t.match((await me.press(set, 'Remove')).text, 'Not found');
  const linked = await me.open(`${LIST}/${EXAMPLE.linkedAgentId}/credentials`);
  t.match(linked.text, 'proves who it is by the credentials of that application');
});

t.test('an agent known by its client id alone', async (t) => {
  const file = editedOrg((file) => {
    const [agent] = file.agents ?? [];
    Object.assign(agent as object, { credentials: [{ type: 'CLIENT_ID_ONLY' }] });
  });
  const other = await startTestOrg({ org: file });
  t.teardown(() => other.close());
  const page = await consoleAt(other).open(`${LIST}/${EXAMPLE.agentId}/credentials`);
  t.match(page.text, 'Client ID onlyproves nothingACTIVE');
});

t.test('Delegations: a caller is searched for, added, and removed', async (t) => {
  const id = idOf(await registered('With callers'));
  const path = `${LIST}/${id}/delegations`;
  const adding = await me.follow(await me.open(path), 'Add Caller');
  t.match((await me.press(adding, 'Add Caller')).text, 'No application is chosen');
  t.match(
    (await me.press(adding, 'Search', { 'Search for an application': 'nothing' })).text,
    'No application that could',
  );
  const found = await me.press(adding, 'Search', { 'Search for an application': 'claude' });
  t.notMatch(found.text, 'Figma');
  const added = await me.press(found, 'Add Caller', { Application: 'Claude' });
  t.match(added.text, 'Caller added');
  t.match(added.text, 'ClaudeSAML assertion, by way of a refresh tokenOkta Org Authorization Server');
  const again = await me.press(found, 'Add Caller', { Application: 'Claude' });
  t.match(again.text, 'the application is a caller of the agent already');
  const oidc = await me.press(await me.open(`${path}/add`), 'Add Caller', { Application: 'Claude (OIDC)' });
  t.match(oidc.text, 'Claude (OIDC)ID token');
  const removed = await me.press(oidc, 'Remove caller', {}, 'SAML');
  t.match(removed.text, 'Caller removed');
  t.match((await me.press(oidc, 'Remove caller', {}, 'SAML')).text, 'Not found');
  found.document.querySelector('[name=app]')?.setAttribute('value', '0oaGone');
  t.match((await me.press(found, 'Add Caller', { Application: 'Claude' })).text, '0oaGone');
  const linked = await me.open(`${LIST}/${EXAMPLE.linkedAgentId}/delegations`);
  t.match(linked.text, 'its own sign-ins count, without a caller');
});

t.test('Resource Connections: to an application, by every condition, changed, off, on, deleted', async (t) => {
  const id = idOf(await registered('With connections'));
  const path = `${LIST}/${id}/resource-connections`;
  const adding = await me.follow(await me.open(path), 'Application');
  t.match((await me.press(adding, 'Add')).text, 'Application instance: none is chosen');
  const chosen = { 'Application instance': 'Figma' };
  t.match((await me.press(adding, 'Add', chosen)).text, 'Client ID at resource: it is missing');
  t.match((await me.press(adding, 'Search', { Search: 'nothing' })).text, 'No application with Enable XAA');
  const off = await me.open(`${path}/add`);
  off.document.querySelector('[name=target]')?.setAttribute('value', '0oaClaudeOidc0000001');
  const notEnabled = await me.press(off, 'Add', { ...chosen, 'Client ID at resource': 'c1' });
  t.match(notEnabled.text, 'Enable XAA is off for "Claude (OIDC)"', 'switched off meanwhile');
  const found = await me.press(adding, 'Search', { Search: 'FIGMA' });
  t.notMatch(found.text, 'Asana');
  const wrong = await me.press(found, 'Add', {
    ...chosen,
    'Client ID at resource': 'c1',
    'Scope Condition': 'Only allow',
  });
  t.match(wrong.text, 'INCLUDE_ONLY needs names of scopes');
  t.match(
    (await me.press(found, 'Add', { ...chosen, 'Client ID at resource': ' ' })).text,
    'Client ID at resource: is blank',
  );
  const added = await me.press(wrong, 'Add', { ...chosen, Scopes: 'files:read files:write' });
  t.match(added.text, 'Resource connection added. It is active.');
  t.match(added.text, 'Client ID at resourcec1Scope ConditionOnly allow: files:read files:write');
  t.match(added.text, 'Without a caller: the exchange would be refused');
  const again = await me.press(found, 'Add', { ...chosen, 'Client ID at resource': 'c1' });
  t.match(again.text, 'already', 'one connection to each');
  const edit = await me.follow(added, 'Edit, and every rule');
  t.match(edit.text, 'Every rule, without a caller');
  t.equal(edit.document.querySelector('#scopes')?.getAttribute('value'), 'files:read files:write');
  t.match((await me.press(edit, 'Save', { Scopes: '*' })).text, 'needs names of scopes');
  t.match((await me.press(edit, 'Save', { Scopes: 'x'.repeat(300) })).text, 'Scopes: Too big');
  const saved = await me.press(edit, 'Save', {
    ...{
      'Scope Condition': 'Allow all',
      Scopes: '',
      'Client ID at resource': 'c2',
      'Resource indicator': 'https://r.example',
    },
  });
  t.match(saved.text, 'Resource connection saved.');
  const [connection] = (await api(`/ai-agents/${id}/connections`)).data;
  t.match(connection, {
    scopeCondition: 'ALL_SCOPES',
    clientIdAtResource: 'c2',
    resourceIndicator: 'https://r.example',
  });
  const inactive = await me.press(saved, 'Deactivate');
  t.match(inactive.text, 'exchanges for it are refused');
  const on = await me.press(inactive, 'Activate', {}, 'Edit, and every rule');
  t.match(on.text, 'Resource connection activated.');
  const gone = await me.press(on, 'Delete connection');
  t.match(gone.text, 'Resource connection deleted.');
  t.equal((await me.press(on, 'Delete connection')).status, 404);
  t.equal((await me.open(`${path}/mcnGone`)).status, 404);
});

t.test('Resource Connections: to a custom authorization server', async (t) => {
  const id = idOf(await registered('To a server'));
  const path = `${LIST}/${id}/resource-connections`;
  const adding = await me.follow(await me.open(path), 'Authorization server');
  t.match((await me.press(adding, 'Add')).text, 'Authorization server: none is chosen');
  t.match((await me.press(adding, 'Search', { Search: 'nothing' })).text, 'No authorization server of this org');
  const added = await me.press(adding, 'Add', { 'Authorization server': 'default' });
  t.match(added.text, `Issuer URL${org.issuer}/oauth2/default`);
  t.match(added.text, 'none: the AI Agent ID');
  const edit = await me.follow(added, 'Edit, and every rule');
  t.equal(edit.document.querySelector('#clientId'), null, 'the agent is known there by its own id');
  t.match((await me.press(edit, 'Save')).text, 'Resource connection saved.');
});

t.test('whether it would work for a person, and the reason of a tick that is not green', async (t) => {
  const path = `${LIST}/${EXAMPLE.agentId}/resource-connections`;
  const page = await me.open(path);
  const alice = await me.press(page, 'Check', { 'Would it work for': 'alice@example.com' });
  t.match(alice.text, 'Signed in to Claude (OIDC): the exchange would succeed.');
  const dave = await me.press(page, 'Check', { 'Would it work for': 'dave@example.com' });
  t.match(dave.text, /The user is assigned to .* user-assigned-to/);
  const nobody = await me.press(page, 'Check', { 'Would it work for': 'nobody' });
  t.match(nobody.text, 'No one has the login nobody');
  t.match(
    page.text,
    /✗ General > SAML Settings > Name ID Format is EmailAddress/,
    'Granola, against the guide’s advice',
  );
});

t.test('the NOTE: an Issuer URL that was changed breaks the connection until it is made anew', async (t) => {
  const file = exampleOrg();
  const changed = await startTestOrg({ org: file });
  t.teardown(() => changed.close());
  const admin = consoleAt(changed);
  const path = `${LIST}/${EXAMPLE.agentId}/resource-connections`;
  const found = await changed.fetch('/api/v1/apps?q=Figma', { headers: SSWS });
  const [app] = found.body;
  const { _links, ...body } = app;
  body.profile = { xaa: { ...body.profile.xaa, issuerUrl: 'https://new.figma.example' } };
  const put = await changed.fetch(`/api/v1/apps/${app.id}`, {
    ...{ method: 'PUT', body: JSON.stringify(body) },
    headers: { ...SSWS, 'content-type': 'application/json' },
  });
  t.equal(put.status, 200);
  const broken = await admin.open(path);
  t.match(broken.text, 'The Issuer URL of Figma is https://new.figma.example now');
  t.match(broken.text, 'The Issuer URL has not changed since the connection was made');
});

t.test('an agent of many connections shows as many as a page holds', async (t) => {
  const file = editedOrg((file) => {
    const [agent] = file.agents as unknown as { resourceConnections: object[] }[];
    const applications = file.applications as object[];
    for (let index = 0; index < 60; index++) {
      const issuerUrl = `https://auth${index}.example`;
      applications.push({ label: `App ${index}`, saml: SAML, xaa: { enabled: true, issuerUrl } });
      agent?.resourceConnections.push({
        application: `App ${index}`,
        clientIdAtResource: 'c',
        scopeCondition: 'ALL_SCOPES',
      });
    }
  });
  const many = await startTestOrg({ org: file });
  t.teardown(() => many.close());
  const page = await consoleAt(many).open(`${LIST}/${EXAMPLE.agentId}/resource-connections`);
  t.match(page.text, /\d+ more are not shown/);
  t.ok(page.markup.length < 100_000, `${page.markup.length} characters`);
});
const SAML = { ssoAcsUrl: 'https://app.example/acs', audience: 'https://app.example' };

t.test('in an org of its own, every link stays there', async (t) => {
  const made = await org.fetch('/_mock/orgs', {
    ...{ method: 'POST', body: JSON.stringify({ id: 'second' }) },
    headers: { ...SSWS, 'content-type': 'application/json' },
  });
  const second = consoleAt({ issuer: made.body.issuer });
  const page = await registered('Only in the second', 'Alice', second);
  t.match(page.text, 'AI agent registered.');
  const links = [...page.document.querySelectorAll('a')].map((one) => one.getAttribute('href') ?? '');
  t.strictSame(
    links.filter((link) => !link.startsWith('/orgs/second/') && link !== '#content'),
    [],
  );
  t.notMatch((await me.open(LIST)).text, 'Only in the second');
});
