/** `/api/v1/groups`: shapes, lists, members, refusals, events. */
import t from 'tap';
import { apiOf, eventsOf, pagesOf, refusedWith } from '../../support/api.js';
import { startTestOrg } from '../../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const GROUPS = '/api/v1/groups';
const ENGINEERING = '00gEngineering000001';
const ALICE = '00uAlice000000000001';

t.test('a group has the shape of Okta', async (t) => {
  const { body } = await api.get(`${GROUPS}/${ENGINEERING}`);
  const at = `${org.issuer}${GROUPS}/${ENGINEERING}`;
  t.strictSame(body, {
    id: ENGINEERING,
    created: body.created,
    lastUpdated: body.created,
    lastMembershipUpdated: body.created,
    objectClass: ['okta:user_group'],
    type: 'OKTA_GROUP',
    profile: { name: 'Engineering', description: null },
    _links: { users: { href: `${at}/users` }, apps: { href: `${at}/apps` } },
  });
});

t.test('created, replaced and deleted, each with its event', async (t) => {
  const profile = { name: 'Sales', description: 'Who sells' };
  let id = '';
  const created = await eventsOf(org, async () => {
    const { status, body } = await api.post(GROUPS, { profile });
    t.strictSame([status, body.profile], [200, profile]);
    id = body.id;
  });
  t.match(id, /^00g\w{17}$/);
  t.strictSame(created, [['group.lifecycle.create', id]]);
  const replaced = await eventsOf(org, async () => {
    const { body } = await api.put(`${GROUPS}/${id}`, { profile: { name: 'Selling', description: null } });
    t.strictSame(body.profile, { name: 'Selling', description: null });
  });
  t.strictSame(replaced, [['group.profile.update', id]]);
  t.strictSame(refusedWith(await api.put(`${GROUPS}/${id}`, { profile: { name: 'Engineering' } })), [
    ...[400, 'E0000001', 'Api validation failed: name'],
  ]);
  await api.put(`${GROUPS}/${id}/users/${ALICE}`);
  const deleted = await eventsOf(org, async () => t.equal((await api.delete(`${GROUPS}/${id}`)).status, 204));
  t.strictSame(deleted, [['group.lifecycle.delete', id]]);
  for (const answer of [
    await api.get(`${GROUPS}/${id}`),
    await api.put(`${GROUPS}/${id}`, { profile }),
    await api.delete(`${GROUPS}/${id}`),
    await api.get(`${GROUPS}/${id}/users`),
    await api.put(`${GROUPS}/${id}/users/${ALICE}`),
    await api.delete(`${GROUPS}/${id}/users/${ALICE}`),
  ]) {
    t.strictSame(refusedWith(answer), [404, 'E0000007', `Not found: Resource not found: ${id} (UserGroup)`]);
  }
});

t.test('members come and go once', async (t) => {
  const path = `${GROUPS}/${ENGINEERING}/users`;
  const carol = '00uCarol000000000001';
  const logins = async () =>
    (await api.get(path)).body.map(({ profile }: { profile: { login: string } }) => profile.login);
  const put = () => api.put(`${path}/${carol}`);
  const twice = async (act: () => Promise<{ status: number }>) => {
    for (const _ of [1, 2]) t.equal((await act()).status, 204);
  };
  t.strictSame(await eventsOf(org, () => twice(put)), [['group.user_membership.add', carol, ENGINEERING]]);
  t.strictSame(await logins(), ['alice@example.com', 'bob@example.com', 'carol@example.com']);
  t.strictSame(await eventsOf(org, () => twice(() => api.delete(`${path}/${carol}`))), [
    ['group.user_membership.remove', carol, ENGINEERING],
  ]);
  t.strictSame(await logins(), ['alice@example.com', 'bob@example.com']);
  t.equal((await api.put(`${path}/00uNobody`)).body.errorSummary, 'Not found: Resource not found: 00uNobody (User)');
  t.equal((await api.delete(`${path}/${ENGINEERING}`)).status, 404);
  await Promise.all(Array.from({ length: 8 }, put));
  t.equal((await logins()).length, 3, 'eight at once put her in once');
});

