/** One HTTP call: a request as a value, which can be printed as well as sent, and the answer as a value. */

export interface Request {
  /** How the parameters travel: in the query of a GET, or as the body of a POST. */
  readonly as: 'query' | 'form' | 'json';
  readonly url: string;
  readonly authorization?: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  /** Where a redirect leads, without its parameters. */
  readonly to: string | undefined;
  /** Members of the JSON body, or parameters of the redirect. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const methodOf = ({ as }: Request): string => (as === 'query' ? 'GET' : 'POST');

function bodyOf({ as, parameters }: Request): { query: string; init: RequestInit } {
  if (as === 'json') {
    // An MCP client has to take both kinds of answer.
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    return { query: '', init: { body: JSON.stringify(parameters), headers } };
  }
  const pairs = Object.entries(parameters).map(([name, value]) => [name, String(value)] as [string, string]);
  const encoded = new URLSearchParams(pairs);
  return as === 'query' ? { query: `?${encoded}`, init: {} } : { query: '', init: { body: encoded } };
}

async function readAnswer(response: Response): Promise<Answer> {
  const location = response.headers.get('location');
  if (location !== null) {
    const { origin, pathname, searchParams } = new URL(location);
    return { status: response.status, to: origin + pathname, body: Object.fromEntries(searchParams) };
  }
  // The MCP server answers with a stream of one event; its data is the JSON.
  const json = (await response.text()).replace(/^(?:(?:event|id): .*\n)*data: /, '');
  return { status: response.status, to: undefined, body: JSON.parse(json) };
}

/** Sends the request, once and without following a redirect. */
export async function send(request: Request): Promise<Answer> {
  const { query, init } = bodyOf(request);
  const headers = new Headers(init.headers);
  if (request.authorization !== undefined) headers.set('authorization', request.authorization);
  const how: RequestInit = { ...init, method: methodOf(request), headers, redirect: 'manual' };
  return readAnswer(await fetch(request.url + query, how));
}
