/** A call of an MCP server, as a request: with an access token, or with what is sent in place of one, or with nothing. */
import type { Asked } from './wire.js';

/** What every MCP server knows; it answers 401 to who has no token. */
const LIST_TOOLS = 'tools/list';

/** @param token in the Authorization header; none when undefined */
export function mcpRequest(url: string, token: string | undefined, method = LIST_TOOLS, params: object = {}): Asked {
  const authorization = token === undefined ? [] : ([['authorization', `Bearer ${token}`]] as const);
  return {
    ...{ method: 'POST', url },
    headers: [
      ...authorization,
      ['content-type', 'application/json'],
      ['accept', 'application/json, text/event-stream'],
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  };
}
