/**
 * The SAML settings of an application: *General > SAML Settings* and *Sign On > Application username format*. Members that
 * Okta's JSON has in `settings.signOn` have its names.
 */
import * as z from 'zod';
import { AttributeStatement } from './attribute-statements.js';
import { Certificate } from './certificate.js';
import { UserNameExpression } from './expression-names.js';
import { SamlKey } from './saml-key.js';

/** *Name ID Format* of General > SAML Settings. */
export const NameIdFormat = z.enum([
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
]);
export type NameIdFormat = z.infer<typeof NameIdFormat>;

export const EMAIL_NAME_ID = NameIdFormat.enum['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'];

/** *Application username format* of Sign On, as far as this org, which has no directory, can make the names. */
export const UserNameFormat = z.enum([
  ...(['OKTA_USERNAME', 'OKTA_USERNAME_PREFIX', 'EMAIL', 'EMAIL_LOWERCASE', 'EMAIL_PREFIX', 'CUSTOM', 'NONE'] as const),
]);
export type UserNameFormat = z.infer<typeof UserNameFormat>;

/** Okta's list, with its spelling. */
const AuthnContextClass = z.enum([
  'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient',
  'urn:oasis:names:tc:SAML:2.0:ac:classes:X509',
  'urn:federation:authentication:windows',
  'oasis:names:tc:SAML:2.0:ac:classes:Kerberos',
]);

/** Where a browser is sent with a form or a query: never a script. */
export const SamlUrl = z.url({ protocol: /^https?$/, error: 'is no http or https URL' }).max(1024);

export const SingleLogout = z.strictObject({
  enabled: z.boolean().default(false).describe('The application may end the session: Single Logout.'),
  issuer: z.string().min(1).max(1024).optional().describe('Issuer of its logout requests.'),
  logoutUrl: SamlUrl.optional().describe('Where the logout response is sent.'),
});

/** The most keys that an application has. */
export const MOST_SAML_KEYS = 20;

/** Every member, before {@link withSamlRows}. */
export const SamlMembers = z.strictObject({
  externalKey: z.string().describe('The exk… id in the SAML issuer http://www.okta.com/{exk}.'),
  ssoAcsUrl: z.url(),
  audience: z.string().describe('Entity id of the service provider.'),
  nameIdFormat: NameIdFormat.default('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'),
  usernameFormat: UserNameFormat.default('OKTA_USERNAME').describe('CUSTOM: as usernameExpression says.'),
  usernameExpression: UserNameExpression.optional().describe(
    'In Okta’s expression language, such as user.getInternalProperty("email").',
  ),
  usernameSuffix: z.string().min(1).max(100).optional().describe('Put behind what the format gives.'),
  spNameQualifier: z
    .boolean()
    .default(false)
    .describe(
      'The NameID and sub_id say for whom they are (sp_name_qualifier: the audience). No org was seen doing so.',
    ),
  recipient: SamlUrl.optional().describe('ssoAcsUrl when absent.'),
  destination: SamlUrl.optional().describe('ssoAcsUrl when absent.'),
  ssoAcsUrlOverride: SamlUrl.optional().describe('Where responses go in place of ssoAcsUrl.'),
  defaultRelayState: z.string().max(1024).optional(),
  allowMultipleAcsEndpoints: z.boolean().default(false),
  acsEndpoints: z
    .array(z.strictObject({ index: z.int().min(0).max(65_535), url: SamlUrl }))
    .max(100)
    .default([]),
  responseSigned: z.boolean().default(true),
  assertionSigned: z.boolean().default(true),
  signatureAlgorithm: z.enum(['RSA_SHA256', 'RSA_SHA1']).default('RSA_SHA256'),
  digestAlgorithm: z.enum(['SHA256', 'SHA1']).default('SHA256'),
  honorForceAuthn: z.boolean().default(true),
  authnContextClassRef: AuthnContextClass.default('urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'),
  requestCompressed: z.boolean().default(false),
  samlSignedRequestEnabled: z.boolean().default(false).describe('Requests must be signed, by spCertificate.'),
  spCertificate: Certificate.optional().describe('Of the service provider: PEM, or the base64 within it.'),
  slo: SingleLogout.prefault({}),
  attributeStatements: z.array(AttributeStatement).max(200).default([]),
  signingKeys: z
    .array(SamlKey)
    .max(MOST_SAML_KEYS)
    .default([])
    .describe('The published key for testing when there is none.'),
  signingKeyId: z.string().min(1).max(255).optional().describe('kid of the one that signs; the last when absent.'),
});