t.test('lists are narrowed and paged', async (t) => {
  for (const name of ['Team 1', 'Team 2', 'Team 3']) await api.post(GROUPS, { profile: { name } });
  const names = async (query: string) =>
    (await pagesOf(api, `${GROUPS}?${query}`)).map((page) =>
      (page as { profile: { name: string } }[]).map(({ profile }) => profile.name),
    );
  t.strictSame(await names('limit=2'), [
    ['Engineering', 'Team 1'],
    ['Team 2', 'Team 3'],
  ]);
  t.strictSame(await names('limit=3'), [['Engineering', 'Team 1', 'Team 2'], ['Team 3']]);
  t.strictSame(await names('q=team&limit=99999'), [['Team 1', 'Team 2', 'Team 3']]);
  t.strictSame(await names(`filter=${encodeURIComponent('type eq "OKTA_GROUP"')}&limit=4`), [
    ['Engineering', 'Team 1', 'Team 2', 'Team 3'],
  ]);
  t.strictSame(await names(`search=${encodeURIComponent('profile.name sw "team" and not (profile.name co "2")')}`), [
    ['Team 1', 'Team 3'],
  ]);
  t.strictSame((await api.get(`${GROUPS}?after=00gNone`)).body, []);
  for (const query of ['filter=x', 'filter=profile.name%20eq%20%22a%22', 'search=', 'search=nothing%20pr']) {
    t.strictSame(refusedWith(await api.get(`${GROUPS}?${query}`)).slice(0, 2), [400, 'E0000031'], query);
  }
  const members = `${GROUPS}/${ENGINEERING}/users`;
  t.match((await api.get(`${members}?q=a`)).body, { errorCode: 'E0000031', errorCauses: [{ errorSummary: /by q/ }] });
  t.match((await api.get(`${members}?filter=a%20pr`)).body.errorCauses, [{ errorSummary: /takes none/ }]);
  for (const query of ['limit=0', 'limit=x', 'limit=-1', 'limit=1&limit=2']) {
    t.strictSame(
      refusedWith(await api.get(`${GROUPS}?${query}`)),
      [400, 'E0000001', 'Api validation failed: limit'],
      query,
    );
  }
});

t.test('bad input', async (t) => {
  const rows: [unknown, string, string][] = [
    ['{', 'E0000003', 'The request body is not well-formed.'],
    [{}, 'E0000001', 'Api validation failed: profile'],
    [{ profile: { name: '' } }, 'E0000001', 'Api validation failed: profile'],
    [{ profile: { name: ' ' } }, 'E0000001', 'Api validation failed: profile'],
    [{ profile: { name: 'x'.repeat(256) } }, 'E0000001', 'Api validation failed: profile'],
    [{ profile: { name: 7 } }, 'E0000001', 'Api validation failed: profile'],
    [Array(10_000).fill(0), 'E0000001', 'Api validation failed: request'],
  ];
  for (const [body, code, summary] of rows) {
    t.strictSame(refusedWith(await api.post(GROUPS, body)), [400, code, summary]);
  }
  t.equal((await api.post(GROUPS)).body.errorCode, 'E0000003');
});

t.test('who deletes two pages at once, or the last of each, meets every group', async (t) => {
  for (const doomed of ['both pages', 'the last of each']) {
    const org = await startTestOrg();
    t.teardown(() => org.close());
    const api = apiOf(org);
    for (let nth = 0; nth < 8; nth++) await api.post(GROUPS, { profile: { name: `Group ${nth}` } });
    const met = new Set<string>();
    let kept: string[] = [];
    let path: string | undefined = `${GROUPS}?limit=2`;
    for (let page = 1; path; page++) {
      const { body, headers } = await api.get(path);
      const ids: string[] = body.map(({ id }: { id: string }) => id);
      for (const id of ids) met.add(id);
      kept = [...kept, ...(doomed === 'both pages' ? ids : ids.slice(-1))];
      if (page % 2 === 0 || doomed !== 'both pages') {
        for (const id of kept) await api.delete(`${GROUPS}/${id}`);
        kept = [];
      }
      path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    t.equal(met.size, 9, doomed);
  }
});

t.test('who deletes what each page shows meets every group', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const api = apiOf(org);
  for (let nth = 0; nth < 7; nth++) await api.post(GROUPS, { profile: { name: `Group ${nth}` } });
  let pages = 0;
  for (let next: string | undefined = `${GROUPS}?limit=3`; next; pages++) {
    const { body, headers } = await api.get(next);
    for (const { id } of body) await api.delete(`${GROUPS}/${id}`);
    next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  t.equal(pages, 3);
  t.strictSame((await api.get(GROUPS)).body, []);
});
