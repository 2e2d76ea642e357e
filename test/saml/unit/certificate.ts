/** Certificates: as Okta's, read by node as by anybody. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { publicKeyOf, readCertificate } from '../../../src/saml/certificate.js';
import { newCertificate } from '../../../src/saml/new-certificate.js';
import { CERTIFICATE, KEY, NOW } from '../../support/saml.js';

t.test('a certificate is self-signed, has Okta’s name, and lasts ten years', async (t) => {
  const x509 = new X509Certificate(Buffer.from(CERTIFICATE, 'base64'));
  const name = ['C=US', 'ST=California', 'L=San Francisco', 'O=Okta', 'OU=SSOProvider', 'CN=dev-123456'];
  t.same(x509.subject.split('\n'), [...name, 'emailAddress=info@okta.com']);
  t.equal(x509.issuer, x509.subject);
  t.ok(x509.verify(x509.publicKey));
  t.ok(x509.checkPrivateKey(KEY));
  t.equal(Date.parse(x509.validFrom), NOW - (NOW % 1000));
  t.equal(x509.validTo, 'Jul 29 08:00:00 2036 GMT');
  t.equal(Number.parseInt(x509.serialNumber, 16), NOW);
});

t.test('its letters are those of an Okta certificate', async (t) => {
  // The head of a real one: version 3, six bytes of serial number, sha256WithRSAEncryption, C as PrintableString.
  t.match(CERTIFICATE, /^MIID[\w+/]{4}AoqgAwIBAgIG|^MIID[\w+/]{4}A.{3}AwIBAgIG/);
  t.match(CERTIFICATE, 'MA0GCSqGSIb3DQEBCwUAMI');
  t.match(
    CERTIFICATE,
    'MQswCQYDVQQGEwJVUzETMBEGA1UECAwKQ2FsaWZvcm5pYTEWMBQGA1UEBwwNU2FuIEZyYW5jaXNjbzENMAsGA1UECgwET2t0YTEUMBIGA1UECwwLU1NPUHJvdmlkZXIx',
  );
});

t.test('serial number and years may be said', async (t) => {
  for (const [serial, hex] of [
    [1, '01'],
    [128, '80'],
    [255, 'FF'],
    [256, '0100'],
  ] as const) {
    const text = newCertificate({ key: KEY, org: 'x', now: NOW, years: 1, serial });
    const facts = readCertificate(text);
    t.match(facts, { serial: hex, notAfter: Date.parse('2027-07-29T08:00:00Z') });
  }
});

t.test('facts of a certificate, as PEM, in lines or on one', async (t) => {
  const pem = new X509Certificate(Buffer.from(CERTIFICATE, 'base64')).toString();
  const facts = readCertificate(CERTIFICATE);
  t.match(facts, {
    certificate: CERTIFICATE,
    ...{ notBefore: NOW - (NOW % 1000), notAfter: Date.parse('2036-07-29T08:00:00Z') },
    thumbprint: { sha1: /^[\w-]{27}$/, sha256: /^[\w-]{43}$/ },
  });
  t.same(readCertificate(pem), facts);
  t.same(readCertificate(CERTIFICATE.replace(/.{64}/g, '$&\n')), facts);
});

t.test('what is no certificate, or not of RSA, is told so', async (t) => {
  t.same(readCertificate('nothing'), { problem: 'not-a-certificate' });
  t.same(readCertificate(''), { problem: 'not-a-certificate' });
  t.equal(publicKeyOf('nothing'), undefined);
  const pem = readFileSync('test/support/tls/loopback.pem', 'utf8');
  t.same(readCertificate(pem), { problem: 'not-rsa' });
  t.equal(publicKeyOf(pem), undefined);
});

t.test('a key for each certificate', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const own = newCertificate({ key: privateKey, org: 'small', now: NOW });
  t.equal(publicKeyOf(own)?.asymmetricKeyDetails?.modulusLength, 1024);
});
