/** The door to the page of a person. */
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import { addMember, removeMember } from '../../admin/groups.js';
import { clearSessions, deleteUser, stepsFrom, stepUser, type UserStep } from '../../admin/user-lifecycle.js';
import { findUser, replaceUser, updateUser } from '../../admin/users.js';
import type { Page } from '../../console/frame.js';
import { personPath } from '../../console/listing.js';
import type { Done } from '../../console/notices.js';
import { type ApplicationOfPerson, ATTRIBUTE_LABELS, personPage } from '../../console/person.js';
import { sessions } from '../../grants/records.js';
import { agents } from '../../registry/ai-agent.js';
import { applications } from '../../registry/application.js';
import { assignments } from '../../registry/assignment.js';
import { type Group, groups, memberships } from '../../registry/group.js';
import { SentProfile, type User, UserProfile, users } from '../../registry/user.js';
import { UpdateRequest } from '../management/user-requests.js';
import { chosen } from './choosing.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';
import { groupsThatGive } from './ways.js';

const idOf = (call: ConsoleCall) => call.param('userId');

/** A page of this size is read, not searched. */
const OFFERED = 10;

function applicationsOf({ view }: ConsoleCall, user: User): readonly ApplicationOfPerson[] {
  return view.list(applications).flatMap((app) => {
    const direct = view.get(assignments, `${app.id}:${user.id}`) !== undefined;
    const by = groupsThatGive(view, app.id, user.id);
    return direct || by.length > 0 ? [{ app, direct, groups: by }] : [];
  });
}

const textsOfGroup = ({ id, name }: Group) => [id, name];

function show(call: ConsoleCall): Page | AdminRefusal {
  const { at, org, view } = call;
  const user = findUser(view, idOf(call));
  if (isAdminRefusal(user)) return user;
  const joined = view.findBy(memberships, 'user', user.id).map(({ groupId }) => view.get(groups, groupId) as Group);
  const others = view.list(groups).filter(({ id }) => joined.every((group) => group.id !== id));
  const now = org.clock.now();
  const live = org.store.live.findBy(sessions, 'user', user.id).filter((one) => !one.ended && one.expiresAt > now);
  return personPage({
    ...{ at, user, value: valuesOfForm(call, 'save'), steps: stepsFrom(user), sessions: live.length },
    ...{ groups: joined, otherGroups: chosen(others, call.query.get('q') ?? '', textsOfGroup, OFFERED) },
    applications: chosen(applicationsOf(call, user), '', () => ['']),
    agents: view.list(agents).filter(({ ownerIds }) => ownerIds.includes(user.id)),
  });
}

/** What the refusal of `admin`, or that it was done, leads to. */
async function went(call: ConsoleCall, outcome: Promise<unknown>, done: Done): Promise<Went | AdminRefusal> {
  const refused = labelled(await outcome, ATTRIBUTE_LABELS);
  return isAdminRefusal(refused) ? refused : { to: personPath(idOf(call)), done };
}

const STEPS_DONE: Readonly<Record<UserStep, Done>> = {
  activate: 'person-activated',
  reactivate: 'person-reactivated',
  deactivate: 'person-deactivated',
  suspend: 'person-suspended',
  unsuspend: 'person-unsuspended',
  unlock: 'person-unlocked',
  reset_password: 'password-reset',
  expire_password: 'password-expired',
};

const steps = Object.fromEntries(
  (Object.entries(STEPS_DONE) as [UserStep, Done][]).map(([step, done]) => [
    step,
    (call: ConsoleCall) => went(call, stepUser(call, idOf(call), step), done),
  ]),
);

const ATTRIBUTES = Object.keys(UserProfile.shape);
/** What no profile is without: an empty one is refused, or is an empty name. */
const REQUIRED = ['firstName', 'lastName', 'login', 'email'];

function save(call: ConsoleCall): Promise<Went | AdminRefusal> | AdminRefusal {
  const { form } = call;
  const sent = ATTRIBUTES.map((name) => [name, form.get(name) ?? (REQUIRED.includes(name) ? '' : undefined)]);
  const profile = asked(SentProfile, Object.fromEntries(sent), ATTRIBUTE_LABELS);
  return isAdminRefusal(profile) ? profile : went(call, replaceUser(call, idOf(call), { profile }), 'saved');
}

function setPassword(call: ConsoleCall): Promise<Went | AdminRefusal> | AdminRefusal {
  const value = call.form.get('password');
  if (value === undefined) return notValid('password', 'New password: is empty. Type one.');
  const sent = asked(UpdateRequest, { credentials: { password: { value } } }, { credentials: 'New password' });
  if (isAdminRefusal(sent)) return sent;
  return went(call, updateUser(call, idOf(call), { password: sent.credentials }), 'password-set');
}

/** Who was activated meanwhile is deactivated by it, and not yet deleted: the page says which. */
async function remove(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const outcome = await deleteUser(call, idOf(call));
  if (isAdminRefusal(outcome)) return outcome;
  const isGone = call.org.store.view().get(users, idOf(call)) === undefined;
  return isGone
    ? { to: '/console/people', done: 'person-deleted' }
    : { to: personPath(idOf(call)), done: 'person-deactivated' };
}

export const PERSON = consolePage({
  url: '/console/people/:userId',
  show,
  acts: {
    ...steps,
    save,
    'set-password': setPassword,
    'end-sessions'(call) {
      const tokens = call.form.get('tokens') === 'on';
      return went(
        call,
        clearSessions(call, idOf(call), tokens),
        tokens ? 'sessions-and-tokens-ended' : 'sessions-ended',
      );
    },
    join: (call) => went(call, addMember(call, call.value('group'), idOf(call)), 'group-joined'),
    leave: (call) => went(call, removeMember(call, call.value('group'), idOf(call)), 'group-left'),
    delete: remove,
  },
});
