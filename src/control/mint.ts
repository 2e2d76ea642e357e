/**
 * Minting: any token that the org can issue, for whomever, without a browser; right, or wrong in ways that have a name.
 * No rule stands in the way: what the org itself would have said to such an exchange is told beside the token.
 */
import { combined, contradiction, type NamedEdits } from '../edge-cases/combined.js';
import { type EdgeCase, situationOf, tokenEditsOf } from '../edge-cases/edge-case.js';
import type { TokenEdits, TokenKind } from '../edge-cases/token-edits.js';
import type { Org } from '../org.js';
import { isKnown } from '../protocol/rule.js';
import { type Bending, bend, obstacles, putsNothing } from '../tokens/bend/bend.js';
import { readable } from '../tokens/readable.js';
import type { UnsignedJws } from '../tokens/unsigned-jws.js';
import { findEdgeCase } from './edge-cases.js';
import { bendingFor, claimsOf, missingFor } from './mint-bending.js';
import { type Minting, mintIdJag } from './mint-id-jag.js';
import { mintOwnToken } from './mint-own-tokens.js';
import type { MintRequest } from './mint-request.js';
import { userOf } from './mint-subjects.js';
import { type Expected, expectedOf, keysToPublish, type ToldEdgeCase, told } from './mint-told.js';
import { isMistake, type Mistake, mistake } from './mistake.js';

/** `verdict` and `expect`: what a server that validates should make of the token as an ID-JAG. */
export interface Minted extends Expected {
  readonly kind: TokenKind;
  readonly token: string;
  /** As decoded: a text where it is no JSON, null where there is nothing to decode. */
  readonly header: unknown;
  readonly claims: unknown;
  readonly edgeCases: readonly ToldEdgeCase[];
  /** Keys that the key set of the org would have to have for the cases to be what they say. */
  readonly publish?: readonly object[];
  /** What the org would have said to such an exchange; of an ID-JAG only. */
  readonly exchange?: {
    readonly wouldSucceed: boolean;
    readonly refusedBy: { readonly name: string; readonly demands: string } | null;
  };
}

/** What the request wants besides its edge cases, as edits like theirs. */
function ownEdits({ token, claims, header, lifetime, sign }: MintRequest): readonly NamedEdits[] {
  const all: readonly (readonly [string, TokenEdits | undefined])[] = [
    ['claims', claims && { claims }],
    ['header', header && { header, ...(sign && { sign }) }],
    ['lifetime', lifetime === undefined ? undefined : { claims: { set: { exp: { $now: lifetime } } } }],
    ['sign', sign && !header ? { sign } : undefined],
    ['token', token && token !== 'id-jag' ? { token } : undefined],
  ];
  return all.flatMap(([name, edits]) => (edits ? [{ name, edits }] : []));
}

async function rowsOf(org: Org, names: readonly string[]): Promise<readonly EdgeCase[] | Mistake> {
  const rows: EdgeCase[] = [];
  for (const name of names) {
    const row = await findEdgeCase(org, name);
    if (isMistake(row)) return row;
    rows.push(row);
  }
  return rows;
}

interface Edited {
  readonly all: readonly NamedEdits[];
  readonly edits: TokenEdits;
}

/** Edits that are combined, or why they cannot be. */
function editedBy(rows: readonly EdgeCase[], request: MintRequest): Edited | Mistake {
  const named = rows.map((row) => ({ name: row.name, edits: tokenEditsOf(row), situation: situationOf(row) }));
  const all = [...named, ...ownEdits(request)];
  const clash = contradiction(all);
  return clash ? mistake('edgeCases', clash) : { all, edits: combined(all) };
}

