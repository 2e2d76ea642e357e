/** What the parties of a sign-in and a sign-out ask of each other, written: AuthnRequest, LogoutRequest, LogoutResponse. */
import { type Xml, xml } from '../html/xml.js';
import { attribute, issuerMarkup, type NameId, nameIdMarkup } from './assertion.js';
import { NAMESPACE } from './names.js';
import { messageAttributes, type Status, signedMessage, statusMarkup } from './response.js';
import type { Signer } from './sign.js';
import { type Unwritable, unwritable } from './writable.js';

/** What every request has. `issueInstant` in epoch milliseconds. */
export interface RequestContent {
  readonly id: string;
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly issueInstant: number;
}

/** SAML core, "Element <AuthnRequest>". */
export interface AuthnRequestContent extends RequestContent {
  readonly assertionConsumerServiceUrl?: string | undefined;
  readonly assertionConsumerServiceIndex?: string | undefined;
  readonly protocolBinding?: string | undefined;
  readonly forceAuthn?: boolean | undefined;
  readonly isPassive?: boolean | undefined;
  readonly nameIdPolicy?:
    | { readonly format?: string | undefined; readonly allowCreate?: boolean | undefined }
    | undefined;
}

/** SAML core, "Element <LogoutRequest>". */
export interface LogoutRequestContent extends RequestContent {
  readonly nameId: NameId;
  readonly sessionIndexes: readonly string[];
}

export interface LogoutResponseContent extends RequestContent {
  readonly inResponseTo: string;
  readonly status: Status;
}

const flag = (name: string, value: boolean | undefined) => attribute(name, value === undefined ? value : String(value));

function policyMarkup(policy: AuthnRequestContent['nameIdPolicy']): Xml | undefined {
  if (!policy) return undefined;
  return xml`<saml2p:NameIDPolicy${flag('AllowCreate', policy.allowCreate)}${attribute('Format', policy.format)}/>`;
}

/** @param signer none where the binding signs the URL */
export function writeAuthnRequest(content: AuthnRequestContent, signer?: Signer): string | Unwritable {
  const own = [
    attribute('AssertionConsumerServiceIndex', content.assertionConsumerServiceIndex),
    attribute('AssertionConsumerServiceURL', content.assertionConsumerServiceUrl),
    flag('ForceAuthn', content.forceAuthn),
    flag('IsPassive', content.isPassive),
    attribute('ProtocolBinding', content.protocolBinding),
  ].flatMap((one) => one ?? []);
  const write = (signature?: Xml) =>
    xml`<saml2p:AuthnRequest${own}${messageAttributes(content)}>${issuerMarkup(content.issuer)}${signature}${policyMarkup(content.nameIdPolicy)}</saml2p:AuthnRequest>`;
  return unwritable(content, 'request') ?? signedMessage(content.id, write, signer);
}

export function writeLogoutRequest(content: LogoutRequestContent, signer?: Signer): string | Unwritable {
  const sessions = content.sessionIndexes.map((index) => xml`<saml2p:SessionIndex>${index}</saml2p:SessionIndex>`);
  const nameId = nameIdMarkup(content.nameId);
  const write = (signature?: Xml) =>
    xml`<saml2p:LogoutRequest${messageAttributes(content)} xmlns:saml2="${NAMESPACE.assertion}">${issuerMarkup(content.issuer)}${signature}${nameId}${sessions}</saml2p:LogoutRequest>`;
  return unwritable(content, 'request') ?? signedMessage(content.id, write, signer);
}

export function writeLogoutResponse(content: LogoutResponseContent, signer?: Signer): string | Unwritable {
  const write = (signature?: Xml) =>
    xml`<saml2p:LogoutResponse${messageAttributes(content)}>${issuerMarkup(content.issuer)}${signature}${statusMarkup(content.status)}</saml2p:LogoutResponse>`;
  return unwritable(content, 'response') ?? signedMessage(content.id, write, signer);
}
