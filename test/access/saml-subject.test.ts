/** Who a user is at a SAML application, from the records of an org. */
import t from 'tap';
import { attributesAt, nameIdAt, userNameAt } from '../../src/access/saml-subject.js';
import { COLLECTIONS } from '../../src/collections.js';
import { readOrg } from '../../src/org-source.js';
import { type Application, applications } from '../../src/registry/application.js';
import { type User, users } from '../../src/registry/user.js';
import { memoryStore } from '../../src/store/memory.js';
import { editedOrg, samlIn } from '../support/org-edits.js';

const store = memoryStore(COLLECTIONS).org('main');
const file = editedOrg((file) => {
  Object.assign(samlIn(file, 'Asana'), {
    ...{ usernameFormat: 'CUSTOM', usernameExpression: 'org.subDomain + "/" + user.login', spNameQualifier: true },
    attributeStatements: [
      { type: 'EXPRESSION', name: 'account', values: ['appuser.userName'] },
      { type: 'GROUP', name: 'groups', filterType: 'STARTS_WITH', filterValue: 'Eng' },
    ],
  });
  for (const app of file.applications ?? []) {
    if (app.label === 'Figma') app.users = [{ user: 'alice@example.com', userName: 'a.adams' }];
    if (app.label === 'Atlassian') app.users = [{ user: 'alice@example.com', userName: 'adams' }];
  }
});
await store.swap(readOrg(file, '2026-01-01T00:00:00.000Z').records);
const view = store.view();
const alice = view.get(users, '00uAlice000000000001') as User;
const app = (label: string) => view.findBy(applications, 'label', label)[0] as Application;
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

t.test('by the format, by the assignment, and at an application without SAML', async (t) => {
  const audience = 'https://asana.example/saml';
  t.strictSame(nameIdAt(view, app('Asana'), alice), {
    ...{ value: 'example/alice@example.com', format: EMAIL, spNameQualifier: audience },
  });
  t.strictSame(nameIdAt(view, app('Figma'), alice), { value: 'a.adams', format: EMAIL });
  t.equal(nameIdAt(view, app('Atlassian'), alice), undefined);
  t.strictSame(
    ['Asana', 'Figma', 'Atlassian', 'Claude (OIDC)'].map((label) => userNameAt(view, app(label), alice)),
    ['example/alice@example.com', 'a.adams', 'adams', 'alice@example.com'],
  );
});

t.test('attributes: of the user, of the application user, of the groups', async (t) => {
  const nameFormat = 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified';
  t.strictSame(attributesAt(view, app('Asana'), alice), {
    attributes: [
      { name: 'account', nameFormat, values: ['example/alice@example.com'] },
      { name: 'groups', nameFormat, values: ['Engineering'] },
    ],
    problems: [],
  });
  t.strictSame(attributesAt(view, app('Claude (OIDC)'), alice), { attributes: [], problems: [] });
});
