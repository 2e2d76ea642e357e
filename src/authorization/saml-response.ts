/** Writes what the org answers a service provider: the response with its assertion, or the status that stands in its place. */

import { saidBy } from '../access/saml-subject.js';
import type { Org } from '../org.js';
import { newSamlId } from '../protocol/ids.js';
import { REASONS, type ReasonName } from '../protocol/reasons.js';
import { type Fact, problem } from '../protocol/rule.js';
import type { SamlApp } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import { addressedTo } from '../registry/saml-addresses.js';
import { samlIssuerOf } from '../registry/saml-settings.js';
import type { AssertionContent } from '../saml/assertion.js';
import { assertionOf } from '../saml/assertion.js';
import { type ResponseContent, type Signers, type Status, writeResponse } from '../saml/response.js';
import type { Signer } from '../saml/sign.js';
import type { BrowserCall } from './answer.js';
import { type RefusalStatus, SAML_STATUS_OF } from './saml-status.js';
import type { Presence } from './sessions.js';
import type { WaitingSaml } from './sign-in-transaction.js';

const ALGORITHM = { RSA_SHA256: 'rsa-sha256', RSA_SHA1: 'rsa-sha1' } as const;
const DIGEST = { SHA256: 'rsa-sha256', SHA1: 'rsa-sha1' } as const;

/** Who signs for the application now. */
export function signerFor({ samlKeys }: Org, { saml }: SamlApp): Signer {
  return {
    ...samlKeys.signer(saml),
    algorithm: ALGORITHM[saml.signatureAlgorithm],
    digest: DIGEST[saml.digestAlgorithm],
  };
}

/** What a refusal says. */
export function statusOf(reason: ReasonName): Status {
  return { ...(SAML_STATUS_OF[reason] as RefusalStatus), message: REASONS[reason].text };
}

/** What is answered: the request, or that nobody asked. */
export type Asked = Pick<WaitingSaml, 'acsUrl' | 'requestId'>;

function contentOf(app: SamlApp, asked: Asked, now: number): ResponseContent {
  return {
    ...{ id: newSamlId(), issuer: samlIssuerOf(app.saml), inResponseTo: asked.requestId, issueInstant: now },
    destination: addressedTo(app.saml, asked.acsUrl).destination,
  };
}

/** The response that says why there is no assertion. */
export function refusalResponse({ org, now }: BrowserCall, app: SamlApp, asked: Asked, reason: ReasonName): string {
  const signers = app.saml.responseSigned ? { response: signerFor(org, app) } : {};
  // Written of nothing but what was registered, and the id that was read of XML.
  return writeResponse({ ...contentOf(app, asked, now), status: statusOf(reason) }, signers) as string;
}

/** What one sign-in is about. */
export interface SamlSignIn {
  readonly app: SamlApp;
  readonly asked: Asked;
  readonly presence: Presence;
  readonly nameId: NameId;
  /** Id of the assertion. */
  readonly id: string;
  readonly sessionIndex: string;
}

function assertionFor({ view, now }: BrowserCall, signIn: SamlSignIn): AssertionContent {
  const { app, asked, presence, nameId, id, sessionIndex } = signIn;
  return assertionOf({
    ...saidBy(view, app, presence.user),
    ...{ id, nameId, sessionIndex, signedInAt: presence.session.authTime * 1000, now },
    ...{ recipient: addressedTo(app.saml, asked.acsUrl).recipient, inResponseTo: asked.requestId },
  });
}

/** The response with the assertion, signed as the application says. */
export function signInResponse(call: BrowserCall, signIn: SamlSignIn): Fact<string, 'unwritable'> {
  const { app, asked } = signIn;
  const signer = signerFor(call.org, app);
  const signers: Signers = {
    ...(app.saml.responseSigned && { response: signer }),
    ...(app.saml.assertionSigned && { assertion: signer }),
  };
  const content = { ...contentOf(app, asked, call.now), assertion: assertionFor(call, signIn) };
  const written = writeResponse(content, signers);
  return typeof written === 'string' ? written : problem('unwritable');
}
