/**
 * A service provider for tests: the example org with SAML applications that differ in what a sign-in must tell apart, and what
 * such an application sends and reads. Good requests are written by the room under test; the journeys have other people's code.
 */
import { randomBytes } from 'node:crypto';
import type { OrgFileInput } from '../../src/index.js';
import { postFields } from '../../src/saml/post-binding.js';
import { redirectUrl } from '../../src/saml/redirect-binding.js';
import {
  type AuthnRequestContent,
  type LogoutRequestContent,
  writeAuthnRequest,
  writeLogoutRequest,
} from '../../src/saml/requests.js';
import type { Signer } from '../../src/saml/sign.js';
import { developmentSamlKey } from '../../src/shipped.js';
import { formIn } from './browser.js';
import { type Answer, exampleOrg } from './org.js';
import { CERTIFICATE, judged, written } from './saml.js';

export const ACS = 'https://sp.example/acs';
export const AUDIENCE = 'https://sp.example/saml';
export const LOGOUT_URL = 'https://sp.example/slo';
export const SP_ISSUER = 'https://sp.example/slo-issuer';

const APPS = ['Plain', 'Signed', 'Several', 'Nameless', 'Silent'] as const;
export type AppName = (typeof APPS)[number];

/** Of the applications, by label: exk id, and the path at the org. */
export const exk = (app: AppName) => `exk${app}`.padEnd(20, '0');
export const pathOf = (app: AppName, what: 'sso' | 'slo' = 'sso') =>
  `/app/${app.toLowerCase()}/${exk(app)}/${what}/saml`;
export const appId = (app: AppName) => `0oa${app}`.padEnd(20, '0');

export const OTHER_ACS = 'https://sp.example/other?tenant=a&b="c"';

/** What the applications have in their SAML settings beside the address. */
const SETTINGS: Record<AppName, object> = {
  Plain: { defaultRelayState: 'the-default' },
  Signed: {
    ...{ samlSignedRequestEnabled: true, spCertificate: CERTIFICATE },
    slo: { enabled: true, issuer: SP_ISSUER, logoutUrl: LOGOUT_URL },
  },
  Several: {
    ...{ allowMultipleAcsEndpoints: true, spCertificate: CERTIFICATE, honorForceAuthn: false },
    acsEndpoints: [{ index: 7, url: OTHER_ACS }],
    ssoAcsUrlOverride: 'https://sp.example/override',
  },
  Nameless: { usernameFormat: 'CUSTOM', usernameExpression: 'user.nickName' },
  Silent: {},
};

/** The example org with those applications. */
export function orgWithSamlApps(change: Partial<Record<AppName, object>> = {}): OrgFileInput {
  const org = exampleOrg();
  const apps = APPS.map((label) => ({
    ...{ id: appId(label), label, origin: 'custom' as const, groups: ['Engineering'] },
    ...(label === 'Silent' && { status: 'INACTIVE' as const }),
    saml: {
      ...{ externalKey: exk(label), ssoAcsUrl: ACS, audience: AUDIENCE },
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' as const,
      ...SETTINGS[label],
      ...change[label],
    },
  }));
  return { ...org, applications: [...(org.applications ?? []), ...apps] } as OrgFileInput;
}

/** A new id of a request. */
export const newRequestId = () => `_${randomBytes(16).toString('hex')}`;

export interface Sending<C> {
  readonly issuer: string;
  readonly app: AppName;
  readonly change?: Partial<C>;
  readonly relayState?: string;
  readonly signer?: Signer | undefined;
  /** In place of what would be written. */
  readonly text?: string;
}

/** An AuthnRequest, which the parts change. */
export function authnRequest({ issuer, app, change, signer }: Sending<AuthnRequestContent>): string {
  const content = {
    ...{ id: newRequestId(), issuer: AUDIENCE, destination: issuer + pathOf(app), issueInstant: Date.now() },
    ...change,
  };
  return written(writeAuthnRequest(content, signer));
}

/** Path and query of the request by redirect. */
export function byRedirect(sending: Sending<AuthnRequestContent>): string {
  const text = sending.text ?? authnRequest({ ...sending, signer: undefined });
  const { app, relayState, signer } = sending;
  return redirectUrl({ destination: pathOf(app), kind: 'SAMLRequest', text, relayState, signer });
}

/** The form of the request by POST. */
export function byPost(sending: Sending<AuthnRequestContent>): Record<string, string> {
  const text = sending.text ?? authnRequest(sending);
  return Object.fromEntries(postFields('SAMLRequest', text, sending.relayState));
}

/** A LogoutRequest, which the parts change. */
export function logoutRequest({ issuer, app, change, signer }: Sending<LogoutRequestContent>): string {
  const content = {
    ...{ id: newRequestId(), issuer: SP_ISSUER, destination: issuer + pathOf(app, 'slo'), issueInstant: Date.now() },
    ...{ nameId: { value: 'alice@example.com' }, sessionIndexes: [] },
    ...change,
  };
  return written(writeLogoutRequest(content, signer));
}

/** The response in the self-submitting form of a page. */
export function responseIn({ text, status }: Answer) {
  if (!text.includes('SAMLResponse')) throw new Error(`no response, but ${status}: ${text}`);
  const { action, fields } = formIn(text);
  return { action, relayState: fields.RelayState, xml: Buffer.from(fields.SAMLResponse ?? '', 'base64').toString() };
}

/** The response as the service provider takes it: verified by the org's published certificate. */
export function verifiedIn(answer: Answer, policy = { sha1: false }) {
  const { xml, ...rest } = responseIn(answer);
  return { ...rest, xml, verified: judged(xml, { certificates: [developmentSamlKey().certificate], policy }) };
}

/** The status codes of a response, the last part of each. */
export function statusIn(answer: Answer): readonly string[] {
  const { xml } = responseIn(answer);
  return [...xml.matchAll(/StatusCode Value="[^"]*:(\w+)"/g)].map(([, code = '']) => code);
}
