/** Addresses of the console that carry something on, and of the documents that rules come from. Pure. */

/** The path with what is known in its query; what is empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return known.length === 0 ? path : `${path}?${new URLSearchParams(known as [string, string][])}`;
}

const DRAFTS = 'https://datatracker.ietf.org/doc/html/';
const MCP = 'https://modelcontextprotocol.io/';

/** Where a document stands, by how its name begins. `$1` is what the pattern has in brackets. */
const DOCUMENTS: readonly (readonly [RegExp, string])[] = [
  [/^RFC (\d+)/, 'https://www.rfc-editor.org/rfc/rfc$1'],
  [/^(draft-[a-z0-9-]+)/, `${DRAFTS}$1`],
  [/^proposed changes to (draft-[a-z0-9-]+)/, `${DRAFTS}$1`],
  [/^OpenID Connect Core 1\.0/, 'https://openid.net/specs/openid-connect-core-1_0.html'],
  [/^MCP Enterprise-Managed Authorization/, `${MCP}extensions/auth/enterprise-managed-authorization`],
  [/^MCP Authorization/, `${MCP}specification/draft/basic/authorization`],
  [/^SAML 2\.0 core/i, 'https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf'],
  [/^SAML 2\.0 profiles/i, 'https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf'],
  [/^SAML 2\.0 bindings/i, 'https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf'],
  [/^SAML 2\.0 security/i, 'https://docs.oasis-open.org/security/saml/v2.0/saml-sec-consider-2.0-os.pdf'],
];

/** Where the document is to be read, if that is known. @param source a document, with or without its section */
export function documentUrl(source: string): string | undefined {
  for (const [pattern, url] of DOCUMENTS) {
    const [, part = ''] = pattern.exec(source) ?? [];
    if (pattern.test(source)) return url.replace('$1', part);
  }
  return undefined;
}
