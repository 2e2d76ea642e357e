/** Who a user is at a SAML application: the user name, by each format and for each that fails, and the NameID. */
import t from 'tap';
import type { Person } from '../../src/registry/expression-names.js';
import { nameIdOf } from '../../src/registry/name-id.js';
import { NameIdFormat, SamlSettings } from '../../src/registry/saml-settings.js';
import type { User } from '../../src/registry/user.js';
import { applicationUsername, givesEmail, type UserNameSettings } from '../../src/registry/username-format.js';

const profile: User['profile'] = {
  ...{ login: 'A.Adams@corp.example', email: 'Alice@Example.com', firstName: 'Alice', lastName: 'Adams' },
  ...{ locale: 'en_US', timezone: 'UTC', department: 'R&D' },
};
const user: User = {
  ...{ id: '00uAlice', status: 'ACTIVE', profile, created: '', lastUpdated: '', statusChanged: '' },
};
const ALICE: Person = { user, orgName: 'Acme, Inc.' };

const named = (usernameFormat: UserNameSettings['usernameFormat'], more: object = {}) =>
  applicationUsername({ usernameFormat, ...more }, ALICE);
const custom = (usernameExpression: string) => named('CUSTOM', { usernameExpression });

t.test('each built-in format', async (t) => {
  const formats = {
    OKTA_USERNAME: 'A.Adams@corp.example',
    OKTA_USERNAME_PREFIX: 'A.Adams',
    EMAIL: 'Alice@Example.com',
    EMAIL_LOWERCASE: 'alice@example.com',
    EMAIL_PREFIX: 'Alice',
  } as const;
  for (const [format, name] of Object.entries(formats)) {
    t.equal(named(format as keyof typeof formats), name);
    t.equal(named(format as keyof typeof formats, { usernameSuffix: '.test' }), `${name}.test`);
  }
});

t.test('a custom expression names attributes, the org, and what the guide names', async (t) => {
  const names: Record<string, string> = {
    'user.department': 'R&D',
    'source.login': 'A.Adams@corp.example',
    'user.getInternalProperty("id")': '00uAlice',
    'user.getInternalProperty("status")': 'ACTIVE',
    'user.getInternalProperty("login")': 'A.Adams@corp.example',
    'user.getInternalProperty("email")': 'Alice@Example.com',
    'org.name': 'Acme, Inc.',
    'org.subDomain + "/" + org.subdomain': 'acmeinc/acmeinc',
    "substringBefore(user.email, '@')": 'Alice',
    'String.len(user.firstName)': '5',
  };
  for (const [text, name] of Object.entries(names)) t.equal(custom(text), name, text);
});

/** What is before the @ of a login that has none, nobody can say; a suffix alone is no name. */
const NO_ADDRESS: Person = { ...ALICE, user: { ...user, profile: { ...profile, login: 'adams' } } };

t.test('who has no name is told why', async (t) => {
  const problems: [ReturnType<typeof custom>, string][] = [
    [named('NONE'), 'Application username format is (None), and the assignment names nobody'],
    [custom('user.nickName'), 'Application username format gives an empty name'],
    [custom('" "'), 'Application username format gives an empty name'],
    [
      custom('substring(user.firstName, 0, 9)'),
      'Application username format fails at character 1: substring: there is nothing from 0 to 9 in a text of 5 characters',
    ],
    [custom('user.email +'), 'Application username format fails at character 13: a value is expected, and it ends'],
    [
      applicationUsername({ usernameFormat: 'OKTA_USERNAME_PREFIX', usernameSuffix: '@sp.example' }, NO_ADDRESS),
      'Application username format gives an empty name',
    ],
    [named('CUSTOM'), 'Application username format fails at character 1: a value is expected, and it ends'],
    [custom(`"${'x'.repeat(101)}"`), 'Application username format gives a name of more than 100 characters'],
  ];
  for (const [name, sentence] of problems) t.strictSame(name, { problem: sentence });
  t.equal(custom(`"${'x'.repeat(100)}"`), 'x'.repeat(100));
});

t.test('the name of the assignment goes first, whatever the format gives', async (t) => {
  for (const usernameFormat of ['NONE', 'CUSTOM', 'EMAIL'] as const) {
    t.equal(applicationUsername({ usernameFormat, usernameExpression: 'user.nickName' }, ALICE, 'alice'), 'alice');
  }
});

t.test('the NameID: the user name, in the format of the setting, for whom only if that is switched on', async (t) => {
  const urls = { externalKey: 'exk', ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' };
  for (const format of NameIdFormat.options) {
    const saml = SamlSettings.parse({ ...urls, nameIdFormat: format });
    t.strictSame(nameIdOf(saml, ALICE), { value: 'A.Adams@corp.example', format });
    const qualified = { value: 'alice', format, spNameQualifier: 'https://sp.example' };
    t.strictSame(nameIdOf({ ...saml, spNameQualifier: true }, ALICE, 'alice'), qualified);
  }
  t.match(nameIdOf(SamlSettings.parse({ ...urls, usernameFormat: 'NONE' }), ALICE), { problem: /\(None\)/ });
});

t.test('which formats give the email address', async (t) => {
  const give: [boolean, UserNameSettings][] = [
    [true, { usernameFormat: 'OKTA_USERNAME' }],
    [true, { usernameFormat: 'EMAIL' }],
    [true, { usernameFormat: 'EMAIL_LOWERCASE' }],
    [false, { usernameFormat: 'EMAIL_PREFIX' }],
    [false, { usernameFormat: 'OKTA_USERNAME_PREFIX' }],
    [false, { usernameFormat: 'EMAIL', usernameSuffix: '.test' }],
    [false, { usernameFormat: 'NONE' }],
    [true, { usernameFormat: 'CUSTOM', usernameExpression: 'user.getInternalProperty("login")' }],
    [true, { usernameFormat: 'CUSTOM', usernameExpression: 'user.getInternalProperty("email")' }],
    [true, { usernameFormat: 'CUSTOM', usernameExpression: 'String.toUpperCase(user.email)' }],
    [false, { usernameFormat: 'CUSTOM', usernameExpression: 'user.getInternalProperty("id")' }],
    [false, { usernameFormat: 'CUSTOM', usernameExpression: 'user.nickName' }],
  ];
  for (const [gives, saml] of give) t.equal(givesEmail(saml), gives, JSON.stringify(saml));
});
