/** Which application a SAML issuer, an address or an assertion means by its exk… id. */
import { applications, isSamlApp, type SamlApp } from '../registry/application.js';
import type { Reader } from '../store/port.js';

/** The application with that exk… id. */
export function findSamlApp(view: Reader, externalKey: string): SamlApp | undefined {
  return view.findBy(applications, 'externalKey', externalKey).find(isSamlApp);
}
