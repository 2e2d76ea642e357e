/** The OpenAPI document: it has every operation of the server and no other, and what it says is so. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import * as z from 'zod';
import type { Endpoint, Operation } from '../../src/http/endpoint.js';
import { ENDPOINTS } from '../../src/http/endpoints.js';
import { openApiDocument } from '../../src/http/openapi.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const PATH = '/_mock/openapi.json';
const org = await startTestOrg();
t.teardown(() => org.close());
const { body: document } = await org.fetch(PATH);

// biome-ignore lint/suspicious/noExplicitAny: an operation of the document
type Described = any;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item as object).map(([method, operation]): [string, string, Described] => [path, method, operation]),
);

t.test('it has every operation of the server, and no other', async (t) => {
  const served = ENDPOINTS.flatMap(({ url, operations }) =>
    Object.keys(operations).map((method) => `${method} ${url.replaceAll(/:([^/]+)/g, '{$1}')}`),
  );
  const described = operations.map(([path, method]) => `${method.toUpperCase()} ${path}`);
  t.strictSame(described.sort(), served.sort());
  t.ok(described.includes(`GET ${PATH}`));
  for (const [path, method] of operations) {
    const { status } = await org.fetch(path.replaceAll(/\{[^}]+\}/g, 'x'), { method, redirect: 'manual' });
    t.not(status, 405, `${method} ${path} is taken`);
  }
});

t.test('whose it is', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  t.match(document, { openapi: /^3\.1\.\d$/, info: { version }, servers: [{ url: org.issuer }] });
  t.match(document.info.description, /for testing only/i);
  t.equal(
    document.components.securitySchemes.serviceApp.flows.clientCredentials.tokenUrl,
    `${org.issuer}/oauth2/v1/token`,
  );
  const own = await startTestOrg({ issuer: 'https://okta.example' });
  t.teardown(() => own.close());
  const at = /Listening on (\S+)/.exec(own.banner)?.[1] as string;
  t.match(await (await fetch(at + PATH)).json(), { servers: [{ url: 'https://okta.example' }] });
});

t.test('from elsewhere it takes the API token, and is the same then', async (t) => {
  const ask = (headers: object) =>
    sendBytes(org.issuer, [wireRequest('GET', PATH, { Host: 'other.example', ...headers })]);
  t.equal((await ask({})).status, 401);
  const { status, body } = await ask({ Authorization: `SSWS ${EXAMPLE.apiToken}` });
  t.strictSame([status, JSON.parse(body)], [200, document]);
});

t.test('every chapter is described and has operations', async (t) => {
  const used = new Set(operations.map(([, , { tags }]) => tags[0]));
  t.strictSame(document.tags.map(({ name }: { name: string }) => name).sort(), [...used].sort());
  for (const { name, description } of document.tags) t.match(description, /\.$/, name);
});

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'document');

/** The validator of what stands at a place of the document, references followed. */
function validator(...place: string[]) {
  const pointer = place.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent);
  return ajv.compile({ $ref: `document#/${pointer.join('/')}` });
}

t.test('every schema is one', async (t) => {
  for (const [path, method, { requestBody, responses, parameters }] of operations) {
    const at = ['paths', path, method];
    for (const type of Object.keys(requestBody?.content ?? {})) {
      t.ok(validator(...at, 'requestBody', 'content', type, 'schema'), `${method} ${path}`);
    }
    for (const [status, { content = {} }] of Object.entries<{ content?: object }>(responses)) {
      for (const type of Object.keys(content)) t.ok(validator(...at, 'responses', status, 'content', type, 'schema'));
    }
    for (const nth of Object.keys(parameters)) t.ok(validator(...at, 'parameters', nth, 'schema'));
  }
});

t.test('answers are what it says', async (t) => {
  const gets = operations.filter(([path, method]) => method === 'get' && !/\{(?!server\})/.test(path));
  for (const authorization of [`SSWS ${EXAMPLE.apiToken}`, 'SSWS wrong']) {
    for (const [path, , { responses }] of gets) {
      const answer = await org.fetch(path.replace('{server}', 'default'), { headers: { authorization } });
      const own = answer.status in responses;
      const range = `${Math.floor(answer.status / 100)}XX`;
      const reference = own ? undefined : responses[range].$ref.split('/').at(-1);
      const place = own
        ? ['paths', path, 'get', 'responses', `${answer.status}`]
        : ['components', 'responses', reference];
      const type = (answer.headers.get('content-type') ?? '').split(';')[0] as string;
      const validate = validator(...place, 'content', type, 'schema');
      t.ok(validate(answer.body ?? answer.text), `${path} ${answer.status} ${JSON.stringify(validate.errors)}`);
    }
  }
});

