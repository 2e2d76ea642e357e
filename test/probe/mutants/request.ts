/** Mutants of the request and of the documents: what is taken for a token request, and what the metadata say. */
import {
  type Answered,
  type Asked,
  atToken,
  FORM,
  formOf,
  type Gateway,
  refused,
  withForm,
  withJson,
} from '../gateway.js';
import { bypass, type Mutant, without } from './mutant.js';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PROFILES = 'authorization_grant_profiles_supported';

/** Requests to the token endpoint as the function makes them. */
const request = (change: (asked: Asked) => Asked | Answered): Gateway => ({ request: atToken(change) });
const form = (change: (form: URLSearchParams) => void): Gateway => request((asked) => withForm(asked, change));

/** One document of the server as the function makes it. */
const document = (suffix: string, change: (json: Record<string, unknown>) => object): Gateway => ({
  answer: (answered, { path }) => (path.includes(suffix) ? withJson(answered, change) : answered),
});
const metadata = (change: (json: Record<string, unknown>) => object) => document('oauth-authorization-server', change);

const isType = ({ headers }: Asked, type: string) => String(headers['content-type']).startsWith(type);

const grantType = (isMeant: (given: string | null) => boolean): Gateway =>
  form((given) => {
    if (isMeant(given.get('grant_type'))) given.set('grant_type', JWT_BEARER);
  });

/** The parts of a multipart body as pairs. */
const partsOf = (body: string): [string, string][] =>
  [...body.matchAll(/name="([^"]*)"\r\n\r\n(.*?)\r\n/gs)].map(([, name = '', value = '']) => [name, value]);

/** Where the form comes from instead of the body. */
const formFrom = (
  isMeant: (asked: Asked) => boolean,
  read: (asked: Asked) => Record<string, string> | [string, string][],
) =>
  request((asked) => {
    if (!isMeant(asked)) return asked;
    const body = new URLSearchParams(read(asked)).toString();
    const path = String(asked.path.split('?')[0]);
    return { ...asked, path, method: 'POST', headers: { ...asked.headers, 'content-type': FORM }, body };
  });

const queryOf = ({ path }: Asked) => [...new URLSearchParams(path.split('?')[1] ?? '')];

/** Of parameters that came twice the first alone. */
const firstOf = (...names: readonly string[]) =>
  form((given) => {
    for (const name of names) if (given.has(name)) given.set(name, String(given.get(name)));
  });

