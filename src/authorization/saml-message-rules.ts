/**
 * What every message of a service provider is judged by, whether it asks to sign in or out. What is broken here is shown on a
 * page: nobody knows yet who asks, or where an answer may go.
 */

import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { SamlApp } from '../registry/application.js';
import type { Message } from '../saml/read-message.js';
import type { BindingProblem } from '../saml/redirect-binding.js';
import type { SignatureProblem } from '../saml/verify.js';

export type Carried = BindingProblem;
/** Undefined: there is none, and none is needed. */
export type SignatureFact = Fact<'verified', SignatureProblem> | undefined;

export interface MessageFacts<M extends Message = Message> {
  readonly app: Fact<SamlApp, 'unknown'>;
  /** Whether the binding brought a message. Undefined: none was sent. */
  readonly carried: Fact<'carried', Carried> | undefined;
  readonly relayState: string | undefined;
  /** Out of what was signed, if it was. */
  readonly message: Fact<M> | undefined;
  readonly signature: SignatureFact;
  readonly issuers: readonly string[];
  /** URL of the endpoint. */
  readonly location: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Milliseconds by which clocks may differ, and for which a message is good. */
const FRESH = 5 * 60_000;

/** Whether the message was issued just now, by clocks that need not agree. */
export function isFresh({ issueInstant }: Message, now: number): boolean {
  return Math.abs(now - issueInstant) <= FRESH;
}

const rule = rulesOver<MessageFacts>();

/** In the order in which refusals win. */
export const SAML_MESSAGE_RULES: readonly Rule<MessageFacts>[] = [
  rule({
    name: 'saml-application-known',
    demands: 'The address is that of a SAML application of the org.',
    of: ['app'],
    holds: (f) => problemOf(f.app) === undefined,
    reason: 'saml_application_unknown',
    source: cite.oktaSaml('Single sign-on URL', 'inferred'),
  }),
  rule({
    name: 'saml-application-active',
    demands: 'The application is active.',
    needs: ['app'],
    holds: (f) => f.app.status === 'ACTIVE',
    reason: 'saml_application_inactive',
    source: cite.oktaSaml('Single sign-on URL', 'inferred'),
  }),
  rule({
    name: 'saml-message-carried',
    demands: 'The binding carries one request: base64, deflated in a URL, no parameter twice.',
    of: ['carried'],
    holds: (f) => problemOf(f.carried) === undefined,
    reason: 'saml_message_not_carried',
    source: cite.samlBindings('HTTP Redirect Binding, HTTP POST Binding'),
  }),
  rule({
    name: 'saml-message-version',
    demands: 'The message is of SAML 2.0.',
    of: ['message'],
    holds: (f) => problemOf(f.message) !== 'version',
    reason: 'saml_message_version',
    source: cite.samlCore('SAML Versioning'),
  }),
  rule({
    name: 'saml-message-read',
    demands: 'It is the message that belongs here, in XML without document type, and says what it must.',
    of: ['message'],
    hiddenBy: ['version'],
    holds: (f) => problemOf(f.message) === undefined,
    reason: 'saml_message_malformed',
    source: cite.samlCore('SAML Protocols'),
  }),
  rule({
    name: 'saml-message-signed',
    demands: 'It is signed where the registration demands it; a request to sign out always is.',
    of: ['signature'],
    holds: (f) => problemOf(f.signature) !== 'unsigned',
    reason: 'saml_message_unsigned',
    source: cite.oktaSaml('Signed Requests'),
  }),
  rule({
    name: 'saml-message-signature-verifies',
    demands: 'A signature is of the registered certificate.',
    of: ['signature'],
    hiddenBy: ['unsigned'],
    holds: (f) => problemOf(f.signature) === undefined,
    reason: 'saml_message_signature',
    source: cite.samlCore('SAML and XML Signature Syntax and Processing'),
  }),
  rule({
    name: 'saml-message-issuer',
    demands: 'Its issuer is the application: the audience, or the SP issuer of single logout.',
    needs: ['message'],
    holds: (f) => f.issuers.includes(f.message.issuer),
    reason: 'saml_message_issuer',
    source: cite.samlProfiles('AuthnRequest Message Processing Rules', 'ours'),
  }),
  rule({
    name: 'saml-message-destination',
    demands: 'Its destination is this endpoint; a signed message has one.',
    needs: ['message'],
    holds: (f) =>
      f.message.destination === undefined ? f.signature === undefined : f.message.destination === f.location,
    reason: 'saml_message_destination',
    source: cite.samlBindings('Security Considerations'),
  }),
];
