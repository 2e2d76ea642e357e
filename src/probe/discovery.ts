/**
 * Finding the server under test as a client would: from the 401 of an MCP server to its protected-resource metadata, from
 * those to the authorization server. Every step says what it found, and what a client would stumble over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Members, type Target, textIn } from './bench.js';
import { mcpRequest } from './mcp-request.js';
import type { ProbeOptions } from './options.js';
import type { Step } from './report.js';
import type { Answer, Wire } from './wire.js';

/** How long is waited before a server that may be starting is looked for again; milliseconds. */
const PAUSE = 1000;

/** It cannot be found; the message says why, and what to say. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

const ok = (step: string, found: string): Step => ({ step, outcome: 'ok', found });
const failed = (step: string, found: string, advice: string): Step => ({ step, outcome: 'failed', found, advice });

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

/** What is no absolute http URL cannot be asked. */
const isUrl = (text: string) => /^https?:/i.test(text) && URL.canParse(text);

/** The answer of the MCP server to who has no token. */
async function challengeOf(wire: Wire, mcp: string): Promise<Answer> {
  const answer = await wire.send(mcpRequest(mcp, undefined));
  if (answer.problem === undefined) return answer;
  throw new NotFound(`The MCP server ${mcp} cannot be asked: ${answer.problem}`);
}

function challengeSteps(status: number, named: string | undefined): readonly Step[] {
  const answers = `It answers ${status} to who has no token.`;
  const guarded =
    status === 401
      ? ok('MCP server', answers)
      : failed('MCP server', answers, 'Answer 401, so that clients find out how to get one.');
  const step = 'resource_metadata';
  const advice = 'Put it there: RFC 9728, WWW-Authenticate Response.';
  if (named === undefined)
    return [guarded, failed(step, 'The 401 has no resource_metadata in WWW-Authenticate.', advice)];
  if (!isUrl(named)) return [guarded, failed(step, `The challenge names ${named}, which is no URL.`, advice)];
  return [guarded, ok(step, `The challenge names ${named}.`)];
}

/** What the metadata at the address say, and whether clients may use them. */
function resourceSteps(mcp: string, url: string, { json, status }: Answer, servers: readonly string[]) {
  const step = 'Protected-resource metadata';
  if (!json) return [failed(step, `${url} answers ${status}, without a JSON object.`, 'Publish them: RFC 9728.')];
  const resource = textIn(json, 'resource') ?? mcp;
  const found = ok(step, `resource ${resource}, authorization servers: ${servers.join(' ') || 'none'}.`);
  if (resource === mcp) return [found];
  const advice = 'Clients must not use them: resource is to be the URL that they called.';
  return [found, failed('resource', `The metadata are of ${resource}, and not of ${mcp}.`, advice)];
}

async function fromMcp(wire: Wire, mcp: string): Promise<FromMcp> {
  const { status, headers } = await challengeOf(wire, mcp);
  const named = resourceMetadataIn(headers['www-authenticate']);
  const { origin, pathname } = new URL(mcp);
  const wellKnown = `${origin}/.well-known/oauth-protected-resource${pathname.replace(/\/$/, '')}`;
  const url = named !== undefined && isUrl(named) ? named : wellKnown;
  const answer = await get(wire, url);
  const { json } = answer;
  const servers = Array.isArray(json?.authorization_servers) ? json.authorization_servers.map(String) : [];
  const scopes = Array.isArray(json?.scopes_supported) ? json.scopes_supported.map(String) : undefined;
  return {
    steps: [...challengeSteps(status, named), ...resourceSteps(mcp, url, answer, servers)],
    resource: textIn(json, 'resource') ?? mcp,
    named: textIn(json, 'resource'),
    issuer: servers[0],
    scope: scopes?.join(' '),
    guarded: status === 401,
  };
}

interface Found {
  readonly steps: readonly Step[];
  readonly metadata?: Members;
  readonly url?: string;
  /** The issuer as it was asked for. */
  readonly asked: string;
}

