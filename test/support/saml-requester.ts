/**
 * What a SAML requester does at the example org: it holds an assertion for the application "Claude", good or bent, as the org
 * itself signs one, and exchanges it.
 */
import { createPrivateKey } from 'node:crypto';
import type { SamlEdits } from '../../src/edge-cases/saml/saml-edits.js';
import { idFromName } from '../../src/protocol/ids.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { type AssertionContent, assertionMarkup, assertionOf, type SignIn } from '../../src/saml/assertion.js';
import { bendSaml, type GoodSaml } from '../../src/saml/bend/bend.js';
import type { SamlKeys } from '../../src/saml/bend/signers.js';
import { NAME_ID_FORMAT } from '../../src/saml/names.js';
import { type Signer, signatureOf } from '../../src/saml/sign.js';
import { developmentSamlKey } from '../../src/shipped.js';
import type { Answer, Parameters, TestOrg } from './org.js';
import { OTHER_SIGNER } from './saml.js';

/** The SAML issuer of an application of the example org. */
export const samlIssuer = (label: string) => `http://www.okta.com/${idFromName('samlKey', label)}`;

/** "Claude", as it is registered in the example org. */
export const CLAUDE = {
  id: '0oaClaudeSaml0000001',
  issuer: samlIssuer('Claude'),
  audience: 'https://claude.example/saml',
  recipient: 'https://claude.example/saml/acs',
} as const;

const published = developmentSamlKey();

/** As the org signs for an application without keys of its own. */
export const SIGNER: Signer = {
  key: createPrivateKey({ key: published.jwk, format: 'jwk' }),
  certificate: published.certificate,
  algorithm: 'rsa-sha256',
};
const KEYS: SamlKeys = { active: SIGNER, attacker: OTHER_SIGNER };

let count = 0;

/** A sign-in of Alice to Claude, now. */
export function signInNow(change: Partial<SignIn> = {}): SignIn {
  const { issuer, audience, recipient } = CLAUDE;
  const now = change.now ?? Date.now();
  count += 1;
  return {
    ...{ id: `id${now}${count}`, issuer, audience, recipient, sessionIndex: '_request1', inResponseTo: '_request1' },
    nameId: { value: 'alice@example.com', format: NAME_ID_FORMAT.emailAddress },
    ...{ signedInAt: now - 1000, now, ...change },
  };
}

/** How an assertion differs from a good one. */
export interface Made extends SamlEdits {
  readonly of?: Partial<SignIn>;
  /** Default: the assertion signed, by itself. */
  readonly good?: Partial<Pick<GoodSaml, 'sign' | 'within'>>;
}

/** A `subject_token`. */
export function assertion({ of = {}, good = {}, ...edits }: Made = {}): string {
  const signIn = signInNow(of);
  const { issuer, audience, recipient, nameId, now } = signIn;
  const response = {
    id: `${signIn.id}0`,
    issuer,
    destination: recipient,
    inResponseTo: '_request1',
    issueInstant: now,
  };
  const whole: GoodSaml = {
    ...{ assertion: assertionOf(signIn), response, within: 'assertion' },
    sign: { assertion: true, response: false },
    ...good,
  };
  const values = {
    issuer,
    audience,
    recipient,
    nameId: nameId.value,
    victim: 'bob@example.com',
    requestId: '_request1',
  };
  const bent = bendSaml(whole, edits, { values, now, keys: KEYS });
  if ('problem' in bent) throw new Error(bent.problem);
  return bent.sent;
}

/** The same, signed by the org over a text that its writer would not write. */
export function assertionWith(rewrite: (text: string) => string, of: Partial<AssertionContent> = {}): string {
  const content = { ...assertionOf(signInNow()), ...of };
  const text = rewrite(assertionMarkup(content).markup);
  const { markup } = signatureOf({ id: content.id as string, text }, SIGNER);
  return Buffer.from(text.replace('</saml2:Issuer>', (end) => end + markup)).toString('base64');
}

/** The first hop: the assertion for a refresh token, by the example agent. */
export async function exchangeAssertion(org: TestOrg, sent: string, more: Parameters = {}): Promise<Answer> {
  return org.post('/oauth2/v1/token', {
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.refreshToken },
    ...{ subject_token_type: TOKEN_TYPE.saml2, subject_token: sent, scope: 'openid offline_access' },
    ...(await org.asAgent()),
    ...more,
  });
}

/** The second: the refresh token for an ID-JAG for Figma. */
export const exchangeRefreshToken = (org: TestOrg, token: string, more: Parameters = {}) =>
  org.exchange(token, { subject_token_type: TOKEN_TYPE.refreshToken, ...more });
