/** The fields of *SAML Settings*: what each is called, what may stand in it, and what stands in it. */
import type { SamlContent } from '../registry/saml-settings.js';
import type { Option } from './forms.js';
import { AUTHN_CONTEXTS, DIGEST_ALGORITHMS, NAME_ID_FORMATS, SIGNATURE_ALGORITHMS, SIGNED } from './words.js';

export interface SamlField {
  readonly name: string;
  readonly label: string;
  /** `tick` says `on` or nothing; `choice` one of its options. */
  readonly kind: 'text' | 'url' | 'area' | 'tick' | 'choice';
  readonly stored: (saml: SamlContent) => string | undefined;
  readonly options?: readonly Option[];
  readonly hint?: string;
  readonly required?: boolean;
}

const ticked = (is: boolean) => (is ? 'on' : '');
const signed = (is: boolean) => (is ? 'on' : 'off');

const ADDRESSES: readonly SamlField[] = [
  {
    ...{ name: 'ssoAcsUrl', label: 'Single sign-on URL', kind: 'url', required: true },
    hint: 'The assertion consumer service of the application: where responses are sent.',
    stored: ({ ssoAcsUrl }) => ssoAcsUrl,
  },
  {
    ...{ name: 'audience', label: 'Audience URI (SP Entity ID)', kind: 'text', required: true },
    stored: ({ audience }) => audience,
  },
  {
    ...{ name: 'nameIdFormat', label: 'Name ID Format', kind: 'choice', options: NAME_ID_FORMATS },
    hint: 'The guide wants EmailAddress; it stands as nameid_format in the sub_id of ID-JAGs, too.',
    stored: ({ nameIdFormat }) => nameIdFormat,
  },
  { name: 'defaultRelayState', label: 'Default RelayState', kind: 'text', stored: (saml) => saml.defaultRelayState },
  {
    ...{ name: 'recipient', label: 'Recipient URL', kind: 'url', hint: 'Empty: the Single sign-on URL.' },
    stored: ({ recipient }) => recipient,
  },
  {
    ...{ name: 'destination', label: 'Destination URL', kind: 'url', hint: 'Empty: the Single sign-on URL.' },
    stored: ({ destination }) => destination,
  },
];

const SIGNATURES: readonly SamlField[] = [
  {
    ...{ name: 'responseSigned', label: 'Response', kind: 'choice', options: SIGNED },
    stored: ({ responseSigned }) => signed(responseSigned),
  },
  {
    ...{ name: 'assertionSigned', label: 'Assertion Signature', kind: 'choice', options: SIGNED },
    stored: ({ assertionSigned }) => signed(assertionSigned),
  },
  {
    ...{ name: 'signatureAlgorithm', label: 'Signature Algorithm', kind: 'choice', options: SIGNATURE_ALGORITHMS },
    stored: ({ signatureAlgorithm }) => signatureAlgorithm,
  },
  {
    ...{ name: 'digestAlgorithm', label: 'Digest Algorithm', kind: 'choice', options: DIGEST_ALGORITHMS },
    stored: ({ digestAlgorithm }) => digestAlgorithm,
  },
];

const REQUESTS: readonly SamlField[] = [
  {
    ...{ name: 'spCertificate', label: 'Signature Certificate', kind: 'area' },
    hint: 'Of the application: PEM, or the base64 within it. It verifies what the application signs.',
    stored: ({ spCertificate }) => spCertificate,
  },
  {
    ...{ name: 'samlSignedRequestEnabled', label: 'Signed Requests', kind: 'tick', hint: 'Requests must be signed.' },
    stored: ({ samlSignedRequestEnabled: is }) => ticked(is),
  },
  {
    ...{ name: 'requestCompressed', label: 'Compressed requests', kind: 'tick' },
    hint: 'What arrives in a form was deflated, too.',
    stored: ({ requestCompressed }) => ticked(requestCompressed),
  },
  {
    ...{ name: 'honorForceAuthn', label: 'Honor Force Authentication', kind: 'tick' },
    hint: 'ForceAuthn asks for the password again.',
    stored: ({ honorForceAuthn }) => ticked(honorForceAuthn),
  },
  {
    ...{ name: 'authnContextClassRef', label: 'Authentication context class', kind: 'choice', options: AUTHN_CONTEXTS },
    stored: ({ authnContextClassRef }) => authnContextClassRef,
  },
];

const LOGOUT: readonly SamlField[] = [
  {
    ...{ name: 'sloEnabled', label: 'Enable Single Logout', kind: 'tick' },
    hint: 'The application may end the session. Needs the three: Signature Certificate, and both fields below.',
    stored: ({ slo }) => ticked(slo.enabled),
  },
  { name: 'sloUrl', label: 'Single Logout URL', kind: 'url', stored: ({ slo }) => slo.logoutUrl },
  { name: 'sloIssuer', label: 'SP Issuer', kind: 'text', stored: ({ slo }) => slo.issuer },
];

/** In the order of the page, under their headings. */
export const SAML_FIELD_GROUPS = [
  { heading: 'SAML Settings', fields: ADDRESSES },
  { heading: 'Signatures', fields: SIGNATURES },
  { heading: 'Requests of the application', fields: REQUESTS },
  { heading: 'Single Logout', fields: LOGOUT },
] as const;

/** What each field is called, by the member of the API that a refusal names. */
export const SAML_LABELS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SAML_FIELD_GROUPS.flatMap(({ fields }) => fields.map(({ name, label }) => [name, label]))),
  ...{ subjectNameIdFormat: 'Name ID Format', slo: 'Enable Single Logout' },
  ...{ 'slo.logoutUrl': 'Single Logout URL', 'slo.issuer': 'SP Issuer' },
};

/** What stands in a field, in the words of the page. */
export function inWords({ kind, options = [] }: SamlField, value: string): string {
  if (kind === 'tick') return value === 'on' ? 'yes' : 'no';
  if (kind === 'choice') return (options.find((one) => one.value === value) as Option).label;
  return value;
}
