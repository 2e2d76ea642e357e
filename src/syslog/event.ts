/** The System Log's event: Okta's shape and event types, made from what this org knows of a request. */
import { randomUUID } from 'node:crypto';
import type { AiAgent } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import type { AuthorizationServer } from '../registry/authorization-server.js';
import type { Group } from '../registry/group.js';
import { displayName, type User } from '../registry/user.js';
import { EVENT_TYPES, type EventType } from './event-types.js';

/** An actor or a target. */
export interface Party {
  readonly id: string;
  readonly type: string;
  readonly alternateId: string;
  readonly displayName: string;
  readonly detailEntry: Readonly<Record<string, unknown>> | null;
}

export const partyOfUser = (user: User): Party => ({
  id: user.id,
  type: 'User',
  alternateId: user.profile.login,
  displayName: displayName(user),
  detailEntry: null,
});

export const partyOfAgent = (agent: AiAgent): Party => ({
  id: agent.id,
  type: 'AI Agent',
  alternateId: agent.id,
  displayName: agent.profile.name,
  detailEntry: null,
});

export const partyOfApp = (app: Application): Party => ({
  id: app.id,
  type: 'PublicClientApp',
  alternateId: app.oidc?.clientId ?? app.id,
  displayName: app.label,
  detailEntry: null,
});

/** An app as what an administrator changes. */
export const partyOfInstance = ({ id, label }: Application): Party => ({
  ...{ id, type: 'AppInstance', alternateId: label, displayName: label, detailEntry: null },
});

export const partyOfGroup = ({ id, name }: Group): Party => ({
  ...{ id, type: 'UserGroup', alternateId: name, displayName: name, detailEntry: null },
});

export const partyOfServer = ({ id, name }: AuthorizationServer): Party => ({
  ...{ id, type: 'AuthorizationServer', alternateId: id, displayName: name, detailEntry: null },
});

/** A thing that belongs to an app, an agent or a server: a key, a connection, a policy. */
export const partyOf = (type: string, id: string, name: string = id): Party => ({
  ...{ id, type, alternateId: id, displayName: name, detailEntry: null },
});

/** What could not be tied to a user, an agent or an app. */
export const UNKNOWN_PARTY: Party = {
  id: 'unknown',
  type: 'PublicClientApp',
  alternateId: 'unknown',
  displayName: 'unknown',
  detailEntry: null,
};

/** Where a request came from; never its secrets. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
  readonly path: string;
}

/** What an event is made from. */
export interface EventContent {
  readonly eventType: EventType;
  readonly result: 'SUCCESS' | 'FAILURE';
  /** Okta's internal reason, on FAILURE. */
  readonly reason?: string | undefined;
  readonly actor: Party;
  readonly targets?: readonly Party[];
  readonly origin: Origin;
  readonly sessionId?: string | undefined;
  readonly debug?: Readonly<Record<string, string>>;
}

/** A System Log event, in the order of Okta's members. */
export interface LogEvent extends Readonly<Record<string, unknown>> {
  readonly uuid: string;
  readonly published: string;
  readonly eventType: EventType;
}

/** @param at epoch milliseconds of the org's clock @param real of the machine's */
export function logEvent(content: EventContent, at: number, real: number): LogEvent {
  const { origin } = content;
  return {
    actor: content.actor,
    client: {
      userAgent: { rawUserAgent: origin.userAgent, os: 'Unknown', browser: 'UNKNOWN' },
      zone: 'null',
      device: 'Unknown',
      id: null,
      ipAddress: origin.ip,
      geographicalContext: null,
    },
    device: null,
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      interface: null,
      authenticationStep: 0,
      externalSessionId: content.sessionId ?? 'unknown',
    },
    displayMessage: EVENT_TYPES[content.eventType],
    eventType: content.eventType,
    outcome: { result: content.result, reason: content.reason ?? null },
    published: new Date(at).toISOString(),
    securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
    severity: content.result === 'SUCCESS' ? 'INFO' : 'WARN',
    debugContext: {
      debugData: {
        ...{ requestId: origin.requestId, requestUri: origin.path, realTime: new Date(real).toISOString() },
        ...content.debug,
      },
    },
    legacyEventType: null,
    transaction: { type: 'WEB', id: origin.requestId, detail: {} },
    uuid: randomUUID(),
    version: '0',
    request: {
      ipChain: [
        { ip: origin.ip, geographicalContext: null, version: origin.ip.includes(':') ? 'V6' : 'V4', source: null },
      ],
    },
    target: content.targets ?? [],
  };
}
