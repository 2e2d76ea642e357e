/** Mutants of structure: readers that repair what is no compact JWS, and readers that break on it. */
import { atToken, formOf, type Gateway, refused, withForm } from '../gateway.js';
import { before, claim, loosely, type Mutant, type Read, reads, readsOrBreaks } from './mutant.js';

/** Reads a token as ever once it has another form. */
const repaired = (repair: (compact: string) => string) =>
  reads((compact) => {
    const made = repair(compact);
    return made.split('.').length === 3 ? { ...loosely(made), compact: made } : undefined;
  });

/** Any base64 in its signature. */
const anySignature = (compact: string) => {
  const [header, payload, signature = ''] = compact.split('.');
  return `${header}.${payload}.${Buffer.from(signature, 'base64').toString('base64url')}`;
};

const bytesOf = (compact: string) => Buffer.from(String(compact.split('.')[1]), 'base64url');

/** Reads the payload by a decoder of its own. */
const payload = (decode: (bytes: Buffer) => string) =>
  reads((compact) => ({
    header: loosely(`${compact.split('.')[0]}.e30`).header,
    claims: JSON.parse(decode(bytesOf(compact))),
  }));

interface Json {
  readonly payload: string;
  readonly protected?: string;
  readonly signature?: string;
  readonly signatures?: readonly { readonly protected: string; readonly signature: string }[];
}

function fromJson(compact: string): string {
  if (!compact.startsWith('{')) return compact;
  const json = JSON.parse(compact) as Json;
  const signed = json.signatures?.[0] ?? json;
  return `${signed.protected}.${json.payload}.${signed.signature}`;
}

/** Of two members of one name the first, as a parser that looks for names in a text has it. */
function firstOfTwo(compact: string): Read {
  const { header, claims } = loosely(compact);
  const text = bytesOf(compact).toString();
  const first = (name: string) => new RegExp(`"${name}":("[^"]*")`).exec(text)?.[1];
  const names = ['aud', 'sub', 'client_id'].filter((name) => first(name) !== undefined);
  return {
    header,
    claims: { ...claims, ...Object.fromEntries(names.map((name) => [name, JSON.parse(String(first(name)))])) },
  };
}

/** Answers 500, or never, to assertions that the predicate is for. */
const breaksOn = (isOdd: (assertion: string) => boolean, how: 'breaks' | 'hangs' = 'breaks'): Gateway => ({
  request: atToken((asked) => {
    if (!isOdd(formOf(asked).get('assertion') ?? '')) return asked;
    return how === 'hangs' ? 'hang' : refused(500, 'server_error');
  }),
});

const depthOf = (value: unknown): number =>
  Array.isArray(value) ? 1 + Math.max(0, ...value.map((one) => depthOf(one))) : 0;

const LENIENT: readonly Mutant[] = [
  {
    name: 'any-base64',
    defect: 'Its decoder takes padding, the standard alphabet and line breaks.',
    killedBy: ['jwt-padded', 'jwt-std-base64', 'jwt-whitespace'],
    edits: [repaired(anySignature)],
  },
  {
    name: 'bearer-prefix-taken-off',
    defect: 'It takes "Bearer" off the assertion, as off a header.',
    killedBy: ['jwt-bearer-prefix'],
    edits: [repaired((compact) => compact.replace(/^Bearer /, ''))],
  },
  {
    name: 'first-of-two-tokens',
    defect: 'It reads up to the first blank.',
    killedBy: ['jwt-two-tokens'],
    edits: [repaired((compact) => String(compact.split(' ')[0]))],
  },
  {
    name: 'fourth-part-overlooked',
    defect: 'It takes the first three parts and minds no fourth.',
    killedBy: ['jwt-four-segments'],
    edits: [repaired((compact) => compact.split('.').slice(0, 3).join('.'))],
  },
  {
    name: 'json-serialization-taken',
    defect: 'Its library takes a JWS in JSON, too.',
    killedBy: ['jwt-json-flattened', 'jwt-json-general', 'jwt-json-compact-hybrid'],
    edits: [repaired(fromJson)],
  },
  {
    name: 'first-of-two-members',
    defect: 'Of two claims of one name it reads the first, and others read the last.',
    killedBy: ['payload-duplicate-aud', 'payload-duplicate-sub', 'payload-duplicate-client-id'],
    edits: [reads(firstOfTwo)],
  },
  {
    name: 'byte-order-mark-skipped',
    defect: 'Its decoder skips a byte order mark.',
    killedBy: ['payload-bom'],
    edits: [payload((bytes) => new TextDecoder().decode(bytes))],
  },
  {
    name: 'invalid-utf-8-replaced',
    defect: 'Its decoder puts a question mark for what is no UTF-8.',
    killedBy: ['payload-invalid-utf8'],
    edits: [payload((bytes) => bytes.toString('utf8'))],
  },
  {
    name: 'encoding-guessed',
    defect: 'It guesses the encoding of the payload, and reads UTF-16 as well.',
    killedBy: ['payload-utf16'],
    edits: [payload((bytes) => bytes.toString(bytes[1] === 0 ? 'utf16le' : 'utf8'))],
  },
  {
    name: 'wrapped-claims-taken',
    defect: 'It finds the claims one level down, under "data", as in the answers of its own API.',
    killedBy: ['payload-nested-claims'],
    edits: [before('typ-exact', (idJag) => claim(idJag, Object(idJag.claims.data)))],
  },
];

