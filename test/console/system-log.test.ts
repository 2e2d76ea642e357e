/** *Reports > System Log*: what happened, chosen as `/api/v1/logs` chooses, page by page, and one event whole. */
import t, { type Test } from 'tap';
import { consoleAt, type Looked, textOf } from '../support/console.js';
import { controlOf } from '../support/control.js';
import { forgeIdToken } from '../support/forge.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { startTwoOrgs } from '../support/two-orgs.js';

const LOG = '/console/system-log';
const CAROL = '00uCarol000000000001';
const SSWS = { authorization: `SSWS ${EXAMPLE.apiToken}` };
const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);

const rowsOf = (page: Looked) =>
  [...page.document.querySelectorAll('.listing tbody tr')].map((row) => row.textContent ?? '');

/** How many rows there are when the form is sent so. */
async function shown(fields: Record<string, string>): Promise<readonly string[]> {
  return rowsOf(await me.press(await me.open(LOG), 'Show', fields));
}

t.test('when nothing has happened, the page says what would be there', async (t) => {
  const page = await me.open(LOG);
  t.equal(page.title, 'System Log - Example');
  t.match(page.text, 'No event is like this.The org writes one for every token request, sign-in and change.');
});

t.test('each event: what it means, who did it to whom, how it came out, and the rule that refused', async (t) => {
  await org.signIn('alice@example.com');
  const granted = await org.exchange(await forgeIdToken(org));
  const refused = await org.exchange(await forgeIdToken(org, { sub: CAROL }));
  t.same([granted.status, refused.status], [200, 400]);
  const page = await me.open(LOG);
  const [newest = '', before = ''] = rowsOf(page);
  t.match(newest, /Token request\s*app\.oauth2\.token\.grant\s*Exchange [0-9a-f]{8}/);
  t.match(newest, /Claude \(Requester App\) \(AI Agent\)/);
  t.match(newest, /Carol Clark carol@example\.com \(User\)/);
  t.match(newest, /FAILURE token_exchange_incomplete_resource_configuration/);
  t.match(
    newest,
    /The user is assigned to the resource application, directly or by a group\. user-assigned-to-resource/,
  );
  t.match(
    before,
    /ID-JAG issued\s*app\.oauth2\.token\.grant\.id_jag.*Alice Adams.*ID-JAG https:\/\/auth\.figma\.example \(id_jag\).*SUCCESS/s,
  );
  const id = refused.headers.get('x-okta-request-id') as string;
  const exchange = await me.follow(page, `Exchange ${id.slice(0, 8)}`);
  t.equal(exchange.path, `/console/exchanges/${id}`);
  const events = await me.follow(exchange, 'its events in the System Log');
  t.equal(rowsOf(events).length, 1);
  t.equal(events.document.querySelector('#filter')?.getAttribute('value'), `transaction.id eq "${id}"`);
  t.equal(events.document.querySelector('details.wide')?.hasAttribute('open'), true, 'what is asked can be seen');
});

t.test('chosen by words, by what, by outcome, by time, and by a filter; each beside the others', async (t) => {
  const all = (await org.events()).length;
  t.equal((await shown({})).length, all);
  t.equal((await shown({ Words: 'carol@EXAMPLE.com' })).length, 1);
  t.equal((await shown({ What: 'app.oauth2.token.grant.id_jag' })).length, 1);
  t.same((await shown({ Outcome: 'FAILURE' })).length, 1);
  t.same((await shown({ Outcome: 'FAILURE', What: 'app.oauth2.token.grant.id_jag' })).length, 0);
  const filter = 'actor.type eq "AI Agent" or actor.type eq "User"';
  const both = await shown({ 'SCIM filter': filter, Outcome: 'SUCCESS' });
  t.equal(
    both.length,
    (await org.events(String(new URLSearchParams({ filter: `(${filter}) and outcome.result eq "SUCCESS"` })))).length,
  );
  t.ok(both.length > 1 && both.length < all);
  t.equal((await shown({ When: 'The last hour' })).length, all);
  const published = (await org.events()).at(-1).published;
  t.equal((await shown({ Until: '2020-01-01' })).length, 0);
  t.equal((await shown({ Since: published, When: 'The last day' })).length > 0, true);
  const types = [...(await me.open(LOG)).document.querySelectorAll('#type option')].map((one) =>
    one.getAttribute('value'),
  );
  t.same([...types].slice(1).sort(), [...new Set((await org.events()).map(({ eventType }) => eventType))].sort());
});

t.test('how far back is told by the clock of the org', async (t) => {
  const own = await startTestOrg();
  t.teardown(() => own.close());
  await own.post('/oauth2/v1/token', {});
  const control = controlOf(own);
  await control.done('clock', { advance: '2h' });
  const here = consoleAt(own);
  const count = async (When: string) =>
    rowsOf(await here.press(await here.open(LOG), 'Show', { When })).filter((row) => row.includes('token.grant'))
      .length;
  t.same([await count('The last hour'), await count('The last day')], [0, 1]);
});