/** @param guessed whether the issuer is nobody's word, so that a slash at its end is nobody's mistake */
async function metadataOf(wire: Wire, issuer: string, guessed: boolean): Promise<Found> {
  const step = 'Authorization-server metadata';
  for (const url of metadataUrls(issuer)) {
    const { status, json } = await get(wire, url);
    if (status !== 200 || !json) continue;
    const asked = guessed && json.issuer === `${issuer}/` ? json.issuer : issuer;
    const found = `${url}: issuer ${String(json.issuer)}.`;
    const advice = `Clients must not use them: issuer is to be ${issuer}, to the letter (RFC 8414, Authorization Server Metadata Validation).`;
    const steps = [json.issuer === asked ? ok(step, found) : failed(step, found, advice)];
    return { steps, metadata: json, url, asked };
  }
  const advice = 'Publish them, so that clients find the token endpoint: RFC 8414.';
  return { steps: [failed(step, `${issuer} publishes none.`, advice)], asked: issuer };
}

/** What is known of the server, and the steps by which it was found. */
export interface Discovered {
  readonly target: Target;
  readonly steps: readonly Step[];
  /** Whether the MCP server turns away who has no token; undefined: it was not asked. */
  readonly guarded: boolean | undefined;
}

/** Whoever publishes metadata at the host of a token endpoint. */
const guessedIssuer = ({ tokenEndpoint }: ProbeOptions) =>
  tokenEndpoint === undefined ? undefined : new URL(tokenEndpoint).origin;

/** @throws {NotFound} when it is not known, or no URL */
function asUrl(text: string | undefined, unknown: string, what: string): string {
  if (text === undefined) throw new NotFound(unknown);
  if (!isUrl(text)) throw new NotFound(`${what} is no http or https URL: ${text}`);
  return text;
}

/**
 * Finds it.
 * @throws {NotFound} when its issuer or token endpoint is neither said nor published
 */
export async function discover(wire: Wire, options: ProbeOptions): Promise<Discovered> {
  const mcp = options.mcp === undefined ? undefined : await fromMcp(wire, options.mcp);
  const said = options.issuer ?? mcp?.issuer;
  const nobody = 'No authorization server is named by the MCP server; say issuer.';
  const issuer = asUrl(said ?? guessedIssuer(options), nobody, 'The authorization server that the MCP server names');
  if (mcp?.issuer !== undefined) allowNamed(wire, String(options.mcp), issuer);
  const { metadata, url, steps, asked } = await metadataOf(wire, issuer, said === undefined);
  const own = said ?? textIn(metadata, 'issuer');
  if (own === undefined)
    throw new NotFound(`What aud is to be is not known: ${issuer} publishes no metadata; say issuer.`);
  const unknown = `The token endpoint of ${issuer} is not known; say tokenEndpoint.`;
  const named = options.tokenEndpoint ?? textIn(metadata, 'token_endpoint');
  const tokenEndpoint = asUrl(named, unknown, `The token endpoint of ${issuer}`);
  allowNamed(wire, issuer, tokenEndpoint);
  if (!wire.allows(tokenEndpoint)) throw new NotFound(elsewhere(issuer, tokenEndpoint));
  const scopes = metadata?.scopes_supported;
  return {
    target: {
      ...{ issuer: own, tokenEndpoint, mcp: options.mcp, metadata, metadataUrl: url, askedIssuer: asked },
      namedResource: mcp?.named,
      resource: options.resource ?? mcp?.resource,
      scope: options.scope ?? mcp?.scope ?? (Array.isArray(scopes) ? scopes.map(String).join(' ') : undefined),
    },
    steps: [...(mcp?.steps ?? []), ...steps],
    guarded: mcp?.guarded,
  };
}

/**
 * Finds it, again and again as long as `wait` says: it may be starting.
 * @throws {NotFound} as `discover` does, in the end
 */
export async function awaitDiscovery(wire: Wire, options: ProbeOptions): Promise<Discovered> {
  const until = Date.now() + options.wait;
  for (;;) {
    try {
      return await discover(wire, options);
    } catch (error) {
      if (!(error instanceof NotFound) || Date.now() >= until) throw error;
      await sleep(PAUSE);
    }
  }
}

/** A host that only a document names is asked if the user said so; of the machine that published it, any port is. */
function allowNamed(wire: Wire, publisher: string, url: string): void {
  if (new URL(url).hostname === new URL(publisher).hostname) wire.allow(url);
}

function elsewhere(issuer: string, tokenEndpoint: string): string {
  const { host } = new URL(tokenEndpoint);
  return `The metadata of ${issuer} name the token endpoint ${tokenEndpoint}. Nobody else named ${host}, so nothing is sent there; say --allow-host ${host} if it is yours.`;
}
