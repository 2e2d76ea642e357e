/**
 * The token endpoint of the Resource Authorization Server: it authenticates the client, has the ID-JAG checked and issues
 * an access token for the MCP server. Every refusal is an RFC 6749 error object; no refresh token is ever issued.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ACCESS_TOKEN_SECONDS, type Access } from './access-token.js';
import { type Check, type CheckContext, findRefusal, grantedScopes, isScope, sameResource } from './checks.js';
import { readIdJag } from './id-jag.js';

const MAX_BODY_BYTES = 64 * 1024;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** A client as it is registered here, which need not be its id at the IdP. */
export interface RegisteredClient {
  readonly id: string;
  readonly secret: string;
}

/** What the endpoint needs of the app: the checks' context without what only a request knows, and three actions. */
export interface TokenEndpoint {
  readonly context: Omit<CheckContext, 'clientId' | 'requestedScope'>;
  readonly checks: readonly Check[];
  readonly clients: readonly RegisteredClient[];
  readonly issue: (access: Access, now: number) => Promise<string>;
  readonly findUser: (claims: Readonly<Record<string, unknown>>) => Pick<Access, 'sub' | 'email'>;
  readonly onRefusal: ((check: Check) => void) | undefined;
}

/** An error answer of RFC 6749, Error Response. */
class Refusal extends Error {
  constructor(
    readonly error: string,
    description: string,
    readonly statusCode = 400,
  ) {
    super(description);
  }
}

/** The form, and nothing but the form: a credential or an assertion in a URL ends up in logs. */
function readForm({ body, url }: FastifyRequest): URLSearchParams {
  if (!(body instanceof URLSearchParams)) throw new Refusal('invalid_request', 'Send a form in the body.');
  if (url.includes('?')) throw new Refusal('invalid_request', 'Send no parameters in the URL.');
  // An empty parameter counts as absent. Only `resource` may be repeated (RFC 8707).
  const form = new URLSearchParams([...body].filter(([, value]) => value !== ''));
  const names = [...form.keys()].filter((name) => name !== 'resource');
  if (new Set(names).size < names.length) throw new Refusal('invalid_request', 'Send no parameter twice.');
  return form;
}

const unauthenticated = () => new Refusal('invalid_client', 'The client could not be authenticated.', 401);

/** The two halves of HTTP Basic, each form-encoded before they were joined (RFC 6749, Client Password). */
function readBasic(authorization: string): { id: string; secret: string } {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1] ?? '';
  const halves = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8'));
  if (!halves) throw unauthenticated();
  try {
    const [id = '', secret = ''] = halves.slice(1).map((half) => decodeURIComponent(half.replaceAll('+', ' ')));
    return { id, secret };
  } catch {
    throw unauthenticated();
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();
const same = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));

/** client_secret_basic or client_secret_post, never both; anything else is not offered here. */
function authenticateClient(
  request: FastifyRequest,
  form: URLSearchParams,
  clients: readonly RegisteredClient[],
): string {
  const { authorization } = request.headers;
  if (authorization !== undefined && (form.has('client_secret') || form.has('client_assertion'))) {
    throw new Refusal('invalid_request', 'Authenticate the client in one way only.');
  }
  const named = form.get('client_id');
  const posted = { id: named ?? '', secret: form.get('client_secret') ?? '' };
  const { id, secret } = authorization === undefined ? posted : readBasic(authorization);
  if (named !== null && named !== id) throw new Refusal('invalid_request', 'Two different clients are named.');
  const client = clients.find((one) => same(id, one.id) && same(secret, one.secret));
  if (!client) throw unauthenticated();
  return client.id;
}

/** The ID-JAG, and the scopes the request narrows it to; the rest of the request must only make sense here. */
function readGrant(form: URLSearchParams, mcpUrl: string): { assertion: string; requestedScope: string | undefined } {
  const grantType = form.get('grant_type');
  const assertion = form.get('assertion');
  const scope = form.get('scope') ?? undefined;
  if (grantType === null) throw new Refusal('invalid_request', 'The parameter grant_type is missing.');
  if (grantType !== JWT_BEARER) throw new Refusal('unsupported_grant_type', 'Only the JWT bearer grant is offered.');
  if (assertion === null) throw new Refusal('invalid_request', 'The parameter assertion is missing.');
  if (scope !== undefined && !isScope(scope)) throw new Refusal('invalid_scope', 'The parameter scope is malformed.');
  if (!form.getAll('resource').every((resource) => sameResource(resource, mcpUrl))) {
    throw new Refusal('invalid_target', 'That resource is not served here.');
  }
  return { assertion, requestedScope: scope };
}

/** One token request from form to answer. */
async function redeem(request: FastifyRequest, endpoint: TokenEndpoint): Promise<object> {
  const form = readForm(request);
  const clientId = authenticateClient(request, form, endpoint.clients);
  const { assertion, requestedScope } = readGrant(form, endpoint.context.mcpUrl);
  const context: CheckContext = { ...endpoint.context, clientId, requestedScope };
  const idJag = readIdJag(assertion);
  const failed = await findRefusal(idJag, context, endpoint.checks);
  if (failed) {
    // The client learns that the grant was refused; which check refused it, and whom we trust, is for our own log.
    endpoint.onRefusal?.(failed);
    throw new Refusal(failed.error, 'The assertion was not accepted.');
  }
  const scopes = grantedScopes(idJag.claims, context);
  const accessToken = await endpoint.issue({ ...endpoint.findUser(idJag.claims), clientId, scopes }, context.now());
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    resource: context.mcpUrl,
  };
}

/** Whatever went wrong, the answer is an OAuth error. What Fastify refused itself (size, media type) is among it. */
function sendError(error: Error & { statusCode?: number }, reply: FastifyReply): FastifyReply {
  const ours = error instanceof Refusal;
  const { statusCode = 500 } = error;
  const unexpected =
    statusCode < 500 ? ['invalid_request', 'Send a form.'] : ['server_error', 'Something went wrong here.'];
  const [code, description] = ours ? [error.error, error.message] : unexpected;
  if (statusCode === 401) reply.header('www-authenticate', 'Basic realm="example-resource-app"');
  return reply.code(statusCode).send({ error: code, error_description: description });
}

/** Registers the endpoint. Give it an instance of its own: it reads forms only and has its own way to answer errors. */
export function registerTokenEndpoint(app: FastifyInstance, path: string, endpoint: TokenEndpoint): void {
  app.removeAllContentTypeParsers();
  const form = { parseAs: 'string', bodyLimit: MAX_BODY_BYTES } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', form, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => sendError(error, reply));
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });
  app.post(path, (request) => redeem(request, endpoint));
  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: path,
    handler: async (_request, reply) => {
      reply.header('allow', 'POST');
      throw new Refusal('invalid_request', 'The token endpoint takes POST requests.', 405);
    },
  });
}
