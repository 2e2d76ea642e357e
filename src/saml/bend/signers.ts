/** Who signs a bent element: for each word the algorithm, the key and the certificate that it shows. */
import { createHmac, sign as signBytes } from 'node:crypto';
import type { SamlSignerName } from '../../edge-cases/saml/saml-edits.js';
import type { Xml } from '../../html/xml.js';
import { certificatePem } from '../../registry/certificate.js';
import { type Certificate, publicKeyOf } from '../certificate.js';
import { SIGNATURE_ALGORITHM, type SignatureAlgorithm } from '../names.js';
import { type SignatureParts, type Signed, type Signer, signatureWith } from '../sign.js';

/** The application's key and the attacker's, each with its certificate. */
export interface SamlKeys {
  readonly active: Omit<Signer, 'algorithm'>;
  readonly attacker: Omit<Signer, 'algorithm'>;
}

function rsa(algorithm: SignatureAlgorithm, { key }: Pick<Signer, 'key'>, certificate: Certificate): SignatureParts {
  const { uri, digest: digestUri, hash } = SIGNATURE_ALGORITHM[algorithm];
  return { uri, digestUri, hash, certificate, sign: (input) => signBytes(hash, input, key) };
}

const HMAC_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256';

function hmac(secret: string, certificate: Certificate): SignatureParts {
  const { digest: digestUri, hash } = SIGNATURE_ALGORITHM['rsa-sha256'];
  const sign = (input: Buffer) => createHmac('sha256', secret).update(input).digest();
  return { uri: HMAC_SHA256, digestUri, hash, certificate, sign };
}

const keyPem = (certificate: Certificate) =>
  publicKeyOf(certificate)?.export({ type: 'spki', format: 'pem' }).toString() as string;

const MAKERS: Readonly<Record<Exclude<SamlSignerName, 'none'>, (keys: SamlKeys) => SignatureParts>> = {
  active: ({ active }) => rsa('rsa-sha256', active, active.certificate),
  sha512: ({ active }) => rsa('rsa-sha512', active, active.certificate),
  sha1: ({ active }) => rsa('rsa-sha1', active, active.certificate),
  attacker: ({ attacker }) => rsa('rsa-sha256', attacker, attacker.certificate),
  'attacker-as-active': ({ active, attacker }) => rsa('rsa-sha256', attacker, active.certificate),
  'hmac-certificate': ({ active: { certificate } }) => hmac(certificatePem(certificate), certificate),
  'hmac-key': ({ active: { certificate } }) => hmac(keyPem(certificate), certificate),
};

/** The signature of an element by that word; undefined: nobody signs it. */
export function bentSignature(signed: Signed, name: SamlSignerName, keys: SamlKeys): Xml | undefined {
  return name === 'none' ? undefined : signatureWith(signed, MAKERS[name](keys));
}
