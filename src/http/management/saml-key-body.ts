/** A certificate of a SAML application in Okta's JSON. Reads certificates, so it is loaded when one is asked for. */
import type { SamlKey } from '../../registry/saml-key.js';
import { type CertificateFacts, readCertificate } from '../../saml/certificate.js';

/** Okta's members in Okta's order; of the key its public half. A certificate is as old as it says. */
export function samlKeyBody({ kid, certificate: text, jwk: { e, n } }: SamlKey) {
  const { certificate, notBefore, notAfter, thumbprint } = readCertificate(text) as CertificateFacts;
  const created = new Date(notBefore).toISOString();
  return {
    ...{ kty: 'RSA', created, lastUpdated: created, expiresAt: new Date(notAfter).toISOString() },
    ...{ kid, use: 'sig', x5c: [certificate], 'x5t#S256': thumbprint.sha256, e, n },
  };
}
