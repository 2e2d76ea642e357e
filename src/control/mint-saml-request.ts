/** What can be asked for when a SAML response or assertion is minted. Everything may be left out. */
import * as z from 'zod';
import { EdgeCaseName } from '../edge-cases/edge-case.js';
import { AssertionPatch, ResponsePatch } from '../edge-cases/saml/saml-edits.js';
import { SamlUrl } from '../registry/saml-settings.js';

const name = z.string().min(1).max(2000);

export const MintSamlRequest = z.strictObject({
  user: name.optional().describe('Login or id; the first active user when absent.'),
  application: name.optional().describe('Label or id of an application by SAML; the first active one when absent.'),
  within: z
    .enum(['response', 'assertion'])
    .default('response')
    .describe('The whole response, for a service provider; or the assertion by itself, as subject token.'),
  recipient: SamlUrl.optional().describe('Where it is sent; the Assertion Consumer Service URL when absent.'),
  requestId: name.optional().describe('Id of the AuthnRequest that it answers; as if nobody had asked when absent.'),
  edgeCase: EdgeCaseName.optional().describe('GET /_mock/saml-edge-cases lists them.'),
  assertion: AssertionPatch.optional().describe('What the assertion says instead.'),
  response: ResponsePatch.optional().describe('What the response says instead.'),
});
export type MintSamlRequest = z.infer<typeof MintSamlRequest>;
/** As a person writes it. */
export type MintSamlRequestInput = z.input<typeof MintSamlRequest>;
