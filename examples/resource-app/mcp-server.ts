/**
 * The MCP server behind the access token: a stateless streamable HTTP endpoint with one tool, `whoami`. Without a token
 * for this very server it answers 401 and says where its protected resource metadata are.
 */
import {
  createMcpHandler,
  type McpRequestContext,
  McpServer,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { AccessTokens } from './access-token.js';

const MAX_BODY_BYTES = 256 * 1024;

const Person = z.object({
  sub: z.string(),
  email: z.string().optional(),
  client_id: z.string(),
  scope: z.string(),
});

/** A fresh server for every request, so that nothing of one user's request can be seen by the next. */
function serverFor({ authInfo }: McpRequestContext): McpServer {
  const server = new McpServer({ name: 'example-resource-app', version: '1.0.0' });
  const describe = { description: 'Says for which user, client and scopes this call is made.', outputSchema: Person };
  server.registerTool('whoami', describe, async () => {
    const scope = authInfo?.scopes.join(' ');
    const person = Person.parse({ ...authInfo?.extra, client_id: authInfo?.clientId, scope });
    return { structuredContent: person, content: [{ type: 'text', text: JSON.stringify(person) }] };
  });
  return server;
}

function fetchRequest(url: string, { method, headers, body }: FastifyRequest): Request {
  const pairs = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return new Request(url, { method, headers: pairs, ...(Buffer.isBuffer(body) ? { body } : {}) });
}

/** Registers the MCP endpoint. Give it an instance of its own: it replaces the content type parsers. */
export function registerMcpServer(
  app: FastifyInstance,
  at: { mcpUrl: string; resourceMetadataUrl: string; tokens: AccessTokens },
): void {
  const { mcpUrl, resourceMetadataUrl, tokens } = at;
  const authenticate = requireBearerAuth({ verifier: tokens, resourceMetadataUrl, expectedResource: new URL(mcpUrl) });
  const mcp = createMcpHandler(serverFor);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) => {
    done(null, body);
  });
  app.all(new URL(mcpUrl).pathname, async (incoming, reply) => {
    const request = fetchRequest(mcpUrl, incoming);
    // A page of another site that tricks the browser into calling a server on this machine is turned away first.
    const foreign = originValidationResponse(request, [new URL(mcpUrl).hostname]);
    if (foreign) return reply.send(foreign);
    const access = await authenticate(request);
    return reply.send(access instanceof Response ? access : await mcp.fetch(request, { authInfo: access }));
  });
  app.addHook('onClose', () => mcp.close());
}
