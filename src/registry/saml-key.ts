/** The keys by which an application's assertions are signed, each with the certificate that the service provider trusts. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { Certificate, certificatePem } from './certificate.js';
import { SigningJwk } from './jwk.js';

/** Whether the certificate is about the public half of the key. What is no certificate at all is told by its own schema. */
function fits({ certificate, jwk }: { readonly certificate: string; readonly jwk: SigningJwk }): boolean {
  try {
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    return new X509Certificate(certificatePem(certificate)).checkPrivateKey(key);
  } catch {
    return true;
  }
}

/** DER in base64 on one line, as signatures show it. */
const onOneLine = (text: string) => text.replace(/-----[A-Z ]+-----|\s/g, '');

/** As in Okta's *SAML Signing Certificates*. For testing only: the private key lies open. */
export const SamlKey = z
  .strictObject({
    kid: z.string().min(1).max(255),
    certificate: Certificate.transform(onOneLine).describe('Self-signed: PEM, or the base64 within it.'),
    jwk: SigningJwk.describe('Its private key, RSA.'),
  })
  .refine(fits, { path: ['certificate'], message: 'is not of this key' });
export type SamlKey = z.infer<typeof SamlKey>;
