/** Keys, certificates and a good sign-in for the tests of SAML. The keys are those that come with the program. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AssertionContent, assertionOf, type SignIn, writeAssertion } from '../../src/saml/assertion.js';
import { NAME_ID_FORMAT, type SignatureAlgorithm } from '../../src/saml/names.js';
import { newCertificate } from '../../src/saml/new-certificate.js';
import {
  type OpenedAssertion,
  openAssertion,
  type VerifiedAssertion,
  verifyAssertion,
} from '../../src/saml/read-assertion.js';
import { type ResponseContent, type Signers, writeResponse } from '../../src/saml/response.js';
import type { Signer } from '../../src/saml/sign.js';
import type { Trust } from '../../src/saml/verify.js';

export const NOW = Date.parse('2026-07-29T08:00:00.123Z');

function keyIn(file: string): KeyObject {
  return createPrivateKey({ key: JSON.parse(readFileSync(`fixtures/keys/${file}`, 'utf8')), format: 'jwk' });
}

export const KEY = keyIn('claude-agent.jwk.json');
export const OTHER_KEY = keyIn('api-client.jwk.json');
export const CERTIFICATE = newCertificate({ key: KEY, org: 'dev-123456', now: NOW });
export const OTHER_CERTIFICATE = newCertificate({ key: OTHER_KEY, org: 'dev-654321', now: NOW });

export const signerBy = (algorithm: SignatureAlgorithm): Signer => ({ key: KEY, certificate: CERTIFICATE, algorithm });
export const SIGNER = signerBy('rsa-sha256');
export const OTHER_SIGNER: Signer = { ...SIGNER, key: OTHER_KEY, certificate: OTHER_CERTIFICATE };
export const TRUST: Trust = { certificates: [CERTIFICATE], policy: { sha1: false } };

export const SIGN_IN: SignIn = {
  ...{ id: 'id2718281828459', issuer: 'http://www.okta.com/exkExample0000000001', audience: 'https://sp.example/saml' },
  recipient: 'https://sp.example/acs',
  nameId: { value: 'alice@example.com', format: NAME_ID_FORMAT.emailAddress },
  ...{ inResponseTo: '_request1', sessionIndex: '_request1', signedInAt: NOW - 1000, now: NOW },
};

export const ATTRIBUTES = [
  { name: 'email', values: ['alice@example.com'] },
  { name: 'groups', values: ['A & B', '<c>'] },
];

export const good = (change: Partial<SignIn> = {}): AssertionContent => assertionOf({ ...SIGN_IN, ...change });

/** @throws where it cannot be written */
export function written<T>(text: string | T): string {
  if (typeof text !== 'string') throw new Error(JSON.stringify(text));
  return text;
}

export const RESPONSE: ResponseContent = {
  ...{ id: 'id3141592653589', issuer: SIGN_IN.issuer, destination: SIGN_IN.recipient, inResponseTo: '_request1' },
  issueInstant: NOW,
};

export const responseWith = (assertion: AssertionContent, signers: Signers): string =>
  written(writeResponse({ ...RESPONSE, assertion }, signers));
export const assertionBy = (assertion: AssertionContent, signer?: Signer): string =>
  written(writeAssertion(assertion, signer));

/** Opens and verifies; a problem of either step is handed back as it is. */
export function judged(
  text: string | Uint8Array,
  trust = TRUST,
): VerifiedAssertion & { problem?: string; because?: string } {
  const opened = openAssertion(text);
  return ('problem' in opened ? opened : verifyAssertion(opened as OpenedAssertion, trust)) as VerifiedAssertion;
}
