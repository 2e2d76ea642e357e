/** The door of orgs beside the main one, and of the states of the org that is asked. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { ORG_LABELS, orgsPage, STAYS } from '../../console/orgs.js';
import { createOrg, deleteOrg, OrgRequest, type OrgShown, orgShown } from '../../control/made-orgs.js';
import {
  deleteSnapshot,
  listSnapshots,
  resetOrg,
  restoreSnapshot,
  SnapshotName,
  takeSnapshot,
} from '../../control/states.js';
import { settingsOf } from '../../org.js';
import { exportOrg } from '../../registry/org-export.js';
import { developmentKeys } from '../../shipped.js';
import { splitOrg } from '../org-of-request.js';
import { chosen } from './choosing.js';
import { textIn, writtenJson } from './form-values.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

const ORGS = '/console/orgs';

const isMain = ({ org, orgs }: ConsoleCall) => org === orgs.main;

/** The newest first. */
function madeOf({ orgs, query }: ConsoleCall) {
  const all = orgs.list().map(orgShown).toReversed();
  const shown = chosen(all, textIn(query, 'q'), ({ id, name }: OrgShown) => [id, name]);
  return { shown, count: all.length, most: orgs.most };
}

function showOrgs(call: ConsoleCall) {
  const { at, value, org } = call;
  return orgsPage({
    ...{ at, searching: value, creating: valuesOfForm(call, 'create'), taking: valuesOfForm(call, 'take') },
    ...{ name: settingsOf(org).name, snapshots: listSnapshots(org).toReversed() },
    made: isMain(call) ? madeOf(call) : undefined,
  });
}

type Act = (call: ConsoleCall) => Promise<Went | AdminRefusal>;

const ELSEWHERE = notValid('org', 'Orgs are created and deleted at the console of the main org.');

/** An org that was made does not see the others. */
const atMain =
  (act: Act): Act =>
  async (call) =>
    isMain(call) ? act(call) : ELSEWHERE;

async function create(call: ConsoleCall) {
  const { form } = call;
  const ttl = form.get('ttl');
  const text = form.get('file');
  const file = text === undefined ? { json: undefined } : writtenJson(text, ORG_LABELS.file);
  if (isAdminRefusal(file)) return file;
  const input = {
    ...{ id: form.get('id'), from: form.get('from'), file: file.json },
    ...{ ttl: ttl === STAYS ? null : ttl, freshKeys: form.get('freshKeys') === 'on' },
  };
  const request = asked(OrgRequest, input, ORG_LABELS);
  if (isAdminRefusal(request)) return request;
  const made = labelled(await createOrg(call, call.orgs, request), ORG_LABELS);
  return isAdminRefusal(made) ? made : ({ to: ORGS, done: 'org-made' } as const);
}

/** A button beside the name of something. */
const named =
  (member: string, act: (call: ConsoleCall, name: string) => Promise<AdminRefusal | Went> | AdminRefusal | Went): Act =>
  async (call) =>
    act(call, textIn(call.form, member));

async function take(call: ConsoleCall) {
  const name = asked(SnapshotName, call.form.get('name'), { '': ORG_LABELS.snapshot });
  if (isAdminRefusal(name)) return name;
  const taken = await takeSnapshot(call, name);
  return isAdminRefusal(taken) ? taken : ({ to: ORGS, done: 'snapshot-taken' } as const);
}

async function restore(call: ConsoleCall, name: string) {
  const restored = await restoreSnapshot(call, name);
  return isAdminRefusal(restored) ? restored : ({ to: ORGS, done: 'snapshot-restored' } as const);
}

async function reset(call: ConsoleCall): Promise<Went> {
  await resetOrg(call);
  return { to: ORGS, done: 'org-reset' };
}

function exported({ org, request }: ConsoleCall): Went {
  const file = exportOrg(org.store.view(), developmentKeys());
  const { orgId = 'org' } = splitOrg(request.originalUrl);
  return { file: `${JSON.stringify(file, null, 2)}\n`, name: `${orgId}.json`, type: 'application/json; charset=utf-8' };
}

export const ORG_PAGE = consolePage({
  url: ORGS,
  show: showOrgs,
  outOfTurn: true,
  acts: {
    create: atMain(create),
    delete: atMain(named('id', (call, id) => deleteOrg(call, call.orgs, id) ?? { to: ORGS, done: 'org-deleted' })),
    ...{ take, reset, export: exported },
    restore: named('snapshot', restore),
    forget: named(
      'snapshot',
      async (call, name) => (await deleteSnapshot(call, name)) ?? { to: ORGS, done: 'snapshot-deleted' },
    ),
  },
});
