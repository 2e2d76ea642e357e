/**
 * Each bent token differs from its good twin in what its row says, and in nothing else: the members of header and claims
 * are compared as they are written, and the signature is verified with the key of the org.
 */
import { createPublicKey, verify } from 'node:crypto';
import t, { type Test } from 'tap';
import { EdgeCase } from '../../src/edge-cases/edge-case.js';
import type { Patch } from '../../src/edge-cases/edits.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import { edgeCaseOrg } from '../support/edge-case-org.js';
import { orgKey } from '../support/forge.js';
import { membersIn } from '../support/json-members.js';
import { twinsOf } from '../support/twins.js';

const org = await edgeCaseOrg();
const { jwk } = await orgKey();
const orgPublic = createPublicKey({ key: jwk as never, format: 'jwk' });

const COMPACT = /^([\w-]*)\.([\w-]*)\.([\w-]*)$/;
const decoded = (segment: string) => Buffer.from(segment, 'base64url').toString();

function segmentsOf(token: string): readonly string[] {
  const found = COMPACT.exec(token);
  if (!found) throw new Error('no compact JWS');
  return found.slice(1);
}

/** Whether the org signed these very segments by RS256. */
function orgSigned(token: string): boolean {
  const [header = '', payload = '', signature = ''] = segmentsOf(token);
  return verify('sha256', Buffer.from(`${header}.${payload}`), orgPublic, Buffer.from(signature, 'base64url'));
}

/** Names whose members are not written as before; the order of the others must be the same. */
function changedNames(t: Test, good: string, bent: string): ReadonlySet<string> {
  const [before, after] = [membersIn(good), membersIn(bent)];
  const textsOf = (members: typeof before, name: string) =>
    JSON.stringify(members.filter(([one]) => one === name).map(([, text]) => text));
  const names = new Set([...before, ...after].map(([name]) => name));
  const changed = new Set([...names].filter((name) => textsOf(before, name) !== textsOf(after, name)));
  const kept = (members: typeof before) => members.map(([name]) => name).filter((name) => !changed.has(name));
  t.strictSame(kept(after), kept(before), 'the others stand as they stood');
  return changed;
}

const namesOf = (patch: Patch = {}) => [
  ...Object.keys(patch.set ?? {}),
  ...(patch.remove ?? []).filter((name) => !ABSENT.includes(name)),
  ...[...(patch.prepend ?? []), ...(patch.append ?? [])].map(([name]) => name),
];

/** What no good token of this org has, though a row takes it away for orgs whose tokens have it. */
const ABSENT = ['sub_id', 'tenant', 'aud_tenant'];

/** The members that were to change did, and no others. @param also those that the signer decides, if it is another */
function assertChanged(
  t: Test,
  what: string,
  patches: readonly (Patch | undefined)[],
  changed: ReadonlySet<string>,
  also: readonly string[] = [],
) {
  const wanted = patches.flatMap(namesOf);
  // Said twice, it was changed before the signature, and changed back behind it.
  const sure = wanted.filter((name, at) => wanted.indexOf(name) === at && wanted.lastIndexOf(name) === at);
  const done = sure.filter((name) => !also.includes(name));
  t.strictSame(
    done.filter((name) => !changed.has(name)),
    [],
    `what the row says of ${what} is done`,
  );
  return t.strictSame(
    [...changed].filter((name) => ![...wanted, ...also].includes(name)),
    [],
    `nothing else of ${what}`,
  );
}

/** One part of the token against that of the twin. */
function assertPart(
  t: Test,
  what: string,
  patches: readonly (Patch | undefined)[],
  [good = '', bent = '']: readonly (string | undefined)[],
  also: readonly string[] = [],
): void {
  const only = patches.find((patch) => patch?.only)?.only;
  if (!only) assertChanged(t, what, patches, changedNames(t, decoded(good), decoded(bent)), also);
  else
    t.strictSame(
      membersIn(decoded(bent)).map(([name]) => name),
      Object.keys(only),
      `${what} and no others`,
    );
}

/** Header and claims, as they are read from three segments. */
function assertMembers(t: Test, row: EdgeCase, good: string, bent: string): void {
  const [before, after] = [segmentsOf(good), segmentsOf(bent)];
  const signer = row.sign === undefined || row.sign === 'active' ? [] : ['alg', 'kid'];
  if (row.headerText !== undefined) t.equal(decoded(after[0] as string), row.headerText);
  else assertPart(t, 'the header', [row.header, row.tamper?.header], [before[0], after[0]], signer);
  if (row.payload) t.not(after[1], before[1], 'the payload is another');
  else assertPart(t, 'the claims', [row.claims, row.tamper?.claims], [before[1], after[1]]);
  const untouched = !row.tamper && !row.signature && signer.length === 0;
  t.equal(orgSigned(bent), untouched, untouched ? 'signed by the org' : 'not a signature of the org by RS256');
}

/** What is around the good segments, when the form of the token is another. */
function assertForm(t: Test, row: EdgeCase, good: string, bent: string): void {
  t.not(bent, good);
  if (row.text?.includes('{token}')) t.ok(bent.includes(good), 'the token is in it as it was');
  if (row.shape?.startsWith('json')) for (const segment of segmentsOf(good)) t.ok(bent.includes(segment));
  if (row.encrypt) t.match(bent, /^[\w-]+(\.[\w-]+){4}$/);
}

const hasForm = ({ text, shape, encrypt }: EdgeCase) =>
  text !== undefined || shape !== undefined || encrypt !== undefined;

for (const input of ROWS) {
  const row = EdgeCase.parse(input);
  t.test(row.name, async (t) => {
    const { good, bent } = twinsOf(org, row);
    if (row.token === 'refresh-token') return t.match(bent, /^[\w-]{43}$/, 'opaque');
    t.ok(orgSigned(good), 'the twin is good');
    if (hasForm(row)) return assertForm(t, row, good, bent);
    return assertMembers(t, row, good, bent);
  });
}
