/** The signing keys of a custom authorization server: their rotation. */
import { kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import { type Change, insert, replace } from '../store/port.js';
import { partyOfServer } from '../syslog/event.js';
import { type NewSigningKey, newSigningKey } from '../tokens/new-signing-key.js';
import { changeServer, findServer } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal } from './change.js';

const RETIRED = { status: 'RETIRED' } as const;

/** A key of the server before and after; it has no before when it is new. */
interface Turned {
  readonly before?: SigningKey;
  readonly after: SigningKey;
}

/** What verified until now goes on doing so: a token that was signed before a rotation stays good. */
function retired(serverId: string, own: readonly SigningKey[], ofOrg: readonly SigningKey[]): Turned[] {
  if (own.length > 0) {
    const past = own.filter((key) => key.status !== 'NEXT');
    return past.map((before) => ({ before, after: before.status === 'ACTIVE' ? { ...before, ...RETIRED } : before }));
  }
  // A server that had none signed with the org's: those are published as its retired ones, under the same kid.
  const past = ofOrg.filter((key) => key.status !== 'NEXT');
  return past.map((key) => {
    const kid = kidOf(key);
    return { after: { ...key, id: `${serverId}:${kid}`, kid, server: serverId, ...RETIRED } };
  });
}

function written({ before, after }: Turned): Change[] {
  if (before === after) return [];
  return [before ? replace(signingKeys, before, after) : insert(signingKeys, after)];
}

/**
 * NEXT becomes ACTIVE, ACTIVE becomes RETIRED, and there is a fresh NEXT. A server without a NEXT gets a fresh ACTIVE.
 * The keys are made before the change is worked out, which stays pure; in a race they are used all the same.
 * @returns the keys that the server has then
 */
export async function rotateKeys(call: AdminCall, id: string): Promise<readonly SigningKey[] | AdminRefusal> {
  const found = findServer(call.org.store.view(), id);
  if (isAdminRefusal(found)) return found;
  const [first, second] = await Promise.all([newSigningKey(), newSigningKey()]);
  return changeServer(call, id, (server, { view, now }) => {
    const own = view.findBy(signingKeys, 'server', id);
    const fresh = ({ kid, jwk }: NewSigningKey) => ({ id: kid, server: id, jwk });
    const next = own.find((key) => key.status === 'NEXT');
    const signs = { status: 'ACTIVE', rotatedAt: now } as const;
    const turned: Turned[] = [
      next ? { before: next, after: { ...next, ...signs } } : { after: { ...fresh(second), ...signs } },
      { after: { ...fresh(first), status: 'NEXT' } },
      ...retired(id, own, view.findBy(signingKeys, 'server', 'org')),
    ];
    const event = { eventType: 'app.oauth2.as.key.rollover', targets: [partyOfServer(server)] } as const;
    return { server, more: turned.flatMap(written), events: [event], value: turned.map(({ after }) => after) };
  });
}
