/** What every change goes through: races, and refusals from where they are seen last. */
import t from 'tap';
import { carryOut, isAdminRefusal, notFound, notValid, refusal, sentencesOf } from '../../src/admin/change.js';
import { startOperation } from '../../src/admin/operations.js';
import { groups } from '../../src/registry/group.js';
import { orgSettings } from '../../src/registry/org-settings.js';
import { insert, type OrgStore } from '../../src/store/port.js';
import { UNKNOWN_PARTY } from '../../src/syslog/event.js';
import { startOpenOrg } from '../support/open-org.js';

const ORIGIN = { ip: '127.0.0.1', userAgent: '', requestId: '', path: '' };
const group = (id: string, name = id) => ({ id, name, description: '', created: '', lastUpdated: '' });

t.test('what a refusal says', async (t) => {
  t.strictSame(sentencesOf(refusal('E0000031')), ['Invalid search criteria.']);
  t.strictSame(sentencesOf(notFound('00gNone', 'UserGroup')), ['Not found: Resource not found: 00gNone (UserGroup)']);
  t.strictSame(sentencesOf(notValid('name', 'one', { errorSummary: 'two', reason: 'R' })), [...['one', 'two']]);
  for (const other of [undefined, null, '', {}, []]) t.notOk(isAdminRefusal(other));
});

t.test('a change that never wins is a failure, and none of it is logged', async (t) => {
  const conflict = async () => ({ kind: 'changed', collection: 'groups', id: 'g' }) as const;
  const org = await startOpenOrg((store: OrgStore) => ({ ...store, commit: conflict }));
  t.teardown(() => org.close());
  const call = { org: org.org, actor: UNKNOWN_PARTY, origin: ORIGIN };
  let rounds = 0;
  const losing = carryOut(call, () => {
    rounds++;
    const event = { eventType: 'group.lifecycle.create', targets: [] } as const;
    return { changes: [insert(groups, group('g'))], events: [event], value: undefined };
  });
  await t.rejects(losing, { message: `A change by an administrator lost ${1000} races` });
  t.equal(rounds, 1000);
  t.match(org.org.log.query({ limit: 10, descending: false }), { events: [] });
});

t.test('a value that may stand once, refused by the store alone', async (t) => {
  const org = await startOpenOrg();
  t.teardown(() => org.close());
  const call = { org: org.org, actor: UNKNOWN_PARTY, origin: ORIGIN };
  const outcome = await carryOut(call, () => {
    return { changes: [insert(groups, group('g', 'Engineering'))], events: [], value: 'made' };
  });
  t.strictSame(sentencesOf(outcome as ReturnType<typeof notValid>), [
    'name: another of the groups of this org has this value already',
  ]);
  const [plan, named] = [
    { changes: [insert(groups, group('g', 'Engineering'))], events: [], value: 'made' },
    notValid('name', 'name: Engineering is there already'),
  ];
  const worked = [plan, named];
  t.equal(await carryOut(call, () => worked.shift() ?? named), named, 'what the change says of it comes first');
});

t.test('an operation that is due in an org that was reset meanwhile is not carried out', async (t) => {
  const org = await startOpenOrg();
  t.teardown(() => org.close());
  const call = { org: org.org, actor: UNKNOWN_PARTY, origin: ORIGIN };
  const [settings] = org.org.store.view().list(orgSettings);
  const behaviour = { ...(settings as NonNullable<typeof settings>).settings, operationDelay: 10 };
  await org.change(orgSettings, (settings as NonNullable<typeof settings>).id, (one) => ({
    ...one,
    settings: behaviour,
  }));
  let worked = 0;
  const work = () => {
    worked++;
    return { changes: [insert(groups, group('g'))], events: [], value: undefined };
  };
  await startOperation(call, { type: 'ai-agent:Register', agentId: 'wlp', work });
  await org.org.store.swap(org.org.store.snapshot());
  while (worked < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(org.org.store.view().get(groups, 'g'), undefined);
});
