/**
 * Finding the server under test as a client would: from the 401 of an MCP server to its protected-resource metadata, from
 * those to the authorization server. Every step says what it found, and what a client would stumble over.
 */
import type { Members, Target } from './bench.js';
import type { ProbeOptions } from './options.js';
import type { Step } from './report.js';
import type { Answer, Wire } from './wire.js';

/** It cannot be found; the message says why, and what to say. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

const ok = (step: string, found: string): Step => ({ step, outcome: 'ok', found });
const failed = (step: string, found: string, advice: string): Step => ({ step, outcome: 'failed', found, advice });

const textIn = (members: Members | undefined, name: string) =>
  typeof members?.[name] === 'string' ? (members[name] as string) : undefined;

/** RFC 8414 "Obtaining Authorization Server Metadata": between host and path; OpenID Connect puts it behind the path. */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    ...(path === '' ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ];
}

/** `resource_metadata` of a challenge. RFC 9728 "WWW-Authenticate Response". */
export function resourceMetadataIn(challenge: string | undefined): string | undefined {
  return /resource_metadata="?([^",\s]+)"?/i.exec(challenge ?? '')?.[1];
}

const get = (wire: Wire, url: string): Promise<Answer> =>
  wire.send({ method: 'GET', url, headers: [['accept', 'application/json']] });

interface FromMcp {
  readonly steps: readonly Step[];
  readonly resource: string;
  /** What its metadata say. */
  readonly named: string | undefined;
  readonly issuer: string | undefined;
  readonly scope: string | undefined;
  readonly guarded: boolean;
}

async function fromMcp(wire: Wire, mcp: string): Promise<FromMcp> {
  const headers = [
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
  ] as const;
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  const challenged = await wire.send({ method: 'POST', url: mcp, headers, body });
  if (challenged.problem !== undefined)
    throw new NotFound(`The MCP server ${mcp} cannot be asked: ${challenged.problem}`);
  const guarded = challenged.status === 401;
  const named = resourceMetadataIn(challenged.headers['www-authenticate']);
  const { origin, pathname } = new URL(mcp);
  const url = named ?? `${origin}/.well-known/oauth-protected-resource${pathname.replace(/\/$/, '')}`;
  const { json, status } = await get(wire, url);
  const servers = Array.isArray(json?.authorization_servers) ? json.authorization_servers.map(String) : [];
  const scopes = Array.isArray(json?.scopes_supported) ? json.scopes_supported.map(String) : undefined;
  const resource = textIn(json, 'resource') ?? mcp;
  const steps = [
    guarded
      ? ok('MCP server', 'It answers 401 to who has no token.')
      : failed(
          'MCP server',
          `It answers ${challenged.status} to who has no token.`,
          'Answer 401, so that clients find out how to get one.',
        ),
    named
      ? ok('resource_metadata', `The challenge names ${named}.`)
      : failed(
          'resource_metadata',
          'The 401 has no resource_metadata in WWW-Authenticate.',
          'Put it there: RFC 9728, WWW-Authenticate Response.',
        ),
    json
      ? ok(
          'Protected-resource metadata',
          `resource ${resource}, authorization servers: ${servers.join(' ') || 'none'}.`,
        )
      : failed(
          'Protected-resource metadata',
          `${url} answers ${status}, without a JSON object.`,
          'Publish them: RFC 9728.',
        ),
    ...(json && resource !== mcp
      ? [
          failed(
            'resource',
            `The metadata are of ${resource}, and not of ${mcp}.`,
            'Clients must not use them: resource is to be the URL that they called.',
          ),
        ]
      : []),
  ];
  return { steps, resource, named: textIn(json, 'resource'), issuer: servers[0], scope: scopes?.join(' '), guarded };
}

interface Found {
  readonly steps: readonly Step[];
  readonly metadata?: Members;
  readonly url?: string;
}

async function metadataOf(wire: Wire, issuer: string): Promise<Found> {
  for (const url of metadataUrls(issuer)) {
    const { status, json } = await get(wire, url);
    if (status !== 200 || !json) continue;
    const same = json.issuer === issuer;
    const step = 'Authorization-server metadata';
    const found = `${url}: issuer ${String(json.issuer)}.`;
    const advice = `Clients must not use them: issuer is to be ${issuer}, to the letter (RFC 8414, Authorization Server Metadata Validation).`;
    return { steps: [same ? ok(step, found) : failed(step, found, advice)], metadata: json, url };
  }
  const advice = 'Publish them, so that clients find the token endpoint: RFC 8414.';
  return { steps: [failed('Authorization-server metadata', `${issuer} publishes none.`, advice)] };
}

/** What is known of the server, and the steps by which it was found. */
export interface Discovered {
  readonly target: Target;
  readonly steps: readonly Step[];
  /** Whether the MCP server turns away who has no token; undefined: it was not asked. */
  readonly guarded: boolean | undefined;
}

/** The issuer that the user names; else, of a token endpoint, whoever publishes metadata at its host. */
const guessedIssuer = ({ issuer, tokenEndpoint }: ProbeOptions) =>
  issuer ?? (tokenEndpoint === undefined ? undefined : new URL(tokenEndpoint).origin);

/**
 * Finds it.
 * @throws {NotFound} when its issuer or token endpoint is neither said nor published
 */
export async function discover(wire: Wire, options: ProbeOptions): Promise<Discovered> {
  const mcp = options.mcp === undefined ? undefined : await fromMcp(wire, options.mcp);
  const issuer = options.issuer ?? mcp?.issuer ?? guessedIssuer(options);
  if (issuer === undefined) throw new NotFound('No authorization server is named by the MCP server; say issuer.');
  if (mcp?.issuer !== undefined) {
    const url = options.issuer ?? mcp.issuer;
    wireAllows(wire, options, url);
  }
  const { metadata, url, steps } = await metadataOf(wire, issuer);
  const own = options.issuer ?? mcp?.issuer ?? textIn(metadata, 'issuer');
  if (own === undefined)
    throw new NotFound(`What aud is to be is not known: ${issuer} publishes no metadata; say issuer.`);
  const tokenEndpoint = options.tokenEndpoint ?? textIn(metadata, 'token_endpoint');
  if (tokenEndpoint === undefined)
    throw new NotFound(`The token endpoint of ${issuer} is not known; say tokenEndpoint.`);
  const scopes = Array.isArray(metadata?.scopes_supported)
    ? metadata.scopes_supported.map(String).join(' ')
    : undefined;
  return {
    target: {
      ...{ issuer: own, tokenEndpoint, mcp: options.mcp, metadata, metadataUrl: url, askedIssuer: issuer },
      namedResource: mcp?.named,
      resource: options.resource ?? mcp?.resource,
      scope: options.scope ?? mcp?.scope ?? scopes,
    },
    steps: [...(mcp?.steps ?? []), ...steps],
    guarded: mcp?.guarded,
  };
}

/** A host that only a document names is asked if the user said so; of this machine's own, any port is. */
function wireAllows(wire: Wire, { mcp, allowHosts }: ProbeOptions, url: string): void {
  const there = new URL(url);
  if (there.hostname === new URL(String(mcp)).hostname || allowHosts.includes(there.host)) wire.allow(url);
}
