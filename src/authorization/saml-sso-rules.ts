/**
 * What a request to sign in by SAML is judged by, once it is known whose it is. The first table is shown on a page, for nobody
 * may be sent where the registration does not say; the second goes to the assertion consumer service as a SAML status.
 */
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { NameId } from '../registry/name-id.js';
import type { AuthnRequest } from '../saml/read-message.js';
import { meetsContext } from './saml-context.js';
import { isFresh, type MessageFacts } from './saml-message-rules.js';

export interface SsoFacts extends MessageFacts<AuthnRequest> {
  /** Undefined: the application is not known. */
  readonly acsUrl: Fact<string, 'unregistered' | 'ambiguous'> | undefined;
}

const MOST_RELAY_STATE = 1024;
const ANY_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

const rule = rulesOver<SsoFacts>();

export const SAML_PAGE_RULES: readonly Rule<SsoFacts>[] = [
  rule({
    name: 'saml-acs-registered',
    demands: 'The assertion consumer service that is asked for, by URL or by index, is registered.',
    of: ['acsUrl'],
    holds: (f) => problemOf(f.acsUrl) === undefined,
    reason: 'saml_acs_unregistered',
    source: cite.samlProfiles('AuthnRequest Message Processing Rules'),
  }),
  rule({
    name: 'saml-relay-state-bounded',
    demands:
      'RelayState is no longer than a default relay state may be. The standard says 80 bytes, which few keep to.',
    needs: ['relayState'],
    holds: (f) => Buffer.byteLength(f.relayState) <= MOST_RELAY_STATE,
    reason: 'saml_relay_state_too_long',
    source: cite.samlBindings('RelayState', 'ours'),
  }),
];

export const SAML_RESPONSE_RULES: readonly Rule<SsoFacts>[] = [
  rule({
    name: 'saml-request-fresh',
    demands: 'The request was issued within the last five minutes, or the next.',
    needs: ['message'],
    holds: (f) => isFresh(f.message, f.now),
    reason: 'saml_message_stale',
    source: cite.samlCore('Complex Type RequestAbstractType', 'ours'),
  }),
  rule({
    name: 'saml-request-binding',
    demands: 'If it says by which binding it is answered, that is HTTP-POST.',
    needs: ['message'],
    holds: (f) => [undefined, POST].includes(f.message.protocolBinding),
    reason: 'saml_response_binding',
    source: cite.samlCore('Element <AuthnRequest>'),
  }),
  rule({
    name: 'saml-request-name-id-policy',
    demands: 'If it asks for a Name ID Format, that is the one of the application, or unspecified.',
    needs: ['app', 'message'],
    holds: (f) => [undefined, ANY_FORMAT, f.app.saml.nameIdFormat].includes(f.message.nameIdFormat),
    reason: 'saml_name_id_policy',
    source: cite.samlCore('Element <NameIDPolicy>'),
  }),
  rule({
    name: 'saml-request-context-met',
    demands: 'The class of sign-in that it asks for is that of the application, compared as it says.',
    needs: ['app', 'message'],
    holds: (f) => meetsContext(f.app.saml.authnContextClassRef, f.message),
    reason: 'saml_context_not_met',
    source: cite.samlCore('Element <RequestedAuthnContext>'),
  }),
];

/** Judged once it is known who the user is. */
export interface SamlSignedInFacts {
  readonly signedIn: boolean;
  readonly mayAsk: boolean;
  readonly assigned: boolean;
  /** Undefined: nobody is signed in who might have one. */
  readonly nameId: Fact<NameId> | undefined;
  /** The response, signed. Undefined: there is no name to put into it. */
  readonly response: Fact<string, 'unwritable'> | undefined;
}

const signedInRule = rulesOver<SamlSignedInFacts>();

export const SAML_SIGNED_IN_RULES: readonly Rule<SamlSignedInFacts>[] = [
  signedInRule({
    name: 'saml-passive-has-session',
    demands: 'A request that forbids asking comes with a session, and does not force a new sign-in.',
    holds: (f) => f.signedIn || f.mayAsk,
    reason: 'saml_passive',
    source: cite.samlCore('Element <AuthnRequest>'),
  }),
  signedInRule({
    name: 'saml-user-assigned',
    demands: 'The user is assigned to the application, directly or by a group.',
    holds: (f) => !f.signedIn || f.assigned,
    reason: 'saml_user_not_assigned',
    source: cite.oktaSaml('Assign users', 'inferred'),
  }),
  signedInRule({
    name: 'saml-user-named',
    demands: 'The application username format gives the user a name.',
    of: ['nameId'],
    holds: (f) => problemOf(f.nameId) === undefined,
    reason: 'failed_username_transform',
    source: cite.oktaSaml('Application username format', 'inferred'),
  }),
  signedInRule({
    name: 'saml-response-writable',
    demands: 'Nothing that the response says has a character that no XML can carry.',
    of: ['response'],
    holds: (f) => problemOf(f.response) === undefined,
    reason: 'saml_not_written',
    source: cite.samlCore('String Values', 'ours'),
  }),
];
