/**
 * Minting: any token that the org can issue, for whomever, without a browser; right, or wrong in ways that have a name.
 * No rule stands in the way: what the org itself would have said to such an exchange is told beside the token.
 */
import type { NamedEdits } from '../edge-cases/combined.js';
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { TokenEdits, TokenKind } from '../edge-cases/token-edits.js';
import { bentToken, type Edited, editedBy, opaqueProblem } from '../on-purpose/bent-token.js';
import { findEdgeCaseList } from '../on-purpose/edge-cases.js';
import { publishedRecords, signersToPublish } from '../on-purpose/published.js';
import type { Org } from '../org.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { readable } from '../tokens/readable.js';
import { type Minting, mintIdJag } from './mint-id-jag.js';
import { mintOwnToken } from './mint-own-tokens.js';
import type { MintRequest } from './mint-request.js';
import { userOf } from './mint-subjects.js';
import { type Expected, expectedOf, type ToldEdgeCase, told } from './mint-told.js';

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

/** What is wrong with making these edits to this token. */
function problemWith(edited: Edited, { opaque, server }: Minting, org: Org): Mistake | undefined {
  if (opaque !== undefined) return opaqueProblem(edited);
  return org.keys.canSign(server) ? undefined : mistake('server', 'has no active signing key');
}

/** Keys that the key set of the org must have for the cases to be what they say. */
function keysToPublish({ edgeCases }: Org, rows: readonly EdgeCase[], sign: MintRequest['sign']): readonly object[] {
  const signers = signersToPublish(rows, sign, edgeCases.keys);
  return signers.length === 0 ? [] : publishedRecords('org', signers, edgeCases.keys()).map(({ jwk }) => jwk);
}

/** None where the token is opaque. */
const claimsOf = ({ unsigned }: Minting) => ({ ...unsigned?.claims });

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
  const rows = await findEdgeCaseList(org, request.edgeCases);
  if (isMistake(rows)) return rows;
  const edited = editedBy(rows, ownEdits(request));
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
  const { opaque, unsigned = { claims: {} }, ...of } = minting;
  const atHand = { ...subjects, ...of, unsigned, good: isMistake(good) ? {} : claimsOf(good) };
  const token = opaque ?? bentToken(atHand, edited, asked);
  // What an ID-JAG for that audience lacks is why its values are not known.
  if (isMistake(token)) return isMistake(good) && token.path === 'edgeCases' ? good : token;
  const conflict = minting.changes && (await org.store.commit(minting.changes, org.clock.now()));
  if (conflict) return mistake('user', 'the org was changed meanwhile; ask again');
  const publish = keysToPublish(org, rows, request.sign);
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
