/** The door of the two steps that change *SAML Settings*: the first is checked before the second is shown, which saves. */
import { type ApplicationContent, contentOf, judgeContent } from '../../admin/application-content.js';
import { changeApplication } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { applicationPath } from '../../console/application-frame.js';
import { SAML_LABELS } from '../../console/saml-fields.js';
import { samlReviewPage, samlSettingsPage } from '../../console/saml-settings.js';
import type { SamlContent } from '../../registry/saml-settings.js';
import { SamlSignOn } from '../management/saml-sign-on.js';
import { idOf, samlAppOf } from './application-call.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

/** The form in Okta's JSON. */
function signOnAsked({ form, value }: ConsoleCall) {
  const isTicked = (name: string) => form.get(name) === 'on';
  const certificate = form.get('spCertificate');
  return asked(
    SamlSignOn,
    {
      ...{ ssoAcsUrl: value('ssoAcsUrl'), audience: value('audience'), subjectNameIdFormat: value('nameIdFormat') },
      ...{ recipient: form.get('recipient'), destination: form.get('destination') },
      defaultRelayState: form.get('defaultRelayState'),
      ...{ responseSigned: isTicked('responseSigned'), assertionSigned: isTicked('assertionSigned') },
      ...{ signatureAlgorithm: value('signatureAlgorithm'), digestAlgorithm: value('digestAlgorithm') },
      spCertificate: certificate === undefined ? undefined : { x5c: [certificate] },
      ...{ samlSignedRequestEnabled: isTicked('samlSignedRequestEnabled') },
      ...{ requestCompressed: isTicked('requestCompressed'), honorForceAuthn: isTicked('honorForceAuthn') },
      authnContextClassRef: value('authnContextClassRef'),
      slo: { enabled: isTicked('sloEnabled'), issuer: form.get('sloIssuer'), logoutUrl: form.get('sloUrl') },
    },
    SAML_LABELS,
  );
}

type SignOn = Exclude<ReturnType<typeof signOnAsked>, AdminRefusal>;

/** The settings with what the form asks for, and what it does not ask for as it was. */
function withSignOn(before: SamlContent, signOn: SignOn): SamlContent {
  const { usernameFormat, usernameExpression, usernameSuffix, spNameQualifier } = before;
  const { attributeStatements, ssoAcsUrlOverride, acsEndpoints, allowMultipleAcsEndpoints } = before;
  return {
    ...signOn,
    ...{ usernameFormat, usernameExpression, usernameSuffix, spNameQualifier },
    ...{ attributeStatements, ssoAcsUrlOverride, acsEndpoints, allowMultipleAcsEndpoints },
  };
}

/** What the application would be, or why it cannot be that. */
function changeAsked(call: ConsoleCall) {
  const app = samlAppOf(call);
  if (isAdminRefusal(app)) return app;
  const signOn = signOnAsked(call);
  if (isAdminRefusal(signOn)) return signOn;
  const change = (before: ApplicationContent): ApplicationContent => ({
    ...before,
    saml: withSignOn(before.saml as SamlContent, signOn),
  });
  return { app, change };
}

function next(call: ConsoleCall): Went | AdminRefusal {
  const { at, org, view, value } = call;
  const wanted = changeAsked(call);
  if (isAdminRefusal(wanted)) return wanted;
  const { app, change } = wanted;
  const refused = judgeContent({ content: change(contentOf(org, app)), before: app, org, view });
  return refused ? labelled(refused, SAML_LABELS) : { page: samlReviewPage({ at, app, value }) };
}

function show(call: ConsoleCall) {
  const { at, value } = call;
  const app = samlAppOf(call);
  return isAdminRefusal(app) ? app : samlSettingsPage({ at, app, value });
}

export const SAML_SETTINGS = consolePage({
  url: '/console/applications/:appId/saml-settings',
  show,
  acts: {
    next,
    back(call) {
      const page = show(call);
      return isAdminRefusal(page) ? page : { page };
    },
    async finish(call) {
      const wanted = changeAsked(call);
      if (isAdminRefusal(wanted)) return wanted;
      const outcome = labelled(await changeApplication(call, idOf(call), wanted.change), SAML_LABELS);
      return isAdminRefusal(outcome) ? outcome : { to: applicationPath(idOf(call)), done: 'saml-settings-saved' };
    },
  },
});
