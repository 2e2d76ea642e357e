/** The doors of *Applications*: the list, and creating one. */
import { createApplication } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { applicationPath } from '../../console/application-frame.js';
import {
  applicationsPage,
  isNewKind,
  type NewKind,
  newApplicationOfKindPage,
  newApplicationPage,
} from '../../console/applications.js';
import { expandIssuer } from '../../org.js';
import { applications } from '../../registry/application.js';
import type { Endpoint } from '../endpoint.js';
import { ApplicationRequest } from '../management/application-request.js';
import { ASSIGNMENTS } from './application-assignments-page.js';
import { linesOf } from './application-call.js';
import { GENERAL } from './application-general-pages.js';
import { SIGN_ON } from './application-sign-on-page.js';
import { chosen } from './choosing.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';
import { publicKeyAsked } from './public-key.js';
import { RESOURCE_SERVER } from './resource-server-page.js';
import { SAML_SETTINGS } from './saml-settings-page.js';

const LIST = consolePage({
  url: '/console/applications',
  show(call) {
    const { at, view, org, value } = call;
    const all = view.list(applications);
    const [kind, status] = [value('kind'), value('status')];
    const rows = all.filter(
      (app) => (kind === '' || (app.saml ? 'saml' : 'oidc') === kind) && (status === '' || app.status === status),
    );
    const { rows: found, others } = chosen(rows, value('q'), ({ id, label }) => [id, label]);
    const listed = found.map((app) => {
      const { issuerUrl } = app.xaa;
      return { app, issuerUrl: issuerUrl === undefined ? undefined : expandIssuer(org, issuerUrl) };
    });
    return applicationsPage({ at, value, found: { rows: listed, others }, some: all.length > 0 });
  },
});

/** What each member of the API is called on the page. */
const LABELS = {
  label: 'Application label',
  'profile.origin': 'Comes from',
  'settings.signOn.ssoAcsUrl': 'Single sign-on URL',
  'settings.signOn.audience': 'Audience URI (SP Entity ID)',
  'settings.signOn.subjectNameIdFormat': 'Name ID Format',
  'settings.oauthClient.redirect_uris': 'Sign-in redirect URIs',
  'settings.oauthClient.grant_types': 'Grant types',
  redirect_uris: 'Sign-in redirect URIs',
} as const;

const samlBody = ({ value, form }: ConsoleCall) => ({
  signOnMode: 'SAML_2_0',
  settings: {
    signOn: {
      ...{ ssoAcsUrl: value('ssoAcsUrl'), audience: value('audience') },
      subjectNameIdFormat: form.get('nameIdFormat'),
    },
  },
});

/** An OIDC application that people sign in to. */
const signInBody = ({ value, form }: ConsoleCall, kind: NewKind) => ({
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: kind === 'web' ? {} : { token_endpoint_auth_method: 'none' } },
  settings: {
    oauthClient: {
      ...{ application_type: kind, grant_types: form.all('grantTypes') },
      redirect_uris: linesOf(value('redirectUris')),
    },
  },
});

function serviceBody({ value }: ConsoleCall): object | AdminRefusal {
  const client = { application_type: 'service', grant_types: ['client_credentials'] };
  const body = { signOnMode: 'OPENID_CONNECT', settings: { oauthClient: client } };
  if (value('key').trim() === '') return body;
  const key = publicKeyAsked(value('key'));
  if (isAdminRefusal(key)) return key;
  return {
    ...body,
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: { oauthClient: { ...client, jwks: { keys: [key] } } },
  };
}

function bodyOf(call: ConsoleCall, kind: NewKind): object | AdminRefusal {
  if (kind === 'saml') return samlBody(call);
  return kind === 'service' ? serviceBody(call) : signInBody(call, kind);
}

async function create(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const { value, form } = call;
  const kind = value('kind');
  const body = bodyOf(call, isNewKind(kind) ? kind : 'saml');
  if (isAdminRefusal(body)) return body;
  const content = asked(
    ApplicationRequest,
    { ...body, label: value('label'), profile: { origin: form.get('origin') } },
    LABELS,
  );
  if (isAdminRefusal(content)) return content;
  const app = labelled(await createApplication(call, content, true), LABELS);
  return isAdminRefusal(app) ? app : { to: applicationPath(app.id), done: 'application-created' };
}

const USUAL_GRANTS = ['authorization_code', 'refresh_token'];

const NEW = consolePage({
  url: '/console/applications/new',
  show(call) {
    const { at, value, form, request } = call;
    const kind = value('kind');
    if (!isNewKind(kind)) return newApplicationPage(at);
    const grantTypes = request.method === 'POST' ? form.all('grantTypes') : USUAL_GRANTS;
    return newApplicationOfKindPage({ at, value, kind, grantTypes });
  },
  acts: { create },
});

export const APPLICATION_PAGES: readonly Endpoint[] = [
  ...[LIST, NEW, GENERAL, SIGN_ON, ASSIGNMENTS, RESOURCE_SERVER, SAML_SETTINGS],
];
