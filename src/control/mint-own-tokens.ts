/** Minting tokens that the org issues for itself: ID token, access token and refresh token, each of a grant of its own. */
import type { Issuing } from '../grants/issue-tokens.js';
import { type OwnTokenKind, singleToken } from '../grants/single-token.js';
import { words } from '../protocol/form.js';
import { isMistake, type Mistake } from '../protocol/mistake.js';
import type { Application } from '../registry/application.js';
import type { Minting } from './mint-id-jag.js';
import type { MintRequest } from './mint-request.js';
import { oidcApplicationOf, type Subjects, serverAsked } from './mint-subjects.js';

const DEFAULT_SCOPE = 'openid profile email offline_access';

function issuingFor({ org }: Subjects, app: Application, server: Issuing['server']): Issuing {
  const { clientId, grantTypes } = app.oidc as NonNullable<Application['oidc']>;
  return { org, now: org.clock.now(), server, client: { clientId, grantTypes } };
}

export function mintOwnToken(request: MintRequest, subjects: Subjects): Minting | Mistake {
  const app = oidcApplicationOf(subjects.view, request);
  if (isMistake(app)) return app;
  const server = serverAsked(subjects.view, request.server);
  if (isMistake(server)) return server;
  const scopes = words(request.scope ?? DEFAULT_SCOPE);
  return singleToken(request.token as OwnTokenKind, issuingFor(subjects, app, server), subjects.user, scopes);
}
