/**
 * What an access token of the server under test tells about itself: for whom it stands, for which resource, with which
 * scopes. It came from that very server on the line that it was asked on; nothing is decided by it but what it is compared with.
 */
import { isJsonObject } from '../protocol/json-objects.js';
import { readable } from '../tokens/readable.js';
import type { Bench, Members } from './bench.js';
import { mcpRequest } from './mcp-request.js';
import type { Answer } from './wire.js';

/** The claims of a token that is a JWT; of any other none. */
export function claimsIn(token: string): Members {
  const { claims } = readable(token);
  return isJsonObject(claims) ? claims : {};
}

/** The first JSON in a body that is JSON, or a stream of events (the answers of MCP servers). */
function jsonIn(text: string): unknown {
  const line =
    text
      .split('\n')
      .find((one) => one.startsWith('data:'))
      ?.slice(5) ?? text;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Calls a method of an MCP server, with an access token or without. */
export const callMcp = (bench: Bench, url: string, token: string | undefined, method?: string, params?: object) =>
  bench.wire.send(mcpRequest(url, token, method, params));

/** What a tool says: its structured content, or the first text as JSON. */
function toolResult(text: string): Members {
  const result = (jsonIn(text) as Members | undefined)?.result as Members | undefined;
  if (isJsonObject(result?.structuredContent)) return result.structuredContent;
  const first = (Array.isArray(result?.content) ? result.content[0] : undefined) as Members | undefined;
  const parsed = jsonIn(String(first?.text));
  return isJsonObject(parsed) ? parsed : {};
}

/** For whom it stands; undefined: there is no way to know. */
export async function subjectOf(bench: Bench, token: string): Promise<string | undefined> {
  const { whoami } = bench.options;
  const member = whoami?.member ?? 'sub';
  const from = (members: Members) => (members[member] === undefined ? undefined : String(members[member]));
  if (whoami?.url !== undefined) {
    const headers = [
      ['authorization', `Bearer ${token}`],
      ['accept', 'application/json'],
    ] as const;
    return from((await bench.wire.send({ method: 'GET', url: whoami.url, headers })).json ?? {});
  }
  if (whoami?.tool !== undefined && bench.target.mcp !== undefined) {
    const call = { name: whoami.tool, arguments: {} };
    return from(toolResult((await callMcp(bench, bench.target.mcp, token, 'tools/call', call)).text));
  }
  return from(claimsIn(token));
}

/** The scopes that were granted; undefined: the answer is silent, and so is the token. */
export function scopesGranted({ json = {} }: Answer): readonly string[] | undefined {
  const claims = typeof json.access_token === 'string' ? claimsIn(json.access_token) : {};
  const stated = [json.scope, claims.scope, claims.scp].find((one) => one !== undefined);
  if (Array.isArray(stated)) return stated.map(String);
  return typeof stated === 'string' ? stated.split(' ').filter((scope) => scope !== '') : undefined;
}

/** The resources that it is for; undefined: nobody says. */
export function resourcesOf({ json = {} }: Answer): readonly string[] | undefined {
  const claims = typeof json.access_token === 'string' ? claimsIn(json.access_token) : {};
  const stated = json.resource ?? claims.aud;
  return stated === undefined ? undefined : [stated].flat().map(String);
}
