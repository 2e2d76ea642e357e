/** The System Log's event: Okta's shape and event types, made from what this org knows of a request. */
import { randomUUID } from 'node:crypto';
import type { AiAgent } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import { displayName, type User } from '../registry/user.js';

/** The event types written so far, each with the sentence that stands in `displayMessage`. */
export const EVENT_TYPES = {
  'user.session.start': 'User sign-in to the org',
  'user.session.end': 'User sign-out of the org',
  'user.authentication.sso': 'User single sign-on to an application',
  'app.oauth2.authorize.code': 'Authorization code issued',
  'app.oauth2.token.grant': 'Token request',
  'app.oauth2.token.grant.id_jag': 'ID-JAG issued',
  'app.oauth2.token.grant.id_token': 'ID token issued',
  'app.oauth2.token.grant.access_token': 'Access token issued',
  'app.oauth2.token.grant.refresh_token': 'Refresh token issued',
  'app.oauth2.token.revoke': 'Token revoked',
  'app.oauth2.token.detect_reuse': 'Reuse of a spent code or refresh token detected',
  'app.oauth2.as.authorize.code': 'Authorization code issued by a custom authorization server',
  'app.oauth2.as.token.grant': 'Token request to a custom authorization server',
  'app.oauth2.as.token.grant.id_token': 'ID token issued by a custom authorization server',
  'app.oauth2.as.token.grant.access_token': 'Access token issued by a custom authorization server',
  'app.oauth2.as.token.grant.refresh_token': 'Refresh token issued by a custom authorization server',
  'app.oauth2.as.token.revoke': 'Token of a custom authorization server revoked',
  'app.oauth2.as.token.detect_reuse': 'Reuse detected at a custom authorization server',
} as const;
export type EventType = keyof typeof EVENT_TYPES;

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

/** @param at epoch milliseconds of the org's clock */
export function logEvent(content: EventContent, at: number): LogEvent {
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
    debugContext: { debugData: { requestId: origin.requestId, requestUri: origin.path, ...content.debug } },
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
