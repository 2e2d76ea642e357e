/** The identifiers that SAML 2.0 and XML Signature are spelled with: namespaces, URNs and algorithms, each as the wire has it. */

export const NAMESPACE = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  schema: 'http://www.w3.org/2001/XMLSchema',
  instance: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

/** SAML core, "Status Codes". The first four stand at the top, the others within one of them. */
export const STATUS = {
  success: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  requester: 'urn:oasis:names:tc:SAML:2.0:status:Requester',
  responder: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
  versionMismatch: 'urn:oasis:names:tc:SAML:2.0:status:VersionMismatch',
  authnFailed: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed',
  invalidNameIdPolicy: 'urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy',
  noAuthnContext: 'urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext',
  noPassive: 'urn:oasis:names:tc:SAML:2.0:status:NoPassive',
  partialLogout: 'urn:oasis:names:tc:SAML:2.0:status:PartialLogout',
  requestDenied: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
  requestUnsupported: 'urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported',
  unsupportedBinding: 'urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding',
} as const;

export const BINDING = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;

/** SAML core, "Name Identifier Format Identifiers": those of an Okta application, and the one of an issuer. */
export const NAME_ID_FORMAT = {
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  x509SubjectName: 'urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  entity: 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity',
} as const;

export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const PASSWORD_OVER_TLS = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
export const ATTRIBUTE_NAME_FORMAT = {
  unspecified: 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified',
  uri: 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
  basic: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
} as const;

/** XML Signature, "Transforms". A reference by id never sees comments, so both spellings of the second say the same. */
export const TRANSFORM = {
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  exclusiveWithComments: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
} as const;

/** A signature algorithm by its short name: the URIs of signature and digest, and node's name of the hash. */
export const SIGNATURE_ALGORITHM = {
  'rsa-sha1': { uri: `${NAMESPACE.signature}rsa-sha1`, digest: `${NAMESPACE.signature}sha1`, hash: 'sha1' },
  'rsa-sha256': {
    uri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    hash: 'sha256',
  },
  'rsa-sha512': {
    uri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    hash: 'sha512',
  },
} as const;
export type SignatureAlgorithm = keyof typeof SIGNATURE_ALGORITHM;

/** The algorithm of a URI, if the room knows it. */
export function algorithmOf(uri: string | undefined): SignatureAlgorithm | undefined {
  const names = Object.keys(SIGNATURE_ALGORITHM) as SignatureAlgorithm[];
  return names.find((name) => SIGNATURE_ALGORITHM[name].uri === uri);
}

/** Which signatures are taken. SHA-1 only where an application is registered for it; an HMAC never is. */
export interface SignaturePolicy {
  readonly sha1: boolean;
}

/** Whether the policy takes it. */
export function allows({ sha1 }: SignaturePolicy, algorithm: SignatureAlgorithm): boolean {
  return sha1 || algorithm !== 'rsa-sha1';
}

/** What every document begins with. */
export const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
