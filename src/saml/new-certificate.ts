/**
 * Makes the certificate that Okta makes for each SAML application: self-signed, RSA with SHA-256, good for ten years. Its DER is
 * written by a library from the schema of RFC 5280; the signature is node's.
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  Certificate as X509,
} from '@peculiar/asn1-x509';
import type { Certificate } from './certificate.js';

/** RFC 8017 "RSASSA-PKCS1-v1_5": its parameters are NULL. */
const SHA256_WITH_RSA = new AlgorithmIdentifier({
  algorithm: '1.2.840.113549.1.1.11',
  parameters: new Uint8Array([5, 0]).buffer,
});

const utf8 = (text: string) => new AttributeValue({ utf8String: text });

/** Okta's distinguished name, each part as Okta's certificates spell it. */
function oktaName(org: string): Name {
  const parts: [type: string, AttributeValue][] = [
    ['2.5.4.6', new AttributeValue({ printableString: 'US' })],
    ['2.5.4.8', utf8('California')],
    ['2.5.4.7', utf8('San Francisco')],
    ['2.5.4.10', utf8('Okta')],
    ['2.5.4.11', utf8('SSOProvider')],
    ['2.5.4.3', utf8(org)],
    ['1.2.840.113549.1.9.1', new AttributeValue({ ia5String: 'info@okta.com' })],
  ];
  return new Name(
    parts.map(([type, value]) => new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })])),
  );
}

/** What a certificate is made from. */
export interface NewCertificate {
  /** RSA, private: it signs its own certificate. */
  readonly key: KeyObject;
  /** CN: the name of the org, such as `dev-123456`. */
  readonly org: string;
  /** Epoch milliseconds. It is valid from then, for `years`, and as at Okta that is its serial number, too. */
  readonly now: number;
  /** Default: Okta's 10. */
  readonly years?: number;
  /** Positive; default: `now`. */
  readonly serial?: number;
}

function bigEndian(number: number): ArrayBuffer {
  const hex = number.toString(16);
  // A leading zero keeps it positive.
  const bytes = Buffer.from(`00${hex.padStart(hex.length + (hex.length % 2), '0')}`, 'hex');
  const digits = bytes.readUInt8(1) < 0x80 ? bytes.subarray(1) : bytes;
  return new Uint8Array(digits).buffer;
}

function validityOf({ now, years = 10 }: NewCertificate): Validity {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return new Validity({ notBefore: new Date(now), notAfter: end });
}

/** A self-signed certificate, RSA with SHA-256, without extensions: version 3 all the same, as Okta's are. */
export function newCertificate(parts: NewCertificate): Certificate {
  const spki = createPublicKey(parts.key).export({ type: 'spki', format: 'der' });
  const name = oktaName(parts.org);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bigEndian(parts.serial ?? parts.now),
    ...{ signature: SHA256_WITH_RSA, issuer: name, subject: name, validity: validityOf(parts) },
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), parts.key);
  const whole = new X509({
    ...{ tbsCertificate, signatureAlgorithm: SHA256_WITH_RSA },
    signatureValue: new Uint8Array(signature).buffer,
  });
  return Buffer.from(AsnConvert.serialize(whole)).toString('base64');
}
