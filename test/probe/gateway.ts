/**
 * A gateway before the example RAS, as a misconfigured proxy or a lenient framework would be: it changes what is asked and
 * what is answered. It listens where the RAS says that it is.
 */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp, type Server } from 'node:http';

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it changes. `answered` in place of a request: it is not passed on. `hang`: there is never an answer. */
export interface Gateway {
  readonly request?: (asked: Asked) => Asked | Answered | 'hang';
  readonly answer?: (answered: Answered, asked: Asked) => Answered;
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function forwarded({ method, path, headers, body }: Asked, origin: string): Promise<Answered> {
  const { 'transfer-encoding': _encoding, 'content-length': _length, ...rest } = headers;
  const sent = { ...rest, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) };
  const request = requestHttp(origin + path, { method, headers: sent });
  // The RAS answers a body that is too large and hangs up, while the rest of it is still being written.
  request.on('error', () => undefined);
  request.end(body);
  const response = await once(request, 'response').then(
    ([first]) => first as IncomingMessage,
    () => undefined,
  );
  if (!response) return refused(413, 'invalid_request');
  return { status: Number(response.statusCode), headers: response.headers, body: await textOf(response) };
}

/**
 * Opens it.
 * @param server listens already
 * @param origin where the RAS behind it listens
 */
export function openGateway(server: Server, origin: string, { request, answer }: Gateway): void {
  server.on('request', async (incoming: IncomingMessage, response) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const asked: Asked = { method, path: url, headers, body: await textOf(incoming) };
    const changed = request?.(asked) ?? asked;
    if (changed === 'hang') return;
    const got = 'status' in changed ? changed : await forwarded(changed, origin);
    const { status, headers: given, body } = answer?.(got, asked) ?? got;
    const { 'transfer-encoding': _encoding, 'content-length': _length, ...rest } = given;
    response.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(body) }).end(body);
  });
}

export const FORM = 'application/x-www-form-urlencoded';

/** A function of requests to the token endpoint; others go by. */
export const atToken =
  <T>(change: (asked: Asked) => T) =>
  (asked: Asked): T | Asked =>
    asked.path.split('?')[0] === '/token' ? change(asked) : asked;

/** The request with the form in its body rewritten. */
export function withForm(asked: Asked, change: (form: URLSearchParams) => void): Asked {
  const form = new URLSearchParams(asked.body);
  change(form);
  return { ...asked, headers: { ...asked.headers, 'content-type': FORM }, body: form.toString() };
}

export const formOf = ({ body }: Asked): URLSearchParams => new URLSearchParams(body);

export const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

export const withAuthorization = (asked: Asked, authorization: string): Asked => ({
  ...asked,
  headers: { ...asked.headers, authorization },
});

export const refused = (status: number, error: string): Answered => ({
  ...{ status, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } },
  body: JSON.stringify({ error }),
});

/** The answer with its JSON rewritten. */
export function withJson(answered: Answered, change: (json: Record<string, unknown>) => object): Answered {
  return { ...answered, body: JSON.stringify(change(JSON.parse(answered.body))) };
}

/** A change of the answers of the token endpoint that the predicate is for; others go by. */
export const answersOfToken =
  (whether: 'granted' | 'refused' | 'any', change: (answered: Answered, asked: Asked) => Answered) =>
  (answered: Answered, asked: Asked): Answered => {
    const isGranted = answered.status === 200;
    const isMeant = whether === 'any' || isGranted === (whether === 'granted');
    return asked.path.split('?')[0] === '/token' && isMeant ? change(answered, asked) : answered;
  };
