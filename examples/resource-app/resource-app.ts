/**
 * An example resource application: an MCP server with its own Resource Authorization Server, which accepts ID-JAGs of one
 * trusted issuer (Cross App Access, MCP Enterprise-Managed Authorization). Start here; the heart is `checks.ts`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { createAccessTokens } from './access-token.js';
import { type Check, checks } from './checks.js';
import { type KeyCaching, signatureOf } from './id-jag.js';
import { registerMcpServer } from './mcp-server.js';
import { createJtiClaims, createUsers, type User } from './remembered.js';
import { type RegisteredClient, registerTokenEndpoint } from './token-endpoint.js';

export interface ResourceAppOptions {
  /** The IdP whose ID-JAGs are accepted. A resource app with many customers holds one of these for each of them. */
  readonly trustedIssuer: string;
  /** The client, as it is registered here (which need not be its id at the IdP). */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly otherClients?: readonly RegisteredClient[];
  /** The accounts that exist. Left out, an account is made for whomever the trusted issuer vouches for. */
  readonly users?: readonly User[];
  /** The SAML issuer that is linked to the trusted issuer: users are then known by their NameID, each with one. */
  readonly samlIssuer?: string;
  readonly scopes?: readonly string[];
  /** The `tenant` and `aud_tenant` an ID-JAG must name. Left out, it must name none. */
  readonly tenant?: string;
  readonly audienceTenant?: string;
  /** Where to listen, if the port must be known before the app starts; a free port of the loopback interface otherwise. */
  readonly place?: Place;
  /** Own issuer identifier, when it is not the loopback address: behind a proxy that ends TLS, say. */
  readonly issuer?: string;
  readonly mcpPath?: string;
  readonly keyCaching?: KeyCaching;
  /** The ID-JAG checks, to try what becomes of a server that forgets one of them. */
  readonly checks?: readonly Check[];
  /** Told which check refused an ID-JAG: for the log. */
  readonly onRefusal?: (check: Check) => void;
  /** Seconds since 1970. */
  readonly now?: () => number;
}

export interface ResourceApp {
  readonly issuer: string;
  readonly mcpUrl: string;
  readonly tokenEndpoint: string;
  readonly close: () => Promise<void>;
}

/** RFC 8414 and RFC 9728 put the well-known part between the host and the path. */
const wellKnown = (suffix: string, url: string) => `/.well-known/${suffix}${new URL(url).pathname.replace(/\/$/, '')}`;

/** An open port. Requests wait there until the app has started. */
export interface Place {
  readonly server: Server;
  readonly origin: string;
}

/** Opens a port before anything else: the port is part of the issuer, and the issuer is part of every answer. */
export async function openPort(port = 0): Promise<Place> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The documents by which a client finds its way from the MCP server to the token endpoint. */
function registerMetadata(app: FastifyInstance, at: ResourceApp, scopes: readonly string[]): void {
  app.get(wellKnown('oauth-authorization-server', at.issuer), async () => ({
    issuer: at.issuer,
    token_endpoint: at.tokenEndpoint,
    // Nothing is served there: no grant of this server needs it, but the MCP TypeScript SDK reads no metadata without it.
    authorization_endpoint: `${at.issuer}/authorize`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    // Both members are needed: the profile says which assertions this server means by the JWT bearer grant.
    grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
    response_types_supported: [],
    scopes_supported: scopes,
  }));
  app.get(wellKnown('oauth-protected-resource', at.mcpUrl), async () => ({
    resource: at.mcpUrl,
    authorization_servers: [at.issuer],
    bearer_methods_supported: ['header'],
    scopes_supported: scopes,
  }));
}

/** Starts the resource application on the loopback interface. */
export async function startResourceApp(options: ResourceAppOptions): Promise<ResourceApp> {
  const { trustedIssuer, scopes = ['mcp.read', 'mcp.write'], now = () => Math.floor(Date.now() / 1000) } = options;
  const { server, origin } = options.place ?? (await openPort());
  const http = Fastify({ serverFactory: (handler) => server.on('request', handler) });
  const close = async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  };
  const issuer = options.issuer ?? origin;
  const mcpUrl = new URL(options.mcpPath ?? '/mcp', issuer).href;
  const app: ResourceApp = { issuer, mcpUrl, tokenEndpoint: `${issuer}/token`, close };
  const tokens = await createAccessTokens(issuer, mcpUrl, now);
  const { findUser, ...users } = createUsers(options.users, options.samlIssuer);
  const context = {
    issuer,
    mcpUrl,
    trustedIssuer,
    ...users,
    samlIssuer: options.samlIssuer,
    now,
    scopesSupported: scopes,
    tenant: options.tenant,
    audienceTenant: options.audienceTenant,
    signatureVerifies: signatureOf(trustedIssuer, options.keyCaching),
    claimJti: createJtiClaims(now),
  };
  const clients = [{ id: options.clientId, secret: options.clientSecret }, ...(options.otherClients ?? [])];
  const judged = { context, checks: options.checks ?? checks, onRefusal: options.onRefusal };
  const path = new URL(app.tokenEndpoint).pathname;
  const resourceMetadataUrl = new URL(wellKnown('oauth-protected-resource', mcpUrl), mcpUrl).href;

  registerMetadata(http, app, scopes);
  http.register(async (own) => registerTokenEndpoint(own, path, { ...judged, clients, findUser, issue: tokens.issue }));
  http.register(async (own) => registerMcpServer(own, { mcpUrl, resourceMetadataUrl, tokens }));
  await http.ready();
  return app;
}
