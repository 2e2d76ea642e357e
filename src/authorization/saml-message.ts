/**
 * Gathers what every message of a service provider says, by whichever binding it came: carried, read, and verified by the
 * certificate of the registration alone. Nothing is refused here.
 */

import { findSamlApp } from '../access/find-saml-app.js';
import { type Fact, isKnown, type Problem, problem } from '../protocol/rule.js';
import type { SamlApp } from '../registry/application.js';
import { type PostMessage, readPost } from '../saml/post-binding.js';
import { type Message, type MessageName, openMessage, type ReadMessage, verifyMessage } from '../saml/read-message.js';
import type { XmlElement } from '../saml/read-xml.js';
import { inflated, type RedirectMessage, readRedirect, verifyRedirect } from '../saml/redirect-binding.js';
import type { Trust } from '../saml/verify.js';
import type { BrowserCall } from './answer.js';
import { samlUrl } from './saml-app.js';
import type { Carried, MessageFacts, SignatureFact } from './saml-message-rules.js';

/** A browser's request to a SAML endpoint of an application. */
export interface SamlCall extends BrowserCall {
  /** The binding. */
  readonly method: 'GET' | 'POST';
  /** What follows the question mark, as it was received. */
  readonly query: string;
  readonly appName: string;
  readonly externalKey: string;
}

/** What the endpoint takes. */
export interface Taken<M> {
  readonly endpoint: 'sso' | 'slo';
  readonly name: MessageName;
  readonly read: (root: XmlElement) => M | Exclude<Fact<Message>, Message>;
  /** Whether a message of the application must be signed. */
  readonly signatureRequired: (app: SamlApp) => boolean;
  /** Whom the application may call itself. */
  readonly issuers: (app: SamlApp) => readonly string[];
}

type Sent = RedirectMessage | PostMessage;

/** A form; some applications deflate what is in it, and are registered for that. */
function carriedByPost({ params }: SamlCall, { saml }: SamlApp): Fact<PostMessage, Carried> {
  const sent = readPost((name) => params.all(name));
  if ('problem' in sent || !saml.requestCompressed) return sent;
  const bytes = inflated(sent.bytes);
  return 'problem' in bytes ? bytes : { ...sent, bytes };
}

function carry(call: SamlCall, app: SamlApp): Fact<Sent, Carried> {
  const sent = call.method === 'GET' ? readRedirect(call.query) : carriedByPost(call, app);
  return isKnown(sent) && sent.kind !== 'SAMLRequest' ? problem('no-message') : sent;
}

function trustOf({ saml }: SamlApp): Trust {
  const certificates = saml.spCertificate === undefined ? [] : [saml.spCertificate];
  return { certificates, policy: { sha1: saml.signatureAlgorithm === 'RSA_SHA1' } };
}

const isSigned = (sent: Sent, opened: ReadMessage) =>
  'signature' in sent ? sent.signature !== undefined : opened.signed;

/**
 * The element to read, with what is to be said of its signature. By redirect the URL is signed; a signature within such a
 * message is none. SAML bindings, "DEFLATE Encoding".
 */
function verified(sent: Sent, opened: ReadMessage, app: SamlApp, required: boolean) {
  const { root } = opened.document;
  const trust = trustOf(app);
  if (!required && trust.certificates.length === 0) return { root, signature: undefined };
  if (!isSigned(sent, opened)) return { root, signature: required ? problem('unsigned') : undefined };
  if ('signature' in sent) {
    const algorithm = verifyRedirect(sent.signature, trust);
    return { root, signature: typeof algorithm === 'string' ? ('verified' as const) : algorithm };
  }
  const element = verifyMessage(opened, trust);
  return isKnown(element) ? { root: element, signature: 'verified' as const } : { root, signature: element };
}

/** The message as far as it can be read, and its signature. */
function readSent<M extends Message>(
  sent: Sent,
  app: SamlApp,
  { name, read, signatureRequired }: Taken<M>,
): { readonly message: Fact<M>; readonly signature?: SignatureFact } {
  const opened = openMessage(sent.bytes, name);
  if ('problem' in opened) return { message: opened };
  const { root, signature } = verified(sent, opened, app, signatureRequired(app));
  return { message: read(root) as M | Problem, signature };
}

/** @param unsolicited nobody sent a message */
export function gatherMessage<M extends Message>(
  call: SamlCall,
  taken: Taken<M>,
  unsolicited: boolean,
): MessageFacts<M> {
  const { org, view, now } = call;
  const found = findSamlApp(view, call.externalKey);
  const app = found?.name === call.appName ? found : undefined;
  const nothing = { carried: undefined, relayState: undefined, message: undefined, signature: undefined };
  if (!app) return { ...nothing, app: problem('unknown'), issuers: [], location: '', now };
  const known = { app, issuers: taken.issuers(app), location: samlUrl(org, app, taken.endpoint), now };
  if (unsolicited) return { ...nothing, ...known };
  const sent = carry(call, app);
  if ('problem' in sent) return { ...nothing, ...known, carried: sent };
  return { ...nothing, ...known, carried: 'carried', relayState: sent.relayState, ...readSent(sent, app, taken) };
}
