/**
 * How an unfriendly org writes: members in any order, unknown ones among them, one audience as a list, keys of others in the
 * key set. All of it is allowed, and none of it changes what a token says. The good controls of the edge cases (`ok-…`) say
 * where each stands.
 */
import { type Dice, pick, shuffled } from '../protocol/seeded.js';
import { JWT_TYPE } from '../protocol/urns.js';
import { type EdgeCaseKeys, publishedFor } from './bend/edge-case-keys.js';

type Members = Readonly<Record<string, unknown>>;

/** What stands in members that nobody knows. */
const ANYTHING: readonly unknown[] = [
  ...['', 'text', 'ünïcode ✓', 'https://unknown.example/x?y=1#z', 0, -1, 1.5, 1e21, true, false, null],
  ...[[], ['a', 1, null], {}, { a: { b: ['c'] } }],
];

const UNKNOWN_CLAIMS = ['x_mock_note', 'https://claims.example/cost_center', 'groups', 'risk', 'ver', '_'] as const;
const UNKNOWN_HEADERS = ['x-mock-trace', 'https://headers.example/region', 'ver', 'tid'] as const;
const UNKNOWN_JWK_MEMBERS = ['x_mock_created', 'https://keys.example/slot', 'revoked_at'] as const;
const UNKNOWN_METADATA = ['x_mock_region', 'https://metadata.example/tier', 'service_documentation_note'] as const;

const isOff = (throwing: Dice) => throwing() < 0.5;

/** Some of the names that are free, each with anything. */
function unknownMembers(names: readonly string[], taken: object, throwing: Dice): [string, unknown][] {
  const free = shuffled(names, throwing).filter((name) => !Object.hasOwn(taken, name));
  const count = 1 + Math.floor(throwing() * 2);
  return free.slice(0, count).map((name) => [name, pick(ANYTHING, throwing)]);
}

/** The members in another order, with unknown ones among them. What is undefined is no member. */
function mixed(members: Members, names: readonly string[], throwing: Dice): Members {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(shuffled([...known, ...unknownMembers(names, members, throwing)], throwing));
}

const asList = (value: unknown, throwing: Dice) => (typeof value !== 'string' || isOff(throwing) ? value : [value]);

/** The claims of an ID-JAG as other issuers may write them. */
function unlikeOkta(claims: Members, throwing: Dice): Members {
  const { aud, resource, scope, iat } = claims;
  const half = isOff(throwing) ? 0 : 0.5;
  return {
    ...claims,
    aud: asList(aud, throwing),
    ...(resource !== undefined && { resource: asList(resource, throwing) }),
    ...(typeof scope === 'string' && { scope: shuffled(scope.split(' '), throwing).join(' ') }),
    iat: (iat as number) - half,
    exp: (claims.exp as number) - half,
    ...(isOff(throwing) ? {} : { nbf: (iat as number) - half }),
  };
}

/** A token's claims. */
export function unfriendlyClaims(typ: string | undefined, claims: object, throwing: Dice): Members {
  const members = { ...claims };
  const written = typ === JWT_TYPE.idJag ? unlikeOkta(members, throwing) : members;
  return mixed(written, UNKNOWN_CLAIMS, throwing);
}

/** A token's header. */
export function unfriendlyHeader<H extends Members>(header: H, throwing: Dice): H {
  return mixed(header, UNKNOWN_HEADERS, throwing) as H;
}

/** A key of a kind that is not yet invented. */
export const STRANGE_KEY = { kty: 'MOCK-PQ', kid: 'of-a-kind-not-invented', alg: 'MOCK-PQ-1', use: 'sig', pub: 'AQAB' };

type WithKid = { readonly kid: string };

/** A key set: the right keys, and some that sign nothing, in any order. */
export function unfriendlyKeySet(keys: readonly object[], edge: EdgeCaseKeys, throwing: Dice): readonly object[] {
  const foreign = [STRANGE_KEY, ...(['es256', 'eddsa', 'enc-key'] as const).map((name) => publishedFor(name, edge))];
  const thrown = shuffled(foreign, throwing).slice(0, 1 + Math.floor(throwing() * foreign.length)) as WithKid[];
  // A kid that stands there twice would leave a verifier undecided.
  const kids = (keys as readonly WithKid[]).map(({ kid }) => kid);
  const some = thrown.filter(({ kid }) => !kids.includes(kid));
  return shuffled([...keys, ...some], throwing).map((key) => mixed({ ...key }, UNKNOWN_JWK_MEMBERS, throwing));
}

/** A metadata document. */
export function unfriendlyMetadata(document: object, throwing: Dice): object {
  return mixed({ ...document }, UNKNOWN_METADATA, throwing);
}