const REQUESTS: readonly Mutant[] = [
  {
    name: 'get-taken',
    defect: 'It takes token requests by GET.',
    killedBy: ['req-get'],
    gateway: formFrom(({ method }) => method === 'GET', queryOf),
  },
  {
    name: 'json-taken',
    defect: 'Its framework reads JSON as it reads forms.',
    killedBy: ['req-json-body'],
    gateway: formFrom(
      (asked) => isType(asked, 'application/json'),
      ({ body }) => JSON.parse(body),
    ),
  },
  {
    name: 'multipart-taken',
    defect: 'Its framework reads multipart bodies as it reads forms.',
    killedBy: ['req-multipart'],
    gateway: formFrom(
      (asked) => isType(asked, 'multipart/form-data'),
      ({ body }) => partsOf(body),
    ),
  },
  {
    name: 'query-merged-into-form',
    defect: 'Its framework merges the query into the form.',
    killedBy: ['req-assertion-in-query', 'client-secret-in-query'],
    gateway: formFrom(
      ({ path, method }) => method === 'POST' && path.includes('?'),
      (asked) => [...formOf(asked), ...queryOf(asked)],
    ),
  },
  {
    name: 'first-of-two-assertions',
    defect: 'Of two assertions it takes the first.',
    killedBy: ['req-duplicate-assertion'],
    gateway: firstOf('assertion'),
  },
  {
    name: 'first-of-two-parameters',
    defect: 'Its framework gives it the first of parameters that came twice.',
    killedBy: ['req-duplicate-client-id', 'req-duplicate-scope', 'req-duplicate-grant-type'],
    gateway: firstOf('client_id', 'scope', 'grant_type'),
  },
  {
    name: 'grant-type-by-prefix',
    defect: 'It asks whether grant_type begins with the one that it offers.',
    killedBy: ['req-unknown-grant-type'],
    gateway: grantType((given) => given?.startsWith(JWT_BEARER) ?? false),
  },
  {
    name: 'grant-type-by-default',
    defect: 'A request without grant_type means the JWT bearer grant.',
    killedBy: ['req-missing-grant-type'],
    gateway: grantType((given) => given === null),
  },
  {
    name: 'jwt-dpop-for-jwt-bearer',
    defect: 'It takes the grant for bound tokens for that of bearer tokens.',
    killedBy: ['req-jwt-dpop-unsupported'],
    gateway: grantType((given) => given?.endsWith(':jwt-dpop') ?? false),
  },
  {
    name: 'token-exchange-taken',
    defect: 'It takes an ID-JAG by token exchange, which is for the identity provider.',
    killedBy: ['req-token-exchange-at-ras'],
    gateway: form((given) => {
      if (!given.get('grant_type')?.endsWith(':token-exchange')) return;
      given.set('grant_type', JWT_BEARER);
      given.set('assertion', given.get('subject_token') ?? '');
    }),
  },
  {
    name: 'missing-assertion-breaks-it',
    defect: 'It splits an assertion that is not there.',
    killedBy: ['req-missing-assertion', 'req-empty-assertion'],
    gateway: request((asked) =>
      isType(asked, FORM) && !formOf(asked).get('assertion') ? refused(500, 'server_error') : asked,
    ),
  },
  {
    name: 'unknown-parameter-refused',
    defect: 'Its schema of the form is strict.',
    killedBy: ['ok-unknown-param'],
    gateway: request((asked) => (formOf(asked).has('edge_trace') ? refused(400, 'invalid_request') : asked)),
  },
  {
    name: 'charset-refused',
    defect: 'It compares the whole Content-Type, charset and all.',
    killedBy: ['ok-content-type-charset'],
    gateway: request((asked) =>
      asked.headers['content-type']?.includes('charset') ? refused(415, 'invalid_request') : asked,
    ),
  },
  {
    name: 'own-access-token-as-grant',
    defect: 'It takes an access token of its own for a grant, so that nobody ever has to sign in again.',
    killedBy: ['tok-own-access-token'],
    edits: [bypass(({ header, claims }, { issuer }) => header.typ === 'at+jwt' && claims.iss === issuer)],
  },
  {
    name: 'id-jag-opens-the-resource',
    defect: 'Its MCP server takes whatever the issuer signed for a bearer token.',
    killedBy: ['tok-id-jag-as-bearer'],
    gateway: {
      request: (asked) => {
        const [header = ''] = String(asked.headers.authorization).replace('Bearer ', '').split('.');
        const isIdJag = Buffer.from(header, 'base64url').toString().includes('oauth-id-jag+jwt');
        return asked.path === '/mcp' && isIdJag ? { status: 200, headers: {}, body: '{}' } : asked;
      },
    },
  },
];

const DOCUMENTS: readonly Mutant[] = [
  {
    name: 'profile-not-published',
    defect: 'Its metadata do not say that it takes ID-JAGs.',
    killedBy: ['meta-no-profile'],
    gateway: metadata(({ [PROFILES]: _, ...json }) => json),
  },
  {
    name: 'profile-without-grant',
    defect: 'Its metadata list the profile, and not the grant that it is a profile of.',
    killedBy: ['meta-profile-no-grant'],
    gateway: metadata((json) => ({ ...json, grant_types_supported: ['authorization_code'] })),
  },
  {
    name: 'trusted-issuers-published',
    defect: 'Its metadata list the issuers that it trusts.',
    killedBy: ['meta-lists-issuers'],
    gateway: (idp) => metadata((json) => ({ ...json, trusted_issuers: [idp] })),
  },
  {
    name: 'metadata-of-another-issuer',
    defect: 'Its metadata name another issuer than the one that it is asked as.',
    killedBy: ['meta-issuer-differs'],
    gateway: metadata((json) => ({ ...json, issuer: `${json.issuer}/` })),
  },
  {
    name: 'resource-of-another-name',
    defect: 'The metadata of its MCP server name another resource.',
    killedBy: ['meta-resource-differs', 'ok-request-resource-equal'],
    edits: [without('resource-own')],
    gateway: document('oauth-protected-resource', (json) => ({ ...json, resource: `${json.resource}/` })),
  },
];

export const REQUEST: readonly Mutant[] = [...REQUESTS, ...DOCUMENTS];
