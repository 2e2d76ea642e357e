/** A token request as a command for a shell: with what is kept of it, and placeholders for the secrets, which are not. Pure. */
import { isJsonObject } from '../protocol/json-objects.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';

/** How the client proves itself. `unknown`: the org has no such client. */
export type Proves = 'assertion' | 'basic' | 'post' | 'none' | 'unknown';

export interface CurlModel {
  readonly record: ExchangeRecord;
  readonly tokenEndpoint: string;
  readonly issuer: string;
  readonly proves: Proves;
  /** Address of the page where the requester is played. */
  readonly tryIt: string;
}

/** One word of a POSIX shell, whatever it holds. */
export const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A line of a comment: nothing in it begins a new one. */
const comment = (text: string) => `# ${text.replaceAll(/\p{C}/gu, '?')}`;

interface Takes {
  readonly grantType: string;
  /** What is never kept: the parameter, and the variable in its place. */
  readonly secret?: Parameter;
}

/** What grant types take, by their names in a record. */
const TAKES: Readonly<Record<string, Takes>> = {
  'token-exchange': { grantType: GRANT_TYPE.tokenExchange, secret: ['subject_token', 'SUBJECT_TOKEN'] },
  'jwt-bearer': { grantType: GRANT_TYPE.jwtBearer, secret: ['assertion', 'ASSERTION'] },
  refresh_token: { grantType: GRANT_TYPE.refreshToken, secret: ['refresh_token', 'REFRESH_TOKEN'] },
  client_credentials: { grantType: GRANT_TYPE.clientCredentials },
};

/** What `mint` calls a token of that type. */
const MINTED: Readonly<Record<string, string>> = {
  [TOKEN_TYPE.accessToken]: 'access-token',
  [TOKEN_TYPE.refreshToken]: 'refresh-token',
  [TOKEN_TYPE.saml2]: 'saml-assertion',
};
const MINTED_FOR: Readonly<Record<string, string>> = { 'jwt-bearer': 'id-jag', refresh_token: 'refresh-token' };

type Parameter = readonly [name: string, value: string];

const literal = ([name, value]: Parameter) => `--data-urlencode ${quoted(`${name}=${value}`)}`;
const held = ([name, variable]: Parameter) => `--data-urlencode "${name}=$${variable}"`;

/** How the command says who asks. */
function proof({ proves, record: { client } }: CurlModel): readonly string[] {
  const id = client ?? 'CLIENT_ID';
  switch (proves) {
    case 'assertion':
      return [
        literal(['client_assertion_type', CLIENT_ASSERTION_TYPE]),
        held(['client_assertion', 'CLIENT_ASSERTION']),
      ];
    case 'basic':
      return [`--user ${quoted(`${id}:`)}"$CLIENT_SECRET"`];
    case 'post':
      return [literal(['client_id', id]), held(['client_secret', 'CLIENT_SECRET'])];
    default:
      return [literal(['client_id', id])];
  }
}

const FROM_WHERE: Readonly<Record<Proves, string>> = {
  assertion: 'CLIENT_ASSERTION: a JWT that the client signs with its own key, addressed to the token endpoint.',
  basic: 'CLIENT_SECRET: the secret of the client.',
  post: 'CLIENT_SECRET: the secret of the client.',
  none: 'The client has no secret: its id is all.',
  unknown: 'The org does not know who asked: put in the id of the client, and what it proves itself with.',
};

/** The application that the subject token was for, as the token says. */
function applicationOf({ assertions: { subjectToken } }: ExchangeRecord): string | null {
  const claims = subjectToken === null || subjectToken === 'opaque' ? undefined : subjectToken.claims;
  const named = isJsonObject(claims) ? (claims.cid ?? claims.aud) : undefined;
  return typeof named === 'string' ? named : null;
}

/** How the placeholder of a token is filled in. */
function filling({ record, issuer, tryIt }: CurlModel, [, variable]: Parameter): string {
  const { user, audience, grantType, request } = record;
  const kind = MINTED_FOR[grantType] ?? MINTED[request.subjectTokenType ?? ''] ?? 'id-token';
  const flags: readonly (readonly [string, string | null])[] = [
    ...[['url', issuer] as const, ['token', kind] as const, ['user', user] as const],
    ['application', applicationOf(record)],
    ['audience', kind === 'id-jag' ? audience : null],
  ];
  const said = flags.flatMap(([name, value]) => (value === null ? [] : [`--${name} ${quoted(value)}`]));
  return `${variable}=$(mock-okta-xaa mint ${said.join(' ')}), or step by step at ${tryIt}`;
}

/** The parameters that are kept, as they were sent. */
function kept({ request, grantType }: ExchangeRecord): readonly Parameter[] {
  const { requestedTokenType, subjectTokenType, audience, resource, scope } = request;
  const pairs: readonly (readonly [string, string | null])[] = [
    ['grant_type', TAKES[grantType]?.grantType as string],
    ['requested_token_type', requestedTokenType],
    ['subject_token_type', subjectTokenType],
    ...audience.map((value) => ['audience', value] as const),
    ...resource.map((value) => ['resource', value] as const),
    ['scope', scope],
  ];
  return pairs.filter((pair): pair is Parameter => pair[1] !== null);
}

/** Edge cases that the request asked for itself stand in a header. */
function header({ onPurpose }: ExchangeRecord): readonly string[] {
  const names = onPurpose?.armed === null ? onPurpose.edgeCases : [];
  return names.length > 0 ? [`--header ${quoted(`x-mock-edge-case: ${names.join(',')}`)}`] : [];
}

/** The command; undefined for a request that nobody could send again: its code or password was all. */
export function curlOf(model: CurlModel): string | undefined {
  const { record, tokenEndpoint, proves } = model;
  if (!Object.hasOwn(TAKES, record.grantType)) return undefined;
  const { secret } = TAKES[record.grantType] as Takes;
  const lines = [
    `curl -s ${quoted(tokenEndpoint)}`,
    ...header(record),
    ...kept(record).map(literal),
    ...(secret ? [held(secret)] : []),
    ...proof(model),
  ];
  const comments = [...(secret ? [filling(model, secret)] : []), FROM_WHERE[proves]];
  return `${comments.map(comment).join('\n')}\n${lines.join(' \\\n  ')}`;
}
