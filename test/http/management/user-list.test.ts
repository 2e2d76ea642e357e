/** `GET /api/v1/users`: `q`, `filter`, `search`, order and pages. */
import t from 'tap';
import { type Api, apiOf, pagesOf } from '../../support/api.js';
import { keepOrgs, startTestOrg } from '../../support/org.js';

const { keep } = keepOrgs(t);
const USERS = '/api/v1/users';

async function refused(api: Api, query: string) {
  const { status, body } = await api.get(`${USERS}?${query}`);
  return [status, body.errorCode];
}

t.test('lists are narrowed, ordered and paged', async (t) => {
  const lists = apiOf(keep(await startTestOrg()));
  const logins = async (query: string) =>
    (await pagesOf(lists, `${USERS}?${query}`)).map((page) =>
      (page as { profile: { login: string } }[]).map(({ profile }) => profile.login.split('@')[0]),
    );
  const asked = (name: string, text: string) => `${name}=${encodeURIComponent(text)}`;
  t.strictSame(await logins('limit=3'), [['alice', 'bob', 'carol'], ['dave', 'erin', 'frank'], ['olivia.admin']]);
  t.strictSame(await logins('q=BO'), [['bob']], 'by first name, in any case');
  t.strictSame(await logins('q=olivia.a'), [['olivia.admin']], 'by email');
  t.strictSame(await logins('q=dav'), [['dave']]);
  t.strictSame(await logins('q=ams'), [[]], 'from its start only');
  t.strictSame(await logins('q=foster'), [['frank']], 'by last name');
  t.strictSame(await logins(asked('filter', 'status eq "SUSPENDED" or profile.lastName eq "Adams"')), [
    ['alice', 'frank'],
  ]);
  t.strictSame(await logins(asked('search', 'profile.login co "@example" and not (status eq "ACTIVE")')), [['frank']]);
  t.strictSame(await logins(asked('search', 'activated pr and type.id eq "otyDefaultUserType01"')), [
    ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'olivia.admin'],
  ]);

  const some = asked('search', 'profile.firstName lt "D"');
  t.strictSame(await logins(`${some}&sortBy=profile.firstName&sortOrder=desc&limit=2`), [['carol', 'bob'], ['alice']]);
  t.strictSame(await logins(`${some}&sortBy=profile.lastName`), [['alice', 'bob', 'carol']]);
  t.strictSame(await logins(`${some}&sortBy=status&sortOrder=desc`), [['carol', 'bob', 'alice']], 'then by id');
  t.strictSame(await logins(`${some}&sortBy=no.thing.here`), [['alice', 'bob', 'carol']]);
  t.strictSame(await logins('sortBy=profile.login&sortOrder=desc&limit=200'), [
    ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'olivia.admin'],
  ]);

  for (const query of [
    asked('filter', 'created pr'),
    asked('filter', 'profile.title pr'),
    asked('search', 'credentials pr'),
    'search=x',
  ]) {
    t.strictSame(await refused(lists, query), [400, 'E0000031'], query);
  }
  t.equal((await lists.get(`${USERS}?limit=0`)).body.errorSummary, 'Api validation failed: limit');

  await lists.delete(`${USERS}/bob@example.com`);
  const left = [['alice', 'carol', 'dave', 'erin', 'frank', 'olivia.admin']];
  t.strictSame(await logins(''), left, 'who was deactivated is left out');
  t.strictSame(await logins('q=bob'), [[]]);
  t.strictSame(await logins(asked('filter', 'profile.firstName eq "Bob"')), [['bob']], 'but found when asked for');
  t.strictSame(await logins(asked('search', 'status eq "DEPROVISIONED"')), [['bob']]);
  const page = await lists.get(`${USERS}?limit=1`);
  await lists.delete(`${USERS}/alice@example.com`);
  const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] as string;
  t.equal(
    (await lists.get(next)).body[0].profile.firstName,
    'Carol',
    'a list goes on behind who was deactivated since',
  );
});

t.test('a page has 200 users at most, and 10 when the list is asked by q', async (t) => {
  const many = apiOf(keep(await startTestOrg()));
  for (let at = 0; at < 200; at++)
    await many.post(USERS, {
      profile: { login: `many${at}`, email: 'm@example.com', firstName: 'Many', lastName: 'M' },
    });
  const sizes = async (query: string) => (await pagesOf(many, USERS + query)).map((page) => page.length);
  t.strictSame(await sizes(''), [200, 7]);
  t.strictSame(await sizes('?limit=500'), [200, 7]);
  t.equal((await many.get(`${USERS}?q=many`)).body.length, 10);
  t.equal((await many.get(`${USERS}?q=many&limit=30`)).body.length, 30);
});
