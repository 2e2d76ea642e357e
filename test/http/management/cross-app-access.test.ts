/** `/api/v1/apps/{appId}/cwo/connections`, the API of the first beta. */
import t from 'tap';
import { apiOf, causesOf, eventsOf, pagesOf, refusedWith } from '../../support/api.js';
import { type Answer, EXAMPLE, startTestOrg } from '../../support/org.js';
import { editedOrg } from '../../support/org-edits.js';

const FIGMA = '0oaFigma000000000001';
const ASANA = '0oaAsana000000000001';
const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const path = (appId: string, id = '') => `/api/v1/apps/${appId}/cwo/connections${id && `/${id}`}`;
const ends = (requestingAppInstanceId: string, resourceAppInstanceId: string) => ({
  requestingAppInstanceId,
  resourceAppInstanceId,
});

t.test('two applications are connected, seen from both, and parted', async (t) => {
  let made: Answer['body'];
  const events = await eventsOf(org, async () => {
    const { status, body } = await api.post(path(FIGMA), ends(EXAMPLE.appId, FIGMA));
    t.equal(status, 201);
    made = body;
  });
  t.match(made.id, /^cwo\w{17}$/);
  t.strictSame(made, {
    ...{ id: made.id, ...ends(EXAMPLE.appId, FIGMA), status: 'ACTIVE' },
    ...{ created: made.created, lastUpdated: made.created },
  });
  t.strictSame(events, [['app.cross_app_access.connection.create', made.id, EXAMPLE.appId, FIGMA]]);
  for (const appId of [EXAMPLE.appId, FIGMA]) {
    t.strictSame((await api.get(path(appId))).body, [made]);
    t.strictSame((await api.get(path(appId, made.id))).body, made);
  }
  t.strictSame(refusedWith(await api.get(path(ASANA, made.id))), [
    ...[404, 'E0000007', `Not found: Resource not found: ${made.id} (Connection)`],
  ]);
  const patch = (status: string) => api.patch(path(FIGMA, made.id), { status }, 'application/json');
  const updated = await eventsOf(org, async () => {
    for (const _ of [1, 2]) t.strictSame((await patch('INACTIVE')).body.status, 'INACTIVE');
  });
  t.strictSame(updated, [['app.cross_app_access.connection.update', made.id, EXAMPLE.appId, FIGMA]]);
  const gone = await eventsOf(org, async () => t.equal((await api.delete(path(FIGMA, made.id))).status, 204));
  t.strictSame(gone, [['app.cross_app_access.connection.delete', made.id, EXAMPLE.appId, FIGMA]]);
  for (const answer of [await patch('ACTIVE'), await api.delete(path(FIGMA, made.id))]) t.equal(answer.status, 404);
});

t.test('what is refused', async (t) => {
  await api.post(path(FIGMA), { ...ends(EXAMPLE.appId, FIGMA), status: 'INACTIVE' });
  const rows: [string, object, RegExp][] = [
    [FIGMA, ends(EXAMPLE.appId, FIGMA), /connected already, by cwo/],
    [FIGMA, ends(FIGMA, FIGMA), /no connection to itself/],
    [ASANA, ends(EXAMPLE.appId, FIGMA), /one of the two ends/],
  ];
  for (const [appId, body, cause] of rows) {
    const answer = await api.post(path(appId), body);
    t.strictSame(refusedWith(answer), [400, 'E0000001', 'Api validation failed: Connection']);
    t.match(causesOf(answer)[0], cause);
  }
  for (const [appId, body] of [
    ['no', ends(EXAMPLE.appId, FIGMA)],
    [FIGMA, ends('no', FIGMA)],
    [FIGMA, ends(FIGMA, 'no')],
  ] as const) {
    t.strictSame(refusedWith(await api.post(path(appId), body)), [
      ...[404, 'E0000007', 'Not found: Resource not found: no (AppInstance)'],
    ]);
  }
  t.equal((await api.get(path('no'))).status, 404);
  t.equal((await api.get(path('no', 'x'))).status, 404);
  t.equal((await api.post(path(FIGMA), {})).body.errorCode, 'E0000001');
  const [{ id }] = (await api.get(path(FIGMA))).body;
  t.equal((await api.patch(path(FIGMA, id), { status: 'GONE' }, 'application/json')).body.errorCode, 'E0000001');
  t.equal((await api.patch(path(FIGMA, id), { status: 'ACTIVE' })).body.errorCode, 'E0000021', 'no merge patch');
});

t.test('at once one connection is made; lists are paged', async (t) => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => api.post(path(ASANA), ends(EXAMPLE.appId, ASANA))));
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 400, 400, 400, 400, 400]);
  const pages = await pagesOf(api, `${path(EXAMPLE.appId)}?limit=1`);
  t.strictSame(
    pages.map((page) => (page as { resourceAppInstanceId: string }[]).map((row) => row.resourceAppInstanceId)),
    [[FIGMA], [ASANA]],
  );
});

t.test('an org file has them, too', async (t) => {
  const org = await startTestOrg({
    org: editedOrg((file) => {
      file.crossAppAccessConnections = [
        { requestingApplication: 'Claude', resourceApplication: 'Figma' },
        { id: 'cwoNamed', requestingApplication: 'Claude', resourceApplication: ASANA, status: 'INACTIVE' },
      ];
    }),
  });
  t.teardown(() => org.close());
  const { body } = await apiOf(org).get(path('0oaClaudeSaml0000001'));
  t.match(body, [
    { id: /^cwo\w{17}$/, ...ends('0oaClaudeSaml0000001', FIGMA), status: 'ACTIVE' },
    { id: 'cwoNamed', ...ends('0oaClaudeSaml0000001', ASANA), status: 'INACTIVE' },
  ]);
});
