/** The flags that only one command has: pure data, read by `config.ts`, carried out by the commands. */

export interface CommandFlag {
  readonly meaning: string;
  /** `list` may stand several times, `switch` takes no value. */
  readonly kind: 'text' | 'list' | 'switch';
  /** The environment variable that says it as well: for what is not to stand on a command line. */
  readonly variable?: string;
}

const text = (meaning: string): CommandFlag => ({ meaning, kind: 'text' });
const list = (meaning: string): CommandFlag => ({ meaning, kind: 'list' });

const JSON_OUTPUT: CommandFlag = { meaning: 'print everything as JSON', kind: 'switch' };

/** Flag name -> what it is, by command. */
export const COMMAND_FLAGS = {
  mint: {
    token: text('id-jag (default), id-token, access-token, refresh-token, saml-response or saml-assertion'),
    user: text('login or id (default: the first active user)'),
    agent: text('id or name of the AI agent (default: the first active one)'),
    application: text('label or id of the application that the user signed in to'),
    server: text('for an ID or access token: id of a custom authorization server'),
    audience: text("issuer of the resource authorization server (default: the agent's first connection)"),
    'client-id': text("the client's id there, if the agent has no connection to it"),
    resource: list('the MCP server; may stand several times'),
    scope: text('scopes, separated by blanks'),
    'edge-case': list('name of an edge case; may stand several times'),
    'saml-edge-case': text('name of an edge case of SAML: mints a response, or with --token saml-assertion that alone'),
    recipient: text('of SAML: where it is sent (default: the Assertion Consumer Service URL)'),
    'request-id': text('of SAML: id of the AuthnRequest that it answers'),
    claims: text('a patch, such as \'{"set":{"email":"mallory@example.com"},"remove":["jti"]}\''),
    header: text('a patch of the header'),
    lifetime: text('seconds from now to exp'),
    sign: text('who signs, such as attacker, none, es256'),
    given: list('NAME=VALUE that only you know, such as otherClientId=c2'),
    'ras-key': text('file with the private JWK of the resource authorization server'),
    'encryption-key': text('file with the public RSA JWK of the resource authorization server, for JWEs'),
    'client-key': text('file with the private JWK of the client'),
    json: JSON_OUTPUT,
  },
  explain: {
    iss: text('what iss must be (default: the issuer of the org)'),
    audience: text('your own issuer: what aud must be'),
    'client-id': text('the client that presents it, as you know it: what client_id must be'),
    resource: text('your MCP server: what resource must be'),
    keys: text('file with the JWK Set of the issuer (default: the keys of the org)'),
    now: text('seconds since 1970 (default: the time of the org)'),
    leeway: text('seconds that clocks may differ (default 0)'),
    algorithm: list('an algorithm that you accept; may stand several times (default RS256)'),
    json: JSON_OUTPUT,
  },
  probe: {
    'token-endpoint': text('your token endpoint'),
    issuer: text('the issuer of your authorization server (not of the org): what aud says'),
    mcp: text('your MCP server: issuer and token endpoint are discovered from it'),
    config: text('file with all that can be said, probe.json; a flag wins'),
    'client-id': text('a client that is registered at your server'),
    'client-secret': { ...text('its secret; better XAA_CLIENT_SECRET'), variable: 'XAA_CLIENT_SECRET' },
    auth: text('how it authenticates: basic (default), post, private_key_jwt or none'),
    'client-key': text('file with its private JWK, for private_key_jwt'),
    user: text('sub of a user whom your server knows, or creates; SUB or SUB,EMAIL'),
    'other-user': text('another one'),
    resource: list('the resource of the tokens (default: the MCP server)'),
    scope: text('their scopes, separated by blanks (default: as your metadata say)'),
    param: list('NAME=VALUE that every request to your token endpoint needs besides'),
    given: list('NAME=VALUE that only you know, for cases that need it'),
    condition: list('what your server is or has, such as several-issuers, or dpop=false'),
    replay: text('what is demanded of a second use: reject, allow or observe (default)'),
    leeway: text('by how much clocks may differ'),
    lifetime: text('the longest time from iat to exp that you take, such as 10m'),
    algorithm: list('an algorithm that you accept; with one, all others must be refused'),
    'whoami-tool': text('a tool of your MCP server that says who the user is'),
    'whoami-url': text('a URL that answers an access token with JSON about its user'),
    'public-url': text('how your server reaches the org of the probe, if not at its address'),
    'canary-url': text('how it would reach the listener that nobody should ask'),
    group: list('fire this group only, such as A3'),
    level: list('fire this level only, such as MUST'),
    severity: list('fire this severity only, such as critical'),
    case: list('fire this case only, such as exp-past'),
    'since-baseline': { meaning: 'leave out what the baseline accepts', kind: 'switch' },
    'allow-host': list('a host that may be asked besides those that are named'),
    rate: text('requests a second at most'),
    timeout: text('how long an answer may take (default 10s)'),
    wait: text('how long to try until a good token is granted, such as 2m'),
    patience: text('how long a case may wait for a cache to grow too old, such as 15m'),
    'restart-command': text('what starts your server anew'),
    'fail-on': text('exit 1 from this severity on: low (default), medium, high or critical'),
    baseline: text('file with failures that are accepted'),
    'write-baseline': text('write one that accepts the failures of this run, for you to give reasons'),
    report: list('FORMAT=FILE, FORMAT being json, junit, sarif, markdown or html; several may stand'),
    plan: { meaning: 'say what would be done, and do nothing', kind: 'switch' },
    json: { meaning: 'print the report as JSON', kind: 'switch' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CommandFlag>>>>;

export type CommandName = keyof typeof COMMAND_FLAGS;

/** What was given of them. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
