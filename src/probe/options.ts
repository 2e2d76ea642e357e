/**
 * What a probe is told: the server, the client that presents the tokens, who its users are, and what is known about it.
 * The schema of `probe.json`, of the library's options, and of what the command line comes to.
 */
import * as z from 'zod';
import { EdgeCaseName, GROUPS, LEVELS, SEVERITIES } from '../edge-cases/edge-case.js';
import { oneOf } from '../edge-cases/one-of.js';
import { CONDITIONS, type Condition } from '../edge-cases/situations.js';
import { GIVEN_NAMES, type GivenName, VALUES } from '../edge-cases/values.js';
import { Duration } from '../protocol/duration.js';
import { PrivateJwk, RsaPublicJwk } from '../tokens/bend/keys-of-others.js';

const text = z.string().min(1).max(4000);
const url = z.url({ protocol: /^https?$/, error: 'is not an http or https URL' });

export const AUTHENTICATIONS = {
  basic: 'client_secret_basic',
  post: 'client_secret_post',
  private_key_jwt: 'a signed assertion',
  none: 'its client_id alone',
} as const;
export type Authentication = keyof typeof AUTHENTICATIONS;

const Client = z
  .strictObject({
    id: text.describe('Its client id at your server: the client_id of the ID-JAGs.'),
    authentication: oneOf(AUTHENTICATIONS)
      .optional()
      .describe('basic when there is a secret, and nothing else is said.'),
    secret: text.optional(),
    key: PrivateJwk.optional().describe('Private JWK, for private_key_jwt.'),
    assertionAudience: text.optional().describe('aud of its assertions; your issuer when absent.'),
  })
  .transform((client) => ({
    ...client,
    authentication: client.authentication ?? (client.secret ? 'basic' : client.key ? 'private_key_jwt' : 'none'),
  }))
  .refine(({ authentication, secret }) => secret || !['basic', 'post'].includes(authentication), 'has no secret')
  .refine(({ authentication, key }) => key || authentication !== 'private_key_jwt', 'has no key');
export type ProbeClient = z.infer<typeof Client>;

const User = z.strictObject({
  sub: text.describe('As your server knows the user, under the issuer of the probe.'),
  email: z.email().optional(),
});

const given = Object.fromEntries(GIVEN_NAMES.map((name) => [name, text.describe(VALUES[name]).optional()]));
const conditions = Object.fromEntries(
  (Object.keys(CONDITIONS) as Condition[]).map((name) => [name, z.boolean().describe(CONDITIONS[name]).optional()]),
);

const OtherClients = z
  .strictObject({
    other: Client.describe('Another client, registered like the first.'),
    public: Client.describe('A client without credentials.'),
    disabled: Client.describe('A client that is switched off.'),
    'without-grant': Client.describe('A client that may not use the JWT bearer grant.'),
    cimd: Client.describe('A client whose id is the URL of its metadata document.'),
    'cimd-mismatched': Client.describe('Such a client, whose document says another client_id.'),
  })
  .partial();

const Settings = z
  .strictObject({
    replay: z
      .enum(['observe', 'reject', 'allow'])
      .default('observe')
      .describe('What is demanded when one ID-JAG comes twice. observe: nothing; what it does is reported.'),
    resource: z
      .enum(['observe', 'required', 'optional'])
      .default('observe')
      .describe('Whether a resource is demanded.'),
    scope: z.enum(['observe', 'required', 'optional']).default('observe').describe('Whether a scope is demanded.'),
    leeway: Duration(0, 600_000).optional().describe('By how much clocks may differ; a minute at most when absent.'),
    lifetime: Duration(1000, 86_400_000)
      .optional()
      .describe('The longest time from iat to exp that you take; not demanded when absent.'),
    algorithms: z.array(text).min(1).optional().describe('All that are taken; not demanded when absent.'),
  })
  .prefault({});

const Idp = z
  .strictObject({
    host: text.default('127.0.0.1').describe('Where the identity provider of the probe listens.'),
    port: z.int().min(0).max(65_535).default(8080).describe('0: any free one.'),
    publicUrl: url
      .optional()
      .describe('How your server reaches it, if not by that address: a tunnel, another container.'),
    tlsCert: text.optional().describe('PEM file, to serve https.'),
    tlsKey: text.optional().describe('PEM file with its private key.'),
    canaryHost: text.optional().describe('Where the listener that nobody should ask listens; as `host` when absent.'),
    canaryUrl: url.optional().describe('How your server would reach that one.'),
    url: url.optional().describe('A running org that is driven by its control API, in place of one of its own.'),
    apiToken: text.optional().describe('API token for that one.'),
    agent: text.optional().describe('There: id or name of the AI agent; the first active one when absent.'),
  })
  .prefault({});

