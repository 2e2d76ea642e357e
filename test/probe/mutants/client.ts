/** Mutants of the client: whether client_id is compared, and how the client proves who it is. */
import {
  answersOfToken,
  atToken,
  basic,
  formOf,
  type Gateway,
  refused,
  withAuthorization,
  withForm,
} from '../gateway.js';
import { bypass, instead, type Mutant, orElse, without } from './mutant.js';
import { signedBy } from './own-crypto.js';
import { CLIENT, CLIENT_KEY, DISABLED_CLIENT, OTHER_CLIENT } from './playing.js';

const CLIENT_ID = 'client-id-authenticated';
const OWN = basic(CLIENT.id, CLIENT.secret);

/** The server goes on as if the client had proved who it is. */
const letsIn = (isMeant: (authorization: string | undefined, form: URLSearchParams) => boolean): Gateway => ({
  request: atToken((asked) => {
    if (!isMeant(asked.headers.authorization, formOf(asked))) return asked;
    const bare = withForm(asked, (form) => form.delete('client_id'));
    return withAuthorization(bare, OWN);
  }),
});

const idIn = (authorization = '') =>
  Buffer.from(authorization.slice('Basic '.length), 'base64').toString().split(':')[0];

const CLAIM: readonly Mutant[] = [
  {
    name: 'client-id-not-compared',
    defect: 'It never compares client_id with the client that presents the token.',
    killedBy: ['client-id-other-registered', 'client-id-unknown', 'client-id-of-idp', 'stolen-other-client'],
    edits: [without(CLIENT_ID)],
  },
  {
    name: 'missing-client-id-taken',
    defect: 'It compares client_id only where there is one.',
    killedBy: ['client-id-missing'],
    edits: [orElse(CLIENT_ID, ({ claims }) => claims.client_id === undefined)],
  },
  {
    name: 'client-id-in-any-case',
    defect: 'It compares client ids without regard to case.',
    killedBy: ['client-id-case'],
    edits: [instead(CLIENT_ID, ({ claims }, { clientId }) => String(claims.client_id).toLowerCase() === clientId)],
  },
  {
    name: 'client-id-in-a-list',
    defect: 'It takes a list of client ids that has the right one.',
    killedBy: ['client-id-array'],
    edits: [instead(CLIENT_ID, ({ claims }, { clientId }) => [claims.client_id].flat().includes(clientId))],
  },
  {
    name: 'azp-for-client-id',
    defect: 'It takes azp where client_id is missing.',
    killedBy: ['client-id-only-azp'],
    edits: [instead(CLIENT_ID, ({ claims }, { clientId }) => (claims.client_id ?? claims.azp) === clientId)],
  },
  {
    name: 'registered-is-enough',
    defect: 'It asks whether client_id is that of any client which it knows.',
    killedBy: ['client-id-other-registered', 'stolen-other-client'],
    edits: [instead(CLIENT_ID, ({ claims }) => [CLIENT.id, OTHER_CLIENT.id].includes(String(claims.client_id)))],
  },
];

const PROOF: readonly Mutant[] = [
  {
    name: 'credentials-not-needed',
    defect: 'It believes that the client is the one which client_id names, without any proof.',
    killedBy: ['client-no-auth', 'client-none-for-confidential'],
    gateway: letsIn((authorization) => authorization === undefined),
  },
  {
    name: 'nobody-is-nobody',
    defect: 'Where nobody proves to be a client, a token for nobody is right.',
    killedBy: ['client-id-empty', 'payload-null-claims'],
    gateway: letsIn((authorization, form) => authorization === undefined && !form.has('client_id')),
    edits: [
      orElse(CLIENT_ID, ({ claims }) => !claims.client_id),
      orElse('aud-own-issuer', ({ claims }) => claims.aud === null),
    ],
  },
  {
    name: 'wrong-secret-taken',
    defect: 'It never compares the secret.',
    killedBy: ['client-bad-secret'],
    gateway: letsIn((authorization) => idIn(authorization) === CLIENT.id),
  },
  {
    name: 'secret-in-the-query',
    defect: 'It takes the credentials from the query, which stands in every log.',
    killedBy: ['client-secret-in-query'],
    gateway: {
      request: atToken((asked) => {
        const [path = '', query = ''] = asked.path.split('?');
        if (!query.includes('client_secret')) return asked;
        return withAuthorization({ ...asked, path }, OWN);
      }),
    },
  },
  {
    name: 'id-in-the-body-is-enough',
    defect: 'It finds the client by the client_id of the body, and never comes to look for its secret.',
    killedBy: ['req-bad-basic', 'client-secret-in-query', 'client-none-for-confidential'],
    gateway: {
      request: atToken((asked) => {
        if (formOf(asked).get('client_id') !== CLIENT.id) return asked;
        return withAuthorization({ ...asked, path: '/token' }, OWN);
      }),
    },
  },
  {
    name: 'two-proofs-taken',
    defect: 'It takes the first proof that it meets, and minds no other.',
    killedBy: ['client-two-methods'],
    gateway: { request: atToken((asked) => withForm(asked, (form) => form.delete('client_secret'))) },
  },
  {
    name: 'other-client-in-the-form',
    defect: 'It authenticates one client, and goes on with the one that the form names.',
    killedBy: ['client-param-mismatch'],
    gateway: {
      request: atToken((asked) => {
        if (formOf(asked).get('client_id') !== OTHER_CLIENT.id) return asked;
        return withAuthorization(asked, basic(OTHER_CLIENT.id, OTHER_CLIENT.secret));
      }),
    },
  },
  {
    name: 'no-challenge',
    defect: 'Its 401 to Basic credentials has no WWW-Authenticate.',
    killedBy: ['client-bad-secret'],
    gateway: {
      answer: answersOfToken('refused', (answered) => {
        const { 'www-authenticate': _, ...headers } = answered.headers;
        return { ...answered, headers };
      }),
    },
  },
  {
    name: 'malformed-basic-breaks-it',
    defect: 'It answers 500 to Basic credentials that are no base64.',
    killedBy: ['req-bad-basic'],
    gateway: {
      request: atToken((asked) => {
        return asked.headers.authorization?.includes('%') ? refused(500, 'server_error') : asked;
      }),
    },
  },
  {
    name: 'disabled-client-taken',
    defect: 'It never asks whether a client is switched off.',
    killedBy: ['client-disabled'],
    app: { otherClients: [OTHER_CLIENT, DISABLED_CLIENT] },
  },
  {
    name: 'client-assertion-as-grant',
    defect: 'It takes what a client signed about itself for a grant.',
    killedBy: ['client-assertion-as-grant', 'tok-client-assertion'],
    edits: [
      bypass(({ compact, claims }) => {
        return claims.iss === claims.sub && signedBy(compact, CLIENT_KEY, { dsaEncoding: 'ieee-p1363' });
      }),
    ],
  },
];

export const CLIENTS: readonly Mutant[] = [...CLAIM, ...PROOF];
