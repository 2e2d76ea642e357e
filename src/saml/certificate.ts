/** What is read of a certificate, by node: which key it is about, until when, and what it is called. */
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { type Fact, problem } from '../protocol/rule.js';

/** X.509 in DER and base64 on one line, as in `x5c`. */
export type Certificate = string;

/** What is read of a certificate. Moments in epoch milliseconds. */
export interface CertificateFacts {
  readonly certificate: Certificate;
  /** Parts of the distinguished name, a line each. */
  readonly subject: string;
  readonly issuer: string;
  /** In hexadecimal. */
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** base64url of the digests of the DER. RFC 7517 "x5t" and "x5t#S256". */
  readonly thumbprint: { readonly sha1: string; readonly sha256: string };
}

function parsed(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

const digestOf = (hash: string, der: Buffer) => createHash(hash).update(der).digest('base64url');

/** @param text PEM, or DER in base64, in lines or not: as an administrator has it */
export function readCertificate(text: string): Fact<CertificateFacts, 'not-a-certificate' | 'not-rsa'> {
  const x509 = parsed(text);
  if (!x509) return problem('not-a-certificate');
  if (x509.publicKey.asymmetricKeyType !== 'rsa') return problem('not-rsa');
  return {
    certificate: x509.raw.toString('base64'),
    ...{ subject: x509.subject, issuer: x509.issuer, serial: x509.serialNumber },
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
    thumbprint: { sha1: digestOf('sha1', x509.raw), sha256: digestOf('sha256', x509.raw) },
  };
}

/** The key that a certificate is about; undefined: it is none, or not of RSA. */
export function publicKeyOf(certificate: Certificate): KeyObject | undefined {
  const key = parsed(certificate)?.publicKey;
  return key?.asymmetricKeyType === 'rsa' ? key : undefined;
}
