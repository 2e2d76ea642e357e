/** The door of the tab *Sign On* of an application. */
import type * as z from 'zod';
import { changeApplication } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { samlUrl } from '../../authorization/saml-app.js';
import { applicationPath } from '../../console/application-frame.js';
import { type IdentityProvider, signOnTab } from '../../console/application-sign-on.js';
import type { Org } from '../../org.js';
import { adviceFor } from '../../registry/advice.js';
import { isSamlApp, type SamlApp } from '../../registry/application.js';
import { certificatePem } from '../../registry/certificate.js';
import { type SamlContent, SamlMembers, samlIssuerOf } from '../../registry/saml-settings.js';
import { idOf, ofApplication, samlAppOf } from './application-call.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

/** What reads certificates is loaded when one is looked at. */
async function identityProvider(org: Org, app: SamlApp): Promise<IdentityProvider> {
  const { samlKeyBody } = await import('../management/saml-key-body.js');
  const { saml } = app;
  const key = org.samlKeys.active(app.saml);
  return {
    saml,
    metadataUrl: `${org.issuer}/app/${saml.externalKey}/sso/saml/metadata`,
    ...{ issuer: samlIssuerOf(app.saml), ssoUrl: samlUrl(org, app, 'sso') },
    sloUrl: saml.slo.enabled ? samlUrl(org, app, 'slo') : undefined,
    ...{ certificate: certificatePem(key.certificate), expires: samlKeyBody(key).expiresAt },
  };
}

const UserName = SamlMembers.pick({ usernameFormat: true, usernameExpression: true, usernameSuffix: true });

const LABELS = {
  usernameFormat: 'Application username format',
  usernameExpression: 'Custom expression',
  usernameSuffix: 'Suffix',
} as const;

/** The settings with another user name. An expression that another format leaves aside is dropped. */
function withUserName(saml: SamlContent, userName: z.infer<typeof UserName>): SamlContent {
  const { usernameExpression: _, usernameSuffix: __, ...others } = saml;
  return { ...others, ...userName };
}

async function save(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const { form } = call;
  const app = samlAppOf(call);
  if (isAdminRefusal(app)) return app;
  const usernameFormat = form.get('format');
  const userName = asked(
    UserName,
    {
      usernameFormat,
      usernameExpression: usernameFormat === 'CUSTOM' ? form.get('expression') : undefined,
      usernameSuffix: form.get('suffix'),
    },
    LABELS,
  );
  if (isAdminRefusal(userName)) return userName;
  const outcome = await changeApplication(call, idOf(call), (before) => ({
    ...before,
    saml: withUserName(before.saml as SamlContent, userName),
  }));
  const refused = labelled(outcome, LABELS);
  return isAdminRefusal(refused) ? refused : { to: applicationPath(idOf(call), 'Sign On'), done: 'saved' };
}

export const SIGN_ON = consolePage({
  url: '/console/applications/:appId/sign-on',
  show: (call) =>
    ofApplication(call, async ({ at, org, app, value }) =>
      signOnTab({
        ...{ at, app, value, advice: adviceFor(app) },
        identityProvider: isSamlApp(app) ? await identityProvider(org, app) : undefined,
      }),
    ),
  acts: { save },
});
