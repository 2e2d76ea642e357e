/**
 * The OpenAPI 3.1 document of an org, printed from its endpoints: paths, parameters, bodies, answers, and who may ask. Pure.
 */
import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { OAuthErrorBody, type Shape } from './bodies.js';
import type { Access, Endpoint, Operation } from './endpoint.js';
import { ManagementErrorBody } from './management/operation.js';
import { queryParameters, type SchemaPrinter, schemaPrinter } from './openapi-schemas.js';
import { TAGS } from './tags.js';

const TEXT = {
  title: 'mock-okta-xaa',
  description: 'A mock Okta org for Cross App Access (XAA). For testing only.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const HTML = { 'text/html': { schema: { type: 'string' } } };

/** Every error that an operation does not name, by the shape of its endpoint. */
const ERRORS = {
  oauth: { name: 'OAuthError', description: 'An OAuth error; an unknown client or server as at the management API' },
  management: { name: 'ManagementError', description: 'An error of the management API' },
  page: { name: 'ErrorPage', description: 'A page that says what is wrong; JSON for an unknown server' },
} as const;

function errorResponses({ print }: SchemaPrinter): object {
  const management = { [JSON_TYPE]: { schema: print(ManagementErrorBody, 'output') } };
  const oauth = { [JSON_TYPE]: { schema: print(z.union([OAuthErrorBody, ManagementErrorBody]), 'output') } };
  const content = { management, oauth, page: { ...HTML, ...management } };
  const named = Object.entries(ERRORS).map(([shape, { name, description }]) => {
    return [name, { description, content: content[shape as Shape] }];
  });
  return Object.fromEntries(named);
}

const SECURITY = {
  anybody: [],
  client: [{ clientBasic: [] }, {}],
  'access-token': [{ accessToken: [] }],
  control: [{ apiToken: [] }, {}],
} as const;

const securityOf = (access: Access) =>
  typeof access === 'string' ? SECURITY[access] : [{ apiToken: [] }, { serviceApp: [access.scope] }];

/** The scopes of the org's own API that operations ask for, each with what it is for. */
function scopesOf(operations: readonly Operation[]): Readonly<Record<string, string>> {
  const scopes = operations.flatMap(({ access }) => (typeof access === 'string' ? [] : [access.scope]));
  const words = (scope: string) => scope.split('.').slice(1).reverse().join(' ');
  return Object.fromEntries([...new Set(scopes)].sort().map((scope) => [scope, `To ${words(scope)}`]));
}

function securitySchemes(issuer: string, operations: readonly Operation[]): object {
  const flow = { tokenUrl: `${issuer}/oauth2/v1/token`, scopes: scopesOf(operations) };
  return {
    apiToken: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'The word SSWS, and an API token' },
    serviceApp: {
      ...{ type: 'oauth2', flows: { clientCredentials: flow } },
      description: 'An access token of the org with the scope',
    },
    accessToken: { type: 'http', scheme: 'bearer', description: 'An access token with the scope openid' },
    clientBasic: {
      ...{ type: 'http', scheme: 'basic' },
      description: 'Client id and secret; or in the form: client_id, with client_secret or client_assertion, if any',
    },
  };
}

const pascal = (text: string) =>
  text.replaceAll(/[^A-Za-z0-9]*([A-Za-z0-9]+)/g, (_, word) => word[0].toUpperCase() + word.slice(1));

/** Steps of an address that say nothing. */
const MUTE = ['api', 'v1'];

/** `getGroupsByGroupId`: from the address, which does not change when a summary is worded better. */
function operationId(method: string, url: string): string {
  const steps = url.split('/').filter((step) => !MUTE.includes(step));
  const words = steps.map((step) => (step.startsWith(':') ? `By${pascal(step)}` : pascal(step)));
  return method.toLowerCase() + words.join('');
}

function parametersOf(printer: SchemaPrinter, url: string, { querystring, headers = {} }: Operation): object[] {
  const inPath = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    ...{ name, in: 'header', required: false, description, schema: { type: 'string' } },
  }));
  return [...inPath, ...(querystring ? queryParameters(printer, querystring) : []), ...inHeader];
}

function requestBody({ print }: SchemaPrinter, shape: Shape, { body, mergePatch }: Operation): object {
  if (!body) return {};
  const json = mergePatch ? 'application/merge-patch+json' : JSON_TYPE;
  const type = shape === 'management' ? json : FORM;
  const required = !body.safeParse(undefined).success;
  return { requestBody: { required, content: { [type]: { schema: print(body, 'input') } } } };
}

const header = (description: string) => ({ description, schema: { type: 'string' } });

function headersOf(status: number, { access, response, querystring }: Operation): object {
  if ([302, 303].includes(status)) return { headers: { Location: header('Where the browser goes on') } };
  if (status === 202) return { headers: { Location: header('Where to ask whether it is done') } };
  // The control API has no pages: there, `after` is where to go on from.
  const inPages = access !== 'control' && querystring instanceof z.ZodObject && 'after' in querystring.shape;
  return inPages && response[status] instanceof z.ZodArray
    ? { headers: { Link: header('This page, and the next one when there is one') } }
    : {};
}

function responsesOf({ print }: SchemaPrinter, shape: Shape, operation: Operation): object {
  const named = Object.entries(operation.response).map(([status, body]) => {
    const type = (status === '200' && operation.mediaType) || JSON_TYPE;
    const content = shape === 'page' ? HTML : body && { [type]: { schema: print(body, 'output') } };
    const headers = headersOf(Number(status), operation);
    return [status, { description: STATUS_CODES[status], ...headers, ...(body && { content }) }];
  });
  const others = { $ref: `#/components/responses/${ERRORS[shape].name}` };
  return { ...Object.fromEntries(named), '4XX': others, '5XX': others };
}

function pathItem(printer: SchemaPrinter, { url, tag, shape, operations }: Endpoint): object {
  const described = Object.entries(operations).map(([method, operation]) => [
    method.toLowerCase(),
    {
      ...{ operationId: operationId(method, url), summary: operation.summary, tags: [tag] },
      security: securityOf(operation.access),
      parameters: parametersOf(printer, url, operation),
      ...requestBody(printer, shape, operation),
      responses: responsesOf(printer, shape, operation),
    },
  ]);
  return Object.fromEntries(described);
}

/** What the document is of. */
export interface Described {
  readonly endpoints: readonly Endpoint[];
  readonly issuer: string;
  /** Of the program. */
  readonly version: string;
}

/** Prints the document. @returns OpenAPI 3.1, as JSON */
export function openApiDocument({ endpoints, issuer, version }: Described): object {
  const printer = schemaPrinter();
  const operations = endpoints.flatMap((endpoint) => Object.values(endpoint.operations));
  const used = new Set<string>(endpoints.map(({ tag }) => tag));
  const paths = endpoints.map((endpoint) => [endpoint.url.replaceAll(/:(\w+)/g, '{$1}'), pathItem(printer, endpoint)]);
  const responses = errorResponses(printer);
  return {
    openapi: '3.1.1',
    info: { ...TEXT, version },
    servers: [{ url: issuer }],
    tags: Object.entries(TAGS).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: securitySchemes(issuer, operations),
      schemas: printer.components,
      responses,
    },
  };
}
