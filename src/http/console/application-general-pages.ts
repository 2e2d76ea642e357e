/** The doors of the tab *General* of an application, and of its *Actions*. */

import type { ApplicationContent, OidcContent } from '../../admin/application-content.js';
import { heldBy, KEYS, type OidcApp, SECRETS } from '../../admin/application-credentials.js';
import { changeApplication, deleteApplication, setApplicationStatus } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { credentialCards } from '../../console/application-credentials.js';
import { applicationPath } from '../../console/application-frame.js';
import { generalTab } from '../../console/application-general.js';
import type { Page } from '../../console/frame.js';
import type { Activity } from '../../registry/activity.js';
import { agents } from '../../registry/ai-agent.js';
import { type Application, applications } from '../../registry/application.js';
import { ApplicationRequest } from '../management/application-request.js';
import { type ApplicationCall, idOf, linesOf, ofApplication } from './application-call.js';
import { CREDENTIAL_ACTS } from './application-credential-acts.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

/** What each member of the API is called on the page. */
const LABELS = {
  label: 'Application label',
  application: 'Application',
  'profile.origin': 'Comes from',
  'credentials.oauthClient.token_endpoint_auth_method': 'Client authentication',
  'settings.oauthClient.application_type': 'Application type',
  'settings.oauthClient.grant_types': 'Grant types',
  'settings.oauthClient.redirect_uris': 'Sign-in redirect URIs',
  'settings.oauthClient.post_logout_redirect_uris': 'Sign-out redirect URIs',
  'settings.oauthClient.jwks_uri': 'JWKS URI',
  'settings.oauthClient.refresh_token.rotation_type': 'Refresh token behavior',
  'settings.oauthClient.refresh_token.leeway': 'Grace period for token rotation',
  ...{ redirect_uris: 'Sign-in redirect URIs', jwks: 'Public keys' },
} as const;

/** The settings of an OIDC application, as the API takes them. */
function oidcBody({ value, form }: ConsoleCall) {
  const leeway = Number(value('leeway') || Number.NaN);
  return {
    credentials: {
      oauthClient: { token_endpoint_auth_method: form.get('method'), pkce_required: form.get('pkce') !== undefined },
    },
    settings: {
      oauthClient: {
        ...{ application_type: form.get('applicationType'), grant_types: form.all('grantTypes') },
        redirect_uris: linesOf(value('redirectUris')),
        post_logout_redirect_uris: linesOf(value('logoutUris')),
        jwks_uri: form.get('jwksUri'),
        refresh_token: { rotation_type: form.get('rotation'), leeway },
      },
    },
  };
}

/** What has a form of its own stays: here, the public keys. */
const oidcChanged = ({ clientId, jwks }: OidcContent, oidc: OidcContent): OidcContent => ({ ...oidc, clientId, jwks });

async function save(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const isOidc = call.view.get(applications, idOf(call))?.oidc !== undefined;
  const shared = { label: call.value('label'), profile: { origin: call.form.get('origin') } };
  const body = isOidc
    ? { ...shared, signOnMode: 'OPENID_CONNECT', ...oidcBody(call) }
    : { ...shared, signOnMode: 'SAML_2_0' };
  const content = asked(ApplicationRequest, body, LABELS);
  if (isAdminRefusal(content)) return content;
  const { label, origin, oidc } = content;
  const outcome = await changeApplication(
    call,
    idOf(call),
    (before): ApplicationContent => ({
      ...before,
      ...{ label, origin },
      ...(oidc && { oidc: oidcChanged(before.oidc as OidcContent, oidc) }),
    }),
  );
  const refused = labelled(outcome, LABELS);
  return isAdminRefusal(refused) ? refused : { to: applicationPath(idOf(call)), done: 'saved' };
}

const DONE = { ACTIVE: 'application-activated', INACTIVE: 'application-deactivated' } as const;

const toStatus =
  (status: Activity) =>
  async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const outcome = await setApplicationStatus(call, idOf(call), status);
    return isAdminRefusal(outcome) ? outcome : { to: applicationPath(idOf(call)), done: DONE[status] };
  };

function agentOf({ view }: ConsoleCall, app: Application) {
  const [agent] = view.findBy(agents, 'linkedApp', app.id);
  return agent && { id: agent.id, name: agent.profile.name };
}

function general(call: ApplicationCall): Page {
  const { at, app, form } = call;
  const value = valuesOfForm(call, 'save');
  const isTyped = form.get('do') === 'save';
  const held = app.oidc && (app as OidcApp);
  const credentials =
    held &&
    credentialCards({
      ...{ at, app, value: valuesOfForm(call, 'add-key') },
      ...{ secrets: heldBy(SECRETS, held), keys: heldBy(KEYS, held) },
    });
  const grantTypes = isTyped ? form.all('grantTypes') : (app.oidc?.grantTypes ?? []);
  return generalTab({ at, app, value, grantTypes, credentials, agent: agentOf(call, app) });
}

export const GENERAL = consolePage({
  url: '/console/applications/:appId',
  show: (call) => ofApplication(call, general),
  acts: {
    save,
    activate: toStatus('ACTIVE'),
    deactivate: toStatus('INACTIVE'),
    async delete(call) {
      const outcome = labelled(await deleteApplication(call, idOf(call)), LABELS);
      return isAdminRefusal(outcome) ? outcome : { to: '/console/applications', done: 'application-deleted' };
    },
    ...CREDENTIAL_ACTS,
  },
});
