/** The org that a probe brings along: one that this program starts with, about the users and the server of the options. */
import t from 'tap';
import { orgOfProbe } from '../../../src/probe/org-of-probe.js';
import { OrgFile } from '../../../src/registry/org-file.js';
import { AS, options, TARGET } from './make.js';

t.test('the least that is said', async (t) => {
  const org = orgOfProbe(options(), { ...TARGET, scope: undefined });
  t.match(org, {
    users: [{ id: '00uProbe000000000001', profile: { login: 'probe@example.com' } }],
    applications: [{ oidc: {} }, { xaa: { enabled: true, issuerUrl: AS, scopes: [] }, oidc: {} }],
    agents: [{ resourceConnections: [{ clientIdAtResource: 'c-1' }] }],
  });
  t.equal(org.users?.length, 1);
  t.notMatch(JSON.stringify(org), /resourceIndicator|saml/);
  t.ok(OrgFile.safeParse(org).success);
});

t.test('two users, a resource, scopes, and SAML', async (t) => {
  const said = options({
    user: { sub: 'u-1' },
    otherUser: { sub: 'u-2' },
    conditions: { 'saml-subject': true },
  });
  const org = orgOfProbe(said, { ...TARGET, scope: 'a b', resource: 'https://mcp.example/' });
  t.match(org, {
    users: [
      { id: 'u-1', profile: { email: 'user-1@probe.example', lastName: 'User 1' } },
      { id: 'u-2', profile: { email: 'user-2@probe.example', lastName: 'User 2' } },
    ],
    applications: [{ users: ['u-1'] }, { users: ['u-1'], xaa: { scopes: ['a', 'b'] }, saml: { audience: AS } }],
    agents: [{ owners: ['u-1'], resourceConnections: [{ resourceIndicator: 'https://mcp.example/' }] }],
  });
  t.notOk(org.applications?.[1] && 'oidc' in org.applications[1]);
  t.ok(OrgFile.safeParse(org).success);
});

t.test('SAML as the server has it: the issuer that is linked there, and the name of the user', async (t) => {
  const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
  const said = options({
    conditions: { 'saml-subject': true },
    given: { samlIssuer: 'http://www.okta.com/exk1', nameId: 'name-1', nameIdFormat },
  });
  const org = orgOfProbe(said, TARGET);
  t.match(org.applications?.[1], {
    saml: { externalKey: 'exk1', nameIdFormat },
    users: [{ user: '00uProbe000000000001', userName: 'name-1' }],
  });
  t.ok(OrgFile.safeParse(org).success);
});