/** What is wrong with making these edits to this token. */
function problemWith({ all, edits }: Edited, { opaque, server }: Minting, org: Org): Mistake | undefined {
  const names = all.map(({ name }) => name).join(', ');
  const { token: _, ...changing } = edits;
  if (opaque !== undefined && Object.keys(changing).length > 0) {
    return mistake('edgeCases', `a refresh token is opaque: ${names} cannot change it`);
  }
  if (opaque === undefined && !org.keys.canSign(server)) return mistake('server', 'has no active signing key');
  return undefined;
}

/** The token; or what it lacks for the edits. */
function written(minting: Minting, { all, edits }: Edited, bending: () => Bending): string | Mistake {
  if (minting.opaque !== undefined) return minting.opaque;
  const bendWith = bending();
  const unsigned = minting.unsigned as UnsignedJws;
  for (const one of all) {
    const missing = missingFor(one, bendWith) ?? obstacleFor(one, unsigned, bendWith);
    if (missing) return missing;
  }
  const token = bend(unsigned, edits, bendWith);
  return isKnown(token) ? token : mistake('edgeCases', token.problem);
}

/** Why the edits cannot be made to this token, or would make nothing of it. */
function obstacleFor({ name, edits }: NamedEdits, unsigned: UnsignedJws, bending: Bending): Mistake | undefined {
  const [obstacle] = obstacles(edits, bending.known.values);
  if (obstacle !== undefined) return mistake('edgeCases', `${name}: ${obstacle}`);
  const vain = putsNothing(unsigned, edits, bending);
  return vain ? mistake('edgeCases', `${name} would change nothing: the good token is like that`) : undefined;
}

function exchangeOf({ refusedBy }: Minting): Pick<Minted, 'exchange'> {
  if (!refusedBy) return {};
  const refused = refusedBy();
  const rule = refused ? { name: refused.name, demands: refused.demands } : null;
  return { exchange: { wouldSucceed: rule === null, refusedBy: rule } };
}

/**
 * Mints the token that is asked for.
 * @returns the token with what is to be known about it; or what is wrong with the request, and then nothing was done
 */
export async function mint(org: Org, request: MintRequest): Promise<Minted | Mistake> {
  const rows = await rowsOf(org, request.edgeCases);
  if (isMistake(rows)) return rows;
  const edited = editedBy(rows, request);
  if (isMistake(edited)) return edited;
  const view = org.store.view();
  const user = userOf(view, request.user);
  if (isMistake(user)) return user;
  const subjects = { org, view, user };
  const kind = edited.edits.token ?? 'id-jag';
  if (request.server !== undefined && kind === 'id-jag') {
    return mistake('server', 'is for tokens of other kinds: only the org itself issues ID-JAGs');
  }
  const asked = { ...request, token: kind };
  const good = mintIdJag(asked, subjects);
  const minting = kind === 'id-jag' ? good : mintOwnToken(asked, subjects);
  if (isMistake(minting)) return minting;
  const problem = problemWith(edited, minting, org);
  if (problem) return problem;
  const bending = () => bendingFor(asked, subjects, minting, isMistake(good) ? {} : claimsOf(good));
  const token = written(minting, edited, bending);
  // What an ID-JAG for that audience lacks is why its values are not known.
  if (isMistake(token)) return isMistake(good) && token.path === 'edgeCases' ? good : token;
  const conflict = minting.changes && (await org.store.commit(minting.changes, org.clock.now()));
  if (conflict) return mistake('user', 'the org was changed meanwhile; ask again');
  const publish = keysToPublish(rows, request.sign, org.edgeCases.keys);
  const exchange = exchangeOf(minting);
  const askedFor = [request.resource, request.scope, request.clientId].some((one) => one !== undefined);
  // What was asked for and would have been refused may be no good for the server either.
  const isOdd = edited.all.length > rows.length || (askedFor && exchange.exchange?.wouldSucceed === false);
  return {
    ...{ kind, token, ...readable(token), ...expectedOf(rows, isOdd) },
    edgeCases: rows.map(told),
    ...exchange,
    ...(publish.length > 0 && { publish }),
  };
}
