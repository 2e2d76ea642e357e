/**
 * The org file: an org as a person writes it, nouns nested where they belong and referring to each other by name or id.
 * This file is its schema, from which the published JSON Schema is printed; `org-records.ts` turns it into records.
 */
import * as z from 'zod';
import { EdgeCase } from '../edge-cases/edge-case.js';
import { Activity } from './activity.js';
import { AgentName, AgentStatus, agentCredential } from './ai-agent.js';
import { ApiToken } from './api-token.js';
import { Application, OidcSettings, XaaSettings } from './application.js';
import { ConnectionArmed, OrgFileArmed } from './armed-records.js';
import { AssignedUserName, AssignmentPriority } from './assignment.js';
import { AccessPolicy, AuthorizationServer, ServerScope } from './authorization-server.js';
import { Group } from './group.js';
import { SigningKey } from './jwk.js';
import { OrgBehaviour, OrgFeatures } from './org-settings.js';
import { ClientIdAtResource, ScopeCondition } from './resource-connection.js';
import { SamlMembers, withSamlRows } from './saml-settings.js';
import { UserProfile, UserStatus } from './user.js';

const id = z.string().min(1).optional().describe('Okta-style id; made from the name when absent.');
const activity = Activity.default('ACTIVE');
const userReference = z.string().describe("A user's login or id.");
const groupReference = z.string().describe("A group's name or id.");
const appReference = z.string().describe("An application's label or id.");

const OrgFileUser = z.strictObject({
  id,
  status: UserStatus.default('ACTIVE'),
  profile: UserProfile,
  password: z.string().optional(),
});

const OrgFileApplication = z
  .strictObject({
    id,
    name: z
      .string()
      .max(100)
      .optional()
      .describe("Okta's name for the app, which stands in its ORN; made from the label when absent."),
    label: Application.shape.label,
    origin: z.enum(['custom', 'oin']).default('custom'),
    status: activity,
    oidc: OidcSettings.extend({
      clientId: z.string().optional().describe("The app's id when absent; the agent's id for a linked app."),
    }).optional(),
    saml: withSamlRows(SamlMembers.extend({ externalKey: z.string().optional() })).optional(),
    xaa: XaaSettings.prefault({}),
    users: z
      .array(z.union([userReference, z.strictObject({ user: userReference, userName: AssignedUserName })]))
      .default([])
      .describe('Assignments > Assign to People: who, or who and by which user name there.'),
    groups: z
      .array(z.union([groupReference, z.strictObject({ group: groupReference, priority: AssignmentPriority })]))
      .default([])
      .describe('Assignments > Assign to Groups; the first has the highest priority, unless another is given.'),
  })
  .refine((app) => (app.oidc === undefined) !== (app.saml === undefined), 'needs either "oidc" or "saml"');

const OrgFileConnection = z
  .strictObject({
    id,
    application: appReference.optional(),
    authorizationServer: z.string().optional().describe("A custom authorization server's name or id."),
    issuerUrl: z
      .string()
      .optional()
      .describe("The Issuer URL as it was when the connection was made; the target's present one when absent."),
    resourceIndicator: z.string().optional().describe('What the resource parameter must equal, e.g. the MCP URL.'),
    clientIdAtResource: ClientIdAtResource.optional().describe('Client ID at resource: the client_id of the ID-JAG.'),
    scopeCondition: ScopeCondition.default('ALL_SCOPES'),
    scopes: z.array(z.string()).default([]),
    status: activity,
    armed: z
      .array(ConnectionArmed)
      .default([])
      .describe('What exchanges over this connection come out as, wrong on purpose; the first that matches.'),
  })
  .refine(
    (connection) => (connection.application === undefined) !== (connection.authorizationServer === undefined),
    'needs either "application" or "authorizationServer"',
  );

const OrgFileAgent = z.strictObject({
  id,
  name: AgentName,
  description: z.string().max(1024).default(''),
  status: AgentStatus.default('ACTIVE'),
  owners: z.array(userReference).default([]),
  linkedApplication: appReference.optional().describe('The OIDC app that shares client id and credentials.'),
  credentials: z
    .array(agentCredential({ id, status: activity }))
    .default([])
    .describe('All active ones must be of one type.'),
  callers: z
    .array(z.strictObject({ id, application: appReference, authorizationServer: z.string().default('org') }))
    .default([])
    .describe('Delegations > Add Caller.'),
  resourceConnections: z.array(OrgFileConnection).default([]),
});

const OrgFileAuthorizationServer = z.strictObject({
  id: z
    .string()
    .regex(/^(?!(?:org|v1)$)[A-Za-z0-9_-]{1,100}$/, 'is not of letters, digits, _ and -, or is "org" or "v1"')
    .describe('Stands in the issuer: {issuer}/oauth2/{id}.'),
  name: AuthorizationServer.shape.name,
  description: z.string().max(1024).default(''),
  status: activity,
  audience: z.string().min(1).max(1024).default('api://default'),
  scopes: z
    .array(z.union([ServerScope.shape.name, ServerScope]))
    .default([])
    .describe('Names, or objects with a name and a description.'),
  policies: z.array(AccessPolicy).default([]),
});

export const OrgFile = z.strictObject({
  $schema: z.string().optional(),
  org: z
    .strictObject({
      id,
      name: z.string().default('Example org'),
      features: OrgFeatures.prefault({}),
      settings: OrgBehaviour.prefault({}),
    })
    .prefault({}),
  apiTokens: z.array(ApiToken.extend({ id })).default([]),
  signingKeys: z
    .array(SigningKey)
    .optional()
    .describe('Private keys of the org and its servers; the published development keys when absent.'),
  users: z.array(OrgFileUser).default([]),
  groups: z
    .array(
      z.strictObject({
        id,
        name: Group.shape.name,
        description: z.string().max(1024).default(''),
        members: z.array(userReference).default([]),
      }),
    )
    .default([]),
  authorizationServers: z
    .array(OrgFileAuthorizationServer)
    .prefault([{ id: 'default', name: 'default' }])
    .describe('Custom authorization servers; an org that names none has "default".'),
  applications: z.array(OrgFileApplication).default([]),
  agents: z.array(OrgFileAgent).default([]),
  edgeCases: z.array(EdgeCase).default([]).describe('Edge cases of your own, beside those that come with the program.'),
  armed: z
    .array(OrgFileArmed)
    .default([])
    .describe('What exchanges come out as, wrong on purpose; those of the connections go first.'),
  crossAppAccessConnections: z
    .array(
      z.strictObject({ id, requestingApplication: appReference, resourceApplication: appReference, status: activity }),
    )
    .default([])
    .describe('The first beta: applications that call applications. The exchange does not look at them.'),
});
export type OrgFile = z.infer<typeof OrgFile>;
/** What may be written: everything with a default may be left out. */
export type OrgFileInput = z.input<typeof OrgFile>;

/** The org file's JSON Schema, for editors. */
export function orgFileJsonSchema(): object {
  return { ...z.toJSONSchema(OrgFile, { io: 'input', unrepresentable: 'any' }), title: 'mock-okta-xaa org file' };
}
