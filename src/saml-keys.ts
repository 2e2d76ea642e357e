/** Which keys sign the assertions for an application: its own, or the published one that comes with the program. */
import type { SamlKey } from './registry/saml-key.js';
import type { SamlSettings } from './registry/saml-settings.js';
import { developmentSamlKey } from './shipped.js';

export interface SamlKeyRing {
  /** All that are good for the application, the oldest first; never none. */
  all(saml: Pick<SamlSettings, 'signingKeys'>): readonly SamlKey[];
  /** The one that signs. */
  active(saml: Pick<SamlSettings, 'signingKeys' | 'signingKeyId'>): SamlKey;
}

export function samlKeyRing(): SamlKeyRing {
  let development: SamlKey | undefined;
  const published = (): SamlKey => {
    development ??= developmentSamlKey();
    return development;
  };
  return {
    all: ({ signingKeys }) => (signingKeys.length > 0 ? signingKeys : [published()]),
    active: ({ signingKeys, signingKeyId }) =>
      signingKeys.find(({ kid }) => kid === signingKeyId) ?? signingKeys.at(-1) ?? published(),
  };
}
