/** Tokens that the org issues for itself: ID token, access token and refresh token, each of a grant of its own. */
import { type Issuing, newGrant, newRefreshToken, tokensOf } from '../grants/issue-tokens.js';
import { type Grant, grants } from '../grants/records.js';
import { secondsNow } from '../org.js';
import { words } from '../protocol/form.js';
import type { Application } from '../registry/application.js';
import { insert } from '../store/port.js';
import { accessTokenJws } from '../tokens/access-token.js';
import { type IdTokenContent, idTokenJws } from '../tokens/id-token.js';
import type { UnsignedJws } from '../tokens/unsigned-jws.js';
import type { Minting } from './mint-id-jag.js';
import type { MintRequest } from './mint-request.js';
import { oidcApplicationOf, type Subjects, serverAsked } from './mint-subjects.js';
import { isMistake, type Mistake } from './mistake.js';

const DEFAULT_SCOPE = 'openid profile email offline_access';

function issuingFor({ org }: Subjects, app: Application, server: Issuing['server']): Issuing {
  const { clientId, grantTypes } = app.oidc as NonNullable<Application['oidc']>;
  return { org, now: org.clock.now(), server, client: { clientId, grantTypes } };
}

function unsignedOf(request: MintRequest, subjects: Subjects, issuing: Issuing, grant: Grant): UnsignedJws {
  const { accessToken, idToken } = tokensOf(issuing, { grant, user: subjects.user, scopes: grant.scopes });
  return request.token === 'access-token' ? accessTokenJws(accessToken) : idTokenJws(idToken as IdTokenContent);
}

export function mintOwnToken(request: MintRequest, subjects: Subjects): Minting | Mistake {
  const { org, view, user } = subjects;
  const app = oidcApplicationOf(view, request);
  if (isMistake(app)) return app;
  const server = serverAsked(view, request.server);
  if (isMistake(server)) return server;
  const issuing = issuingFor(subjects, app, server);
  const scopes = words(request.scope ?? DEFAULT_SCOPE);
  const grant = newGrant(issuing, { userId: user.id, scopes, authTime: secondsNow(org) });
  const about = { server: grant.server, clientId: grant.clientId };
  const opened = insert(grants, grant);
  if (request.token !== 'refresh-token') {
    return { ...about, unsigned: unsignedOf(request, subjects, issuing, grant), changes: [opened] };
  }
  const { token, filed } = newRefreshToken(grant);
  return { ...about, opaque: token, changes: [opened, filed] };
}
