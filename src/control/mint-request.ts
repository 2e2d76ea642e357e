/** What can be asked for when a token is minted. Everything may be left out. */
import * as z from 'zod';
import { EdgeCaseName } from '../edge-cases/edge-case.js';
import { Patch, SignerName } from '../edge-cases/edits.js';
import { TOKEN_KINDS } from '../edge-cases/token-edits.js';
import { GIVEN_NAMES, type GivenName, VALUES } from '../edge-cases/values.js';
import { PrivateJwk, RsaPublicJwk } from '../tokens/bend/keys-of-others.js';

const name = z.string().min(1).max(2000);

const given = Object.fromEntries(GIVEN_NAMES.map((one) => [one, name.describe(VALUES[one]).optional()]));

export const MintRequest = z.strictObject({
  token: z
    .enum(TOKEN_KINDS)
    .optional()
    .describe('The kind of token; an ID-JAG when absent, unless an edge case is about another.'),
  user: name.optional().describe('Login or id; the first active user when absent.'),
  agent: name.optional().describe('Id or name of the AI agent; the first active one when absent.'),
  application: name
    .optional()
    .describe('Label, id or client id: whom the user signed in to. A caller of the agent when absent.'),
  server: name.optional().describe('For an ID token or access token: id of a custom authorization server.'),
  audience: name
    .optional()
    .describe("Issuer of the resource authorization server; the agent's first connection when absent."),
  clientId: name.optional().describe("The client's id there; as the connection has it when absent."),
  resource: z
    .union([name, z.array(name).min(1)])
    .optional()
    .describe('As the connection has it when absent.'),
  scope: z.string().max(2000).optional().describe('Separated by blanks; what the connection allows when absent.'),
  edgeCases: z
    .array(EdgeCaseName)
    .max(20)
    .default([])
    .describe('Names of edge cases; several, if they touch different things.'),
  claims: Patch.optional(),
  header: Patch.optional(),
  lifetime: z.int().min(-4e9).max(4e9).optional().describe('Seconds from now to exp.'),
  sign: SignerName.optional(),
  given: z
    .strictObject(given as Record<GivenName, z.ZodOptional<z.ZodString>>)
    .default({})
    .describe('What only you know.'),
  keys: z
    .strictObject({ ras: PrivateJwk.optional(), client: PrivateJwk.optional(), encryption: RsaPublicJwk.optional() })
    .default({})
    .describe('Private keys of others, for the edge cases that sign with them; and the public one that a JWE is for.'),
});
export type MintRequest = z.infer<typeof MintRequest>;
/** As a person writes it. */
export type MintRequestInput = z.input<typeof MintRequest>;
