/** Which keys sign the assertions for an application: its own, or the published one that comes with the program. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { SamlKey } from './registry/saml-key.js';
import type { SamlSettings } from './registry/saml-settings.js';
import { developmentSamlKey } from './shipped.js';

export interface SamlKeyRing {
  /** All that are good for the application, the oldest first; never none. */
  all(saml: Pick<SamlSettings, 'signingKeys'>): readonly SamlKey[];
  /** The one that signs. */
  active(saml: Pick<SamlSettings, 'signingKeys' | 'signingKeyId'>): SamlKey;
  /** The same, to sign with. `certificate`: DER in base64 on one line. */
  signer(saml: Pick<SamlSettings, 'signingKeys' | 'signingKeyId'>): { key: KeyObject; certificate: string };
}

export function samlKeyRing(): SamlKeyRing {
  let development: SamlKey | undefined;
  const published = (): SamlKey => {
    development ??= developmentSamlKey();
    return development;
  };
  const imported = new WeakMap<SamlKey, KeyObject>();
  const keyOf = (samlKey: SamlKey): KeyObject => {
    const key = imported.get(samlKey) ?? createPrivateKey({ key: samlKey.jwk, format: 'jwk' });
    imported.set(samlKey, key);
    return key;
  };
  const active: SamlKeyRing['active'] = ({ signingKeys, signingKeyId }) =>
    signingKeys.find(({ kid }) => kid === signingKeyId) ?? signingKeys.at(-1) ?? published();
  return {
    all: ({ signingKeys }) => (signingKeys.length > 0 ? signingKeys : [published()]),
    active,
    signer(saml) {
      const samlKey = active(saml);
      return { key: keyOf(samlKey), certificate: samlKey.certificate };
    },
  };
}
