/** The settings of a SAML application in Okta's JSON: `settings.signOn`, read and answered. What the org cannot do is refused. */
import * as z from 'zod';
import { NameIdFormat, SamlMembers, type SamlSettings, SamlUrl, SingleLogout } from '../../registry/saml-settings.js';
import { expression } from '../../registry/username-format.js';
import { withoutNulls } from '../../registry/without-nulls.js';

/** Who a NameID names, Okta's templates say: the application's user name, which has a setting of its own. */
const NAME_ID_TEMPLATE = expression('user.userName');

/** Called alike here and in Okta's JSON. */
const ALIKE = {
  audience: true,
  recipient: true,
  destination: true,
  ssoAcsUrlOverride: true,
  defaultRelayState: true,
  allowMultipleAcsEndpoints: true,
  acsEndpoints: true,
  responseSigned: true,
  assertionSigned: true,
  signatureAlgorithm: true,
  digestAlgorithm: true,
  honorForceAuthn: true,
  authnContextClassRef: true,
  requestCompressed: true,
  samlSignedRequestEnabled: true,
  attributeStatements: true,
} as const;

const off = z.object({ enabled: z.literal(false, 'is not in this org').nullish() }).optional();
const absent = z.undefined('is not in this org').optional();

const Sent = SamlMembers.pick(ALIKE)
  .strip()
  .extend({
    ssoAcsUrl: SamlUrl,
    audience: z.string().min(1).max(1024),
    subjectNameIdFormat: NameIdFormat.default(
      NameIdFormat.enum['urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    ),
    subjectNameIdTemplate: z
      .literal(NAME_ID_TEMPLATE, `is not ${NAME_ID_TEMPLATE}; set credentials.userNameTemplate`)
      .optional(),
    spCertificate: z.object({ x5c: z.tuple([SamlMembers.shape.spCertificate.unwrap()]) }).optional(),
    slo: z.preprocess(withoutNulls, SingleLogout.strip()).prefault({}),
    ...{
      assertionEncryption: off,
      participateSlo: off,
      inlineHooks: z.array(z.never('is not in this org')).optional(),
    },
    ...{ audienceOverride: absent, recipientOverride: absent, destinationOverride: absent },
  });

/** What may be sent, as the registry has it. */
export const SamlSignOn = z.preprocess(withoutNulls, Sent).transform((sent) => {
  const { subjectNameIdFormat, spCertificate, subjectNameIdTemplate: _, ...signOn } = sent;
  const { assertionEncryption: _e, participateSlo: _p, inlineHooks: _h, ...rest } = signOn;
  const { audienceOverride: _a, recipientOverride: _r, destinationOverride: _d, ...settings } = rest;
  return {
    ...settings,
    nameIdFormat: subjectNameIdFormat,
    ...(spCertificate && { spCertificate: spCertificate.x5c[0] }),
  };
});

/** In Okta's order, with Okta's values for what is not set. */
export function signOnBody(saml: SamlSettings) {
  const { ssoAcsUrl, slo, spCertificate, ssoAcsUrlOverride } = saml;
  return {
    ...{ defaultRelayState: saml.defaultRelayState ?? null, ssoAcsUrl },
    ...(ssoAcsUrlOverride !== undefined && { ssoAcsUrlOverride }),
    ...{ idpIssuer: `http://www.okta.com/${expression('org.externalKey')}`, audience: saml.audience },
    ...{ recipient: saml.recipient ?? ssoAcsUrl, destination: saml.destination ?? ssoAcsUrl },
    ...{ subjectNameIdTemplate: NAME_ID_TEMPLATE, subjectNameIdFormat: saml.nameIdFormat },
    ...{ responseSigned: saml.responseSigned, assertionSigned: saml.assertionSigned },
    ...{ signatureAlgorithm: saml.signatureAlgorithm, digestAlgorithm: saml.digestAlgorithm },
    ...{ honorForceAuthn: saml.honorForceAuthn, authnContextClassRef: saml.authnContextClassRef },
    ...{ spIssuer: slo.issuer ?? null, requestCompressed: saml.requestCompressed },
    ...{ attributeStatements: saml.attributeStatements, inlineHooks: [], assertionEncryption: { enabled: false } },
    ...(spCertificate !== undefined && { spCertificate: { x5c: [spCertificate] } }),
    ...{ allowMultipleAcsEndpoints: saml.allowMultipleAcsEndpoints, acsEndpoints: saml.acsEndpoints },
    ...{ samlSignedRequestEnabled: saml.samlSignedRequestEnabled, slo },
  };
}
