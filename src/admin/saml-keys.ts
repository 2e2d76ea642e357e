/** The certificates of a SAML application: a new one is made beside the one that signs, and signs once the application says so. */
import { createPrivateKey } from 'node:crypto';
import { settingsOf } from '../org.js';
import { applications, isSamlApp, type SamlApp } from '../registry/application.js';
import type { SamlKey } from '../registry/saml-key.js';
import { MOST_SAML_KEYS } from '../registry/saml-settings.js';
import { replace, type View } from '../store/port.js';
import { partyOf, partyOfInstance } from '../syslog/event.js';
import { newSigningKey } from '../tokens/new-signing-key.js';
import { findApplication } from './applications.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';

const KIND = 'JsonWebKey';

/** The SAML app, or why there is none: keys of other apps are not the org's. */
export function findSamlInstance(view: View, id: string): SamlApp | AdminRefusal {
  const app = findApplication(view, id);
  if (isAdminRefusal(app)) return app;
  return isSamlApp(app) ? app : notValid('application', 'application: only a SAML_2_0 app has signing certificates');
}

/** A key that signs for the app, or may do so. */
export function findSamlKey({ org }: AdminCall, view: View, appId: string, kid: string): SamlKey | AdminRefusal {
  const app = findSamlInstance(view, appId);
  if (isAdminRefusal(app)) return app;
  return org.samlKeys.all(app.saml).find((key) => key.kid === kid) ?? notFound(kid, KIND);
}

/** What makes certificates is loaded when one is made. */
async function newSamlKey({ org }: AdminCall, years: number): Promise<SamlKey> {
  const { newCertificate } = await import('../saml/new-certificate.js');
  const { kid, jwk } = await newSigningKey();
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return { kid, jwk, certificate: newCertificate({ key, org: settingsOf(org).name, now: org.clock.now(), years }) };
}

/** Makes a key for the app. The one that signed until now goes on, be it the published one, which becomes the app's own. */
export async function generateSamlKey(call: AdminCall, appId: string, years: number): Promise<SamlKey | AdminRefusal> {
  const { store, samlKeys } = call.org;
  const found = findSamlInstance(store.view(), appId);
  if (isAdminRefusal(found)) return found;
  const key = await newSamlKey(call, years);
  return carryOut(call, (view, now) => {
    const app = findSamlInstance(view, appId);
    if (isAdminRefusal(app)) return app;
    const all = samlKeys.all(app.saml);
    if (all.length >= MOST_SAML_KEYS) return notValid(KIND, `an app has at most ${MOST_SAML_KEYS} certificates`);
    const saml = { ...app.saml, signingKeys: [...all, key], signingKeyId: samlKeys.active(app.saml).kid };
    return {
      changes: [replace(applications, app, { ...app, saml, lastUpdated: now })],
      events: [{ eventType: 'app.keys.generate', targets: [partyOf(KIND, key.kid), partyOfInstance(app)] }],
      value: key,
    };
  });
}
