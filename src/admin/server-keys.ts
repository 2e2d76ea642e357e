/** The signing keys of a custom authorization server: their rotation. */
import { kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import { type Change, insert, replace } from '../store/port.js';
import { partyOfServer } from '../syslog/event.js';
import { type NewSigningKey, newSigningKey } from '../tokens/new-signing-key.js';
import { changeServer, findServer } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal } from './change.js';

const RETIRED = { status: 'RETIRED' } as const;

/** What verified until now goes on doing so: a token that was signed before a rotation stays good. */
function retired(serverId: string, own: readonly SigningKey[], ofOrg: readonly SigningKey[]): Change[] {
  if (own.length > 0) {
    const signing = own.filter((key) => key.status === 'ACTIVE');
    return signing.map((key) => replace(signingKeys, key, { ...key, ...RETIRED }));
  }
  // A server that had none signed with the org's: those are published as its retired ones, under the same kid.
  const past = ofOrg.filter((key) => key.status !== 'NEXT');
  return past.map((key) => {
    const kid = kidOf(key);
    return insert(signingKeys, { ...key, id: `${serverId}:${kid}`, kid, server: serverId, ...RETIRED });
  });
}

/**
 * NEXT becomes ACTIVE, ACTIVE becomes RETIRED, and there is a fresh NEXT. A server without a NEXT gets a fresh ACTIVE.
 * The keys are made before the change is worked out, which stays pure; in a race they are used all the same.
 */
export async function rotateKeys(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  const found = findServer(call.org.store.view(), id);
  if (isAdminRefusal(found)) return found;
  const [first, second] = await Promise.all([newSigningKey(), newSigningKey()]);
  return changeServer(call, id, (server, { view, now }) => {
    const own = view.findBy(signingKeys, 'server', id);
    const fresh = ({ kid, jwk }: NewSigningKey) => ({ id: kid, server: id, jwk });
    const next = own.find((key) => key.status === 'NEXT');
    const signs = { status: 'ACTIVE', rotatedAt: now } as const;
    const more = [
      ...retired(id, own, view.findBy(signingKeys, 'server', 'org')),
      next ? replace(signingKeys, next, { ...next, ...signs }) : insert(signingKeys, { ...fresh(second), ...signs }),
      insert(signingKeys, { ...fresh(first), status: 'NEXT' }),
    ];
    const event = { eventType: 'app.oauth2.as.key.rollover', targets: [partyOfServer(server)] } as const;
    return { server, more, events: [event], value: undefined };
  });
}
