/** The doors of *Directory > People*: the list, and *Add person*. */
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { createUser } from '../../admin/users.js';
import { personPath } from '../../console/listing.js';
import { newPersonPage, peoplePage } from '../../console/people.js';
import { ATTRIBUTE_LABELS } from '../../console/person.js';
import { users } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { CreateRequest } from '../management/user-requests.js';
import { chosen, textsOfUser } from './choosing.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';
import { PERSON } from './person-page.js';

const LIST = consolePage({
  url: '/console/people',
  show({ at, view, value }) {
    const all = view.list(users);
    const status = value('status');
    const rows = all.filter((user) => status === '' || user.status === status);
    return peoplePage({ at, value, found: chosen(rows, value('q'), textsOfUser), some: all.length > 0 });
  },
});

const profileLabels = Object.entries(ATTRIBUTE_LABELS).map(([name, label]) => [`profile.${name}`, label]);
const LABELS = { ...ATTRIBUTE_LABELS, ...Object.fromEntries(profileLabels), credentials: 'Password' };

async function add(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const { value, form } = call;
  const [firstName, lastName, login, email] = ['firstName', 'lastName', 'login', 'email'].map((name) => value(name));
  const sent = asked(
    CreateRequest,
    { profile: { firstName, lastName, login, email }, credentials: { password: { value: form.get('password') } } },
    LABELS,
  );
  if (isAdminRefusal(sent)) return sent;
  const { profile, credentials: password } = sent;
  const activate = form.get('activate') === 'on';
  const user = labelled(
    await createUser(call, { profile, password, groupIds: [], activate, passwordExpired: false }),
    LABELS,
  );
  return isAdminRefusal(user) ? user : { to: personPath(user.id), done: 'person-added' };
}

const NEW = consolePage({
  url: '/console/people/new',
  show: ({ at, value }) => newPersonPage(at, value),
  acts: { add },
});

export const PEOPLE_PAGES: readonly Endpoint[] = [LIST, NEW, PERSON];
