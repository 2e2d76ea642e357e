/** The org that a probe brings along, as an org file: one agent, the application its user signs in to, and the server under test. */
import type { OrgFileInput } from '../registry/org-file.js';
import { EMAIL_NAME_ID, externalKeyIn, NameIdFormat } from '../registry/saml-settings.js';
import type { Target } from './bench.js';
import type { ProbeOptions } from './options.js';

const SERVER = 'The server under test';
const CALLER = 'The client of the probe';

function users({ user, otherUser }: ProbeOptions): NonNullable<OrgFileInput['users']> {
  return [user, otherUser].flatMap((one, at) => {
    if (!one) return [];
    const email = one.email ?? `user-${at + 1}@probe.example`;
    const profile = { login: email, email, firstName: 'Probe', lastName: `User ${at + 1}` };
    return [{ id: one.sub, profile }];
  });
}

/**
 * The server as an application with SAML: linked to the SAML issuer, and knowing the user by the NameID, that were given. Of
 * another Name ID Format than the guide advises, ID-JAGs would have no email; so that one it is if nothing is said.
 */
function knownBySaml({ user, given }: ProbeOptions, issuer: string) {
  const { samlIssuer = '', nameId, nameIdFormat } = given;
  const [externalKey, format] = [externalKeyIn(samlIssuer), NameIdFormat.safeParse(nameIdFormat).data ?? EMAIL_NAME_ID];
  return {
    saml: {
      ...{ ssoAcsUrl: `${issuer}/acs`, audience: issuer, nameIdFormat: format },
      ...(externalKey !== undefined && { externalKey }),
    },
    users: [nameId === undefined ? user.sub : { user: user.sub, userName: nameId }],
  };
}

/**
 * The org file.
 * @param target where the agent's connection leads; a server that knows its users by SAML is an application with SAML
 */
export function orgOfProbe(options: ProbeOptions, { issuer, resource, scope }: Target): OrgFileInput {
  const { user, conditions, client } = options;
  const scopes = scope?.split(' ') ?? [];
  const oidc = { clientSecret: 'secret-of-the-probe-for-testing-only', redirectUris: ['http://127.0.0.1/callback'] };
  return {
    org: { name: 'The probe' },
    users: users(options),
    applications: [
      { label: CALLER, oidc, users: [user.sub] },
      {
        ...{ label: SERVER, xaa: { enabled: true, issuerUrl: issuer, scopes } },
        ...(conditions['saml-subject'] ? knownBySaml(options, issuer) : { oidc, users: [user.sub] }),
      },
    ],
    agents: [
      {
        ...{ name: 'The agent of the probe', owners: [user.sub], linkedApplication: CALLER },
        callers: [{ application: CALLER }],
        resourceConnections: [
          {
            ...{ application: SERVER, clientIdAtResource: client.id },
            ...(resource !== undefined && { resourceIndicator: resource }),
          },
        ],
      },
    ],
  };
}
