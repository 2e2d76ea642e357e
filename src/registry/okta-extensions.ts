/**
 * What the JSON of the management API has that Okta's public JSON has not. Okta's console sets these things; the names under
 * which they stand here are this mock's own, and all of them are declared in this file.
 */
import * as z from 'zod';
import { Application, XaaSettings } from './application.js';
import { ClientIdAtResource } from './resource-connection.js';

/** `iss` of an authorization server: RFC 8414 "Authorization Server Metadata" has no query and no fragment in it. */
function isIssuerUrl(text: string): boolean {
  return /^https?:\/\/[^\s?#]+$/.test(text) && URL.canParse(text);
}

const blankable = (most: number) =>
  z
    .string()
    .max(most)
    .nullish()
    .transform((text) => text || undefined);

/** Of RFC 6749 "Access Token Scope". */
const ScopeToken = z
  .string()
  .max(255)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is no scope: it is empty, or has a space, a quote or a backslash in it');

/**
 * `profile` of an application: the *Resource Server* tab of the console as `profile.xaa`, with the members of an org file's
 * `xaa`; `profile.origin`, whether the application came from Okta's catalogue; and `profile.spNameQualifier`, whether the
 * NameIDs of a SAML application say for whom they are. `issuerUrl` is kept to the byte.
 */
export const ApplicationExtensions = z.object({
  xaa: XaaSettings.extend({
    issuerUrl: blankable(1024).refine(
      (url) => url === undefined || isIssuerUrl(url),
      'is no http or https URL without query and fragment',
    ),
    audienceTenantId: blankable(255),
    scopes: z.array(ScopeToken).max(100).default([]),
  }).prefault({}),
  origin: Application.shape.origin.default('custom'),
  spNameQualifier: z.boolean().default(false),
});

/** Beside the members of a resource connection: the client id that the resource's authorization server knows the agent by. */
export const ConnectionExtensions = z.object({ clientIdAtResource: ClientIdAtResource.max(255).nullish() });

/** `tokenType` of the delegation link of a SAML caller; for others Okta's is known. */
export const SAML_TOKEN_TYPE = 'SAML_ASSERTION';