t.test('a choice that cannot be read is said over the form, as the API says it, and stays', async (t) => {
  const page = await me.press(await me.open(LOG), 'Show', { 'SCIM filter': 'eventType like "x"' });
  const { body } = await org.fetch('/api/v1/logs?filter=eventType+like+%22x%22', { headers: SSWS });
  t.match(page.text, body.errorCauses[0].errorSummary);
  t.equal(page.document.querySelector('#filter')?.getAttribute('value'), 'eventType like "x"');
  t.equal(page.document.querySelector('.listing'), null);
  const dates = await me.press(page, 'Show', { 'SCIM filter': '', Since: 'yesterday', Words: 'x'.repeat(41) });
  t.match(dates.text, /Words: .*|Since: .*/);
  t.match(dates.text, 'Since:');
  t.match(dates.text, 'Words:');
  t.match((await me.open(`${LOG}?type=${encodeURIComponent('") or (uuid pr')}`)).text, 'No event is like this.');
});

t.test('older ones are behind a link, which keeps the choice', async (t) => {
  const many = await startTestOrg();
  t.teardown(() => many.close());
  for (let count = 0; count < 60; count++) await many.post('/oauth2/v1/token', {});
  await many.signIn('alice@example.com');
  const here = consoleAt(many);
  const first = await here.press(await here.open(LOG), 'Show', { Outcome: 'FAILURE' });
  t.equal(rowsOf(first).length, 50);
  t.ok(first.markup.length < 100_000);
  const second = await here.follow(first, 'Older');
  t.equal(rowsOf(second).length, 10);
  t.match(second.path, 'outcome=FAILURE');
  t.equal(second.document.querySelector('.listing + p a'), null, 'and then no more');
  const fresh = await here.press(second, 'Show', { Outcome: 'FAILURE' });
  t.equal(rowsOf(fresh).length, 50, 'a new search begins at the newest');
});

t.test('one event is shown whole, as the API has it', async (t) => {
  const [, , event] = (await org.events()).reverse();
  const page = await me.open(`${LOG}/${event.uuid}`);
  t.match(page.title, event.displayMessage);
  t.same(JSON.parse(textOf(page.document.querySelector('#event') as never)), event);
  t.match(page.text, `Event type${event.eventType}`);
  const failed = (await org.events('filter=outcome.result eq "FAILURE"'))[0];
  const refused = await me.open(`${LOG}/${failed.uuid}`);
  t.match(refused.text, 'The user is assigned to the resource application');
  t.equal((await me.follow(refused, failed.transaction.id)).path, `/console/exchanges/${failed.transaction.id}`);
  for (const uuid of ['nope', '") or (uuid pr', '%22']) {
    t.equal((await me.open(`${LOG}/${encodeURIComponent(uuid)}`)).status, 404, uuid);
  }
});

t.test('an event whose exchange is forgotten has no link to it', async (t) => {
  await org.fetch('/_mock/exchanges', { method: 'DELETE' });
  const page = await me.open(LOG);
  t.notMatch(page.text, /Exchange [0-9a-f]{8}/);
  t.match(rowsOf(page)[0], /Token requests forgotten\s*mock\.inbox\.clear/);
  const [failed] = await org.events('filter=outcome.result eq "FAILURE"');
  t.notMatch((await me.open(`${LOG}/${failed.uuid}`)).markup, '/console/exchanges/');
});

t.test('a row names four targets at most, and says how many more there are', async (t) => {
  const owners = await me.open(`/console/ai-agents/${EXAMPLE.agentId}/owners`);
  const People = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin'];
  await me.press(owners, 'Assign', { People });
  const [newest = ''] = rowsOf(await me.open(LOG));
  t.match(newest, /Owners of a resource changed.*and \d more/s);
  const [event] = await org.events('filter=eventType eq "resource.owner.update"');
  t.match(newest, `and ${event.target.length - 4} more`);
});

t.test('whatever somebody sends stays text', async (t) => {
  const evil = '<script>alert(1)</script>';
  await org.post('/oauth2/v1/token', { grant_type: evil, audience: evil, scope: evil }, { 'user-agent': evil });
  const page = await me.press(await me.open(LOG), 'Show', { Words: evil });
  t.equal(rowsOf(page).length, 1);
  t.notMatch(page.markup, evil);
  const [event] = (await org.events()).reverse();
  const one = await me.open(`${LOG}/${event.uuid}`);
  t.notMatch(one.markup, evil);
  t.match(one.text, evil, 'in the JSON');
});

t.test('each org has its own log', async (t) => {
  const { main, two } = await startTwoOrgs(t as Test);
  const answer = await two.exchange(await forgeIdToken(two, { sub: CAROL }));
  const there = consoleAt(two);
  t.equal(rowsOf(await consoleAt(main).open(LOG)).length, 0);
  const page = await there.open(LOG);
  t.equal(rowsOf(page).length, 1);
  const id = answer.headers.get('x-okta-request-id') as string;
  t.equal((await there.follow(page, `Exchange ${id.slice(0, 8)}`)).path, `/console/exchanges/${id}`);
  for (const link of page.document.querySelectorAll('main a')) t.match(link.getAttribute('href'), '/orgs/two/');
});