const BREAKING: readonly Mutant[] = [
  {
    name: 'null-payload-breaks-it',
    defect: 'It reads a claim of a payload that is null.',
    killedBy: ['payload-not-object'],
    edits: [
      readsOrBreaks((compact) => {
        if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(compact)) return undefined;
        const { header, claims } = loosely(compact);
        return { header, claims: { ...claims, iss: claims.iss } };
      }),
    ],
  },
  {
    name: 'unreadable-payload-breaks-it',
    defect: 'It has JSON.parse throw, and nothing catches that.',
    killedBy: ['payload-not-json', 'jwt-empty-segments'],
    edits: [readsOrBreaks(loosely)],
  },
  {
    name: 'list-for-a-header-breaks-it',
    defect: 'It calls a method of alg where the header is a list.',
    killedBy: ['header-not-object'],
    gateway: breaksOn((assertion) => assertion.startsWith(Buffer.from('[]').toString('base64url'))),
  },
  {
    name: 'two-parts-break-it',
    defect: 'It decodes the third part of a token that has two.',
    killedBy: ['jwt-two-segments'],
    gateway: breaksOn((assertion) => assertion.split('.').length === 2),
  },
  {
    name: 'deep-nesting-breaks-it',
    defect: 'It walks through a claim by recursion, until its stack is full.',
    killedBy: ['payload-deep'],
    edits: [reads(loosely), before('aud-own-issuer', ({ claims }) => depthOf(claims.aud))],
  },
  {
    name: 'proto-breaks-it',
    defect: 'It merges the claims into an object of its own, prototype and all, and fails from then on.',
    killedBy: ['payload-proto'],
    edits: [
      before('typ-exact', ({ claims }) => {
        if (Object.hasOwn(claims, '__proto__')) throw new TypeError('claims.active is not a function');
      }),
    ],
  },
  {
    name: 'large-token-breaks-it',
    defect: 'It answers 500 to what is larger than its buffer.',
    killedBy: ['payload-huge', 'jti-huge'],
    gateway: breaksOn((assertion) => assertion.length > 65_536),
  },
  {
    name: 'password-based-key-derived',
    defect: 'It derives the key of an encrypted token in as many rounds as the token says, and does not come back.',
    killedBy: ['jwe-pbes2-count'],
    gateway: breaksOn((assertion) => assertion.split('.').length === 5, 'hangs'),
    probe: { timeout: '500ms' },
  },
  {
    name: 'encrypted-token-breaks-it',
    defect: 'It answers 500 to a token of five parts.',
    killedBy: ['jwe-unsupported', 'jwe-pbes2-count'],
    gateway: breaksOn((assertion) => assertion.split('.').length === 5),
  },
  {
    name: 'form-cut-off',
    defect: 'It keeps what fits of a body that is too large, and goes on with that.',
    killedBy: ['req-huge-body'],
    gateway: {
      request: atToken((asked) => {
        return withForm(asked, (form) => {
          for (const name of [...form.keys()]) if (String(form.get(name)).length > 100_000) form.delete(name);
        });
      }),
    },
  },
];

export const STRUCTURE: readonly Mutant[] = [...LENIENT, ...BREAKING];