/** What the org gives a SAML app, and no request changes. */
export type SamlGiven = Pick<z.infer<typeof SamlMembers>, 'externalKey' | 'signingKeys' | 'signingKeyId'>;

/** The settings of a SAML app without that. */
export type SamlContent = Omit<z.infer<typeof SamlMembers>, keyof SamlGiven>;

/** What must hold of several members together. */
interface SamlRow {
  readonly name: string;
  /** The member that it is said of. */
  readonly about: keyof SamlContent;
  readonly holds: (saml: SamlContent) => boolean;
  readonly cause: string;
}

const isOnce = (values: readonly unknown[]) => new Set(values).size === values.length;
const isMade = ({ usernameFormat }: SamlContent) => usernameFormat !== 'CUSTOM' && usernameFormat !== 'NONE';

/** In the order in which refusals win. */
export const SAML_ROWS: readonly SamlRow[] = [
  {
    name: 'custom-user-name-has-expression',
    about: 'usernameExpression',
    holds: (saml) => (saml.usernameFormat === 'CUSTOM') === (saml.usernameExpression !== undefined),
    cause: 'belongs to the username format CUSTOM, which needs it',
  },
  {
    name: 'user-name-suffix-behind-built-in',
    about: 'usernameSuffix',
    holds: (saml) => saml.usernameSuffix === undefined || isMade(saml),
    cause: 'is put behind a built-in username format; an expression adds it by itself',
  },
  {
    name: 'response-or-assertion-signed',
    about: 'assertionSigned',
    holds: (saml) => saml.responseSigned || saml.assertionSigned,
    cause: 'the response or the assertion must be signed, or both',
  },
  {
    name: 'signed-requests-have-certificate',
    about: 'samlSignedRequestEnabled',
    holds: (saml) => !saml.samlSignedRequestEnabled || saml.spCertificate !== undefined,
    cause: 'needs spCertificate, which the signatures are verified with',
  },
  {
    name: 'logout-has-issuer-url-and-certificate',
    about: 'slo',
    holds: ({ slo, spCertificate }) => !slo.enabled || !![slo.issuer, slo.logoutUrl, spCertificate].every(Boolean),
    cause: 'needs issuer, logoutUrl and spCertificate: a logout request must be signed',
  },
  {
    name: 'acs-index-once',
    about: 'acsEndpoints',
    holds: ({ acsEndpoints }) => isOnce(acsEndpoints.map(({ index }) => index)),
    cause: 'each index stands once',
  },
  {
    name: 'attribute-name-once',
    about: 'attributeStatements',
    holds: ({ attributeStatements }) => isOnce(attributeStatements.map(({ name }) => name)),
    cause: 'each name stands once',
  },
];

/** The schema with {@link SAML_ROWS}, each with the path of the member. */
export function withSamlRows<T extends z.ZodType<SamlContent & Omit<SamlGiven, 'externalKey'>>>(schema: T): T {
  return schema.superRefine((saml, context) => {
    for (const { about, holds, cause } of SAML_ROWS) {
      if (!holds(saml)) context.addIssue({ code: 'custom', path: [about], message: cause });
    }
    const kids = saml.signingKeys.map(({ kid }) => kid);
    if (!isOnce(kids)) context.addIssue({ code: 'custom', path: ['signingKeys'], message: 'each kid stands once' });
    if (saml.signingKeyId !== undefined && !kids.includes(saml.signingKeyId)) {
      context.addIssue({ code: 'custom', path: ['signingKeyId'], message: 'is the kid of none of the signingKeys' });
    }
  });
}

export const SamlSettings = withSamlRows(SamlMembers);
export type SamlSettings = z.infer<typeof SamlSettings>;

const SAML_ISSUER = 'http://www.okta.com/';

/** The SAML issuer (IdP entity id) that Okta gives the app, http and www.okta.com whatever the org's host. */
export function samlIssuerOf({ externalKey }: Pick<SamlSettings, 'externalKey'>): string {
  return `${SAML_ISSUER}${externalKey}`;
}

/** The key in a SAML issuer; undefined: it is none of Okta's. The inverse of {@link samlIssuerOf}. */
export function externalKeyIn(samlIssuer: string): string | undefined {
  return samlIssuer.startsWith(SAML_ISSUER) ? samlIssuer.slice(SAML_ISSUER.length) : undefined;
}
