/**
 * What a request to sign out by SAML is judged by: first whether the application takes part at all, on a page, then, once it
 * is known to be its own, what the application is told in a LogoutResponse.
 */
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { LogoutRequest } from '../saml/read-message.js';
import { isFresh, type MessageFacts } from './saml-message-rules.js';

export type LogoutFacts = MessageFacts<LogoutRequest>;

const rule = rulesOver<LogoutFacts>();

/** Judged before what is judged of every message. */
export const SAML_LOGOUT_RULES: readonly Rule<LogoutFacts>[] = [
  rule({
    name: 'saml-logout-enabled',
    demands: 'Single logout is on for the application.',
    needs: ['app'],
    holds: (f) => f.app.saml.slo.enabled,
    reason: 'saml_logout_disabled',
    source: cite.oktaSaml('Single Logout'),
  }),
];

export const SAML_LOGOUT_RESPONSE_RULES: readonly Rule<LogoutFacts>[] = [
  rule({
    name: 'saml-logout-fresh',
    demands: 'The request was issued within the last five minutes, or the next, and is still good.',
    needs: ['message'],
    holds: (f) => isFresh(f.message, f.now) && f.now < (f.message.notOnOrAfter ?? Number.POSITIVE_INFINITY),
    reason: 'saml_message_stale',
    source: cite.samlCore('Element <LogoutRequest>'),
  }),
];
