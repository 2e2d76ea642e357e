/** The flags of `mint` and `explain` that are about the token: pure data, read by `config.ts`, carried out by the commands. */

export interface CommandFlag {
  readonly meaning: string;
  /** `list` may stand several times, `switch` takes no value. */
  readonly kind: 'text' | 'list' | 'switch';
}

const text = (meaning: string): CommandFlag => ({ meaning, kind: 'text' });
const list = (meaning: string): CommandFlag => ({ meaning, kind: 'list' });

const JSON_OUTPUT: CommandFlag = { meaning: 'print everything as JSON', kind: 'switch' };

/** Flag name -> what it is, by command. */
export const COMMAND_FLAGS = {
  mint: {
    token: text('id-jag (default), id-token, access-token or refresh-token'),
    user: text('login or id (default: the first active user)'),
    agent: text('id or name of the AI agent (default: the first active one)'),
    application: text('label or id of the application that the user signed in to'),
    server: text('for an ID or access token: id of a custom authorization server'),
    audience: text("issuer of the resource authorization server (default: the agent's first connection)"),
    'client-id': text("the client's id there, if the agent has no connection to it"),
    resource: list('the MCP server; may stand several times'),
    scope: text('scopes, separated by blanks'),
    'edge-case': list('name of an edge case; may stand several times'),
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
} as const satisfies Readonly<Record<string, Readonly<Record<string, CommandFlag>>>>;

export type CommandName = keyof typeof COMMAND_FLAGS;

/** What was given of them. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