const Select = z
  .strictObject({
    groups: z.array(oneOf(GROUPS)),
    levels: z.array(oneOf(LEVELS)),
    severities: z.array(oneOf(SEVERITIES)),
    names: z.array(EdgeCaseName),
    sinceBaseline: z.boolean().describe('Leave out what the baseline accepts.'),
  })
  .partial()
  .prefault({});

const day = z.iso.date('is no day, such as 2027-01-31');

export const Baseline = z.strictObject({
  $schema: z.string().optional(),
  accepted: z.array(
    z.strictObject({
      name: EdgeCaseName,
      reason: z.string().min(5).max(1000).describe('Why it is accepted, and who knows about it.'),
      expires: day.describe('The last day on which it is.'),
    }),
  ),
});
export type Baseline = z.infer<typeof Baseline>;

export const ProbeOptions = z
  .strictObject({
    $schema: z.string().optional(),
    tokenEndpoint: url.optional(),
    issuer: url.optional().describe('Of your authorization server: what aud says. Discovered from `mcp` when absent.'),
    mcp: url.optional().describe('Your MCP server: the rest is discovered from it as a client would.'),
    client: Client,
    user: User.describe('Whom the tokens are about; somebody whom your server knows, or creates.').prefault({
      sub: '00uProbe000000000001',
      email: 'probe@example.com',
    }),
    otherUser: User.optional().describe('Another user whom it knows.'),
    scope: z.string().max(2000).optional().describe('Separated by blanks; as your metadata say when absent.'),
    resource: text.optional().describe('What resource says; your MCP server when absent.'),
    params: z.record(text, text).default({}).describe('Form parameters that every request needs besides.'),
    otherClients: OtherClients.prefault({}),
    given: z
      .strictObject(given as Record<GivenName, z.ZodOptional<z.ZodString>>)
      .prefault({})
      .describe('What only you know, for cases that need it.'),
    keys: z.strictObject({ ras: PrivateJwk, encryption: RsaPublicJwk }).partial().prefault({}),
    conditions: z
      .strictObject(conditions as Record<Condition, z.ZodOptional<z.ZodBoolean>>)
      .prefault({})
      .describe('What your server is and has. What is not said is discovered, or the cases are not run.'),
    settings: Settings,
    whoami: z
      .strictObject({
        url: url.optional().describe('Answers an access token with JSON about its user.'),
        tool: text.optional().describe('A tool of your MCP server that does.'),
        member: text.default('sub').describe('The member of that JSON that tells users apart.'),
      })
      .optional()
      .describe('How to find out for whom an access token stands; from its claims when absent, where it is a JWT.'),
    siblingResource: url.optional().describe('Another MCP server of yours, which the token must not open.'),
    otherRas: url.optional().describe('Token endpoint of another authorization server of yours.'),
    otherNode: url.optional().describe('Token endpoint of another process of the same server.'),
    loginCallback: url.optional().describe('Where your server takes ID tokens by form post.'),
    allowHosts: z.array(text).default([]).describe('Hosts that may be asked besides those of the URLs above.'),
    idp: Idp,
    select: Select,
    rate: z.number().positive().max(1000).optional().describe('Requests a second at most.'),
    timeout: Duration(100, 600_000).prefault('10s').describe('How long an answer may take.'),
    wait: Duration(0, 3_600_000).prefault('0s').describe('How long to try until a good token is granted.'),
    patience: Duration(0, 86_400_000)
      .prefault('0s')
      .describe('How long one case may wait for a cache to grow too old.'),
    restartCommand: text.optional().describe('Starts your server anew, and returns when it answers.'),
    failOn: oneOf(SEVERITIES).default('low').describe('Failures of that severity and above count.'),
    baseline: Baseline.optional(),
  })
  .refine((o) => o.tokenEndpoint ?? o.issuer ?? o.mcp, {
    path: ['tokenEndpoint'],
    message: 'is needed, or issuer, or mcp: there is nothing to probe',
  });
export type ProbeOptions = z.infer<typeof ProbeOptions>;
/** As a person writes it. */
export type ProbeOptionsInput = z.input<typeof ProbeOptions>;