t.test('who may ask', async (t) => {
  const security = (path: string, method: string) => document.paths[path][method].security;
  t.strictSame(security('/_mock/health', 'get'), []);
  t.strictSame(security('/_mock/org', 'get'), [{ apiToken: [] }, {}]);
  t.strictSame(security('/oauth2/v1/token', 'post'), [{ clientBasic: [] }, {}]);
  t.strictSame(security('/oauth2/v1/userinfo', 'get'), [{ accessToken: [] }]);
  t.strictSame(security('/api/v1/groups', 'post'), [{ apiToken: [] }, { serviceApp: ['okta.groups.manage'] }]);
});

t.test('what is asked', async (t) => {
  const logs = document.paths['/api/v1/logs'].get.parameters;
  const parameter = (name: string) => logs.find((one: { name: string }) => one.name === name);
  t.strictSame(parameter('limit'), {
    ...{ name: 'limit', in: 'query', required: false, schema: { type: 'integer', default: 100 } },
  });
  t.match(parameter('since').schema, { anyOf: [{ format: 'date-time' }, { format: 'date' }] });
  t.match(document.paths['/api/v1/groups/{groupId}'].get.parameters, [
    { name: 'groupId', in: 'path', required: true, schema: { type: 'string' } },
  ]);
  const typesOf = (path: string) => Object.keys(document.paths[path].post.requestBody.content);
  for (const path of ['/oauth2/v1/token', '/signin', '/oauth2/v1/authorize']) {
    t.strictSame(typesOf(path), ['application/x-www-form-urlencoded'], path);
  }
  t.strictSame(typesOf('/api/v1/groups'), ['application/json']);
  t.equal(document.paths['/api/v1/groups'].get.responses[200].headers.Link.schema.type, 'string');
  t.notOk(document.paths['/api/v1/groups'].post.responses[200].headers);
  t.match(document.paths['/oauth2/v1/authorize'], {
    get: { responses: { 302: { headers: { Location: Object } } }, requestBody: undefined },
    post: { responses: { 303: { headers: { Location: Object } } }, parameters: [] },
  });
});

t.test('of any endpoints', async (t) => {
  const operation = (more: Partial<Operation>): Operation => ({
    ...{
      summary: 'x',
      access: { scope: 'okta.things.manage' },
      handle: async () => {},
      response: { 200: null },
      ...more,
    },
  });
  const Thing = z.object({ name: z.string(), labels: z.record(z.string(), z.number()) }).meta({ id: 'Thing' });
  const query = z.object({ kind: z.string().describe('Which kind'), after: z.string().optional() });
  const endpoint: Endpoint = {
    ...{ url: '/api/v1/things/:thingId/sub-things', tag: 'Groups', shape: 'management' },
    operations: {
      GET: operation({ querystring: query, response: { 200: z.array(Thing) } }),
      PATCH: operation({ body: Thing, mergePatch: true, response: { 202: null } }),
      POST: operation({ body: Thing.optional(), querystring: z.object({ after: z.string() }) }),
    },
  };
  const made: Described = openApiDocument({ endpoints: [endpoint], issuer: 'https://okta.example', version: '1.2.3' });
  const { get, patch, post } = made.paths['/api/v1/things/{thingId}/sub-things'];
  const reference = { $ref: '#/components/schemas/Thing' };
  t.strictSame(get.responses[200].content, { 'application/json': { schema: { type: 'array', items: reference } } });
  t.strictSame(patch.requestBody, {
    required: true,
    content: { 'application/merge-patch+json': { schema: reference } },
  });
  t.strictSame(made.components.schemas.Thing, {
    type: 'object',
    properties: {
      name: { type: 'string' },
      labels: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'number' } },
    },
    required: ['name', 'labels'],
  });
  t.strictSame(get.parameters[1], {
    ...{ name: 'kind', in: 'query', required: true, description: 'Which kind', schema: { type: 'string' } },
  });
  t.equal(post.requestBody.required, false);
  t.strictSame(Object.keys(patch.responses[202].headers), ['Location']);
  t.strictSame([get.operationId, patch.operationId], ['getThingsByThingIdSubThings', 'patchThingsByThingIdSubThings']);
  t.strictSame([!!get.responses[200].headers, !!post.responses[200].headers], [true, false]);
  t.strictSame(made.tags, [{ name: 'Groups', description: 'Groups and their members.' }]);
  t.match(made.components.securitySchemes.serviceApp.flows.clientCredentials.scopes, {
    'okta.things.manage': 'To manage things',
  });
});
