/** An edge case's token and its good twin: of the same moment, with the same id, for the same user. */

import { type Minting, mintIdJag } from '../../src/control/mint-id-jag.js';
import { mintOwnToken } from '../../src/control/mint-own-tokens.js';
import { MintRequest } from '../../src/control/mint-request.js';
import { userOf } from '../../src/control/mint-subjects.js';
import { type EdgeCase, tokenEditsOf } from '../../src/edge-cases/edge-case.js';
import { bendingFor } from '../../src/on-purpose/bending.js';
import type { Org } from '../../src/org.js';
import { isMistake, type Mistake } from '../../src/protocol/mistake.js';
import { isKnown } from '../../src/protocol/rule.js';
import type { User } from '../../src/registry/user.js';
import { bend } from '../../src/tokens/bend/bend.js';
import { GIVEN, KEYS, RAS } from './edge-case-org.js';

export interface Twins {
  readonly good: string;
  readonly bent: string;
}

function sure<T>(outcome: T | Mistake): T {
  if (isMistake(outcome)) throw new Error(`${outcome.path}: ${outcome.mistake}`);
  return outcome;
}

/** @throws when the token cannot be made as the row says */
export function twinsOf(org: Org, row: EdgeCase): Twins {
  const edits = tokenEditsOf(row);
  const input = { user: 'alice@example.com', audience: RAS, given: GIVEN, keys: KEYS, token: edits.token ?? 'id-jag' };
  const request = MintRequest.parse(input);
  const view = org.store.view();
  const subjects = { org, view, user: userOf(view, request.user) as User };
  const idJag: Minting = sure(mintIdJag(request, subjects));
  const minting: Minting = request.token === 'id-jag' ? idJag : sure(mintOwnToken(request, subjects));
  if (minting.opaque !== undefined) return { good: minting.opaque, bent: minting.opaque };
  const unsigned = minting.unsigned as NonNullable<Minting['unsigned']>;
  const atHand = { ...subjects, ...minting, unsigned, good: { ...idJag.unsigned?.claims } };
  const bending = bendingFor(atHand, request);
  const written = (edit: typeof edits) => {
    const token = bend(unsigned, edit, bending);
    if (!isKnown(token)) throw new Error(`${row.name}: ${token.problem}`);
    return token;
  };
  return { good: written({}), bent: written(edits) };
}
