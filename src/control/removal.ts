/** Taking away what the control API has put into an org: one record by its id, or all of a kind. */
import { type AdminCall, type AdminRefusal, carryOut, notFound } from '../admin/change.js';
import type { Collection, Entity } from '../registry/collection.js';
import { remove, type View } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';

/** Records of one kind, what it is called, and what the System Log is told when one is taken away. */
export interface Removable<T extends Entity> {
  readonly collection: Collection<T>;
  readonly kind: string;
  readonly eventType: EventType;
}

function removing<T extends Entity>(
  call: AdminCall,
  { collection, kind, eventType }: Removable<T>,
  which: (view: View) => readonly T[] | undefined,
  id = '',
): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const gone = which(view);
    if (!gone) return notFound(id, kind);
    return {
      changes: gone.map((record) => remove(collection, record)),
      events: gone.map((record) => ({ eventType, targets: [partyOf(kind, record.id)] })),
      value: undefined,
    };
  });
}

export function removeOne<T extends Entity>(call: AdminCall, of: Removable<T>, id: string) {
  const only = (view: View) => {
    const found = view.get(of.collection, id);
    return found && [found];
  };
  return removing(call, of, only, id);
}

export function removeAll<T extends Entity>(call: AdminCall, of: Removable<T>) {
  return removing(call, of, (view) => view.list(of.collection));
}
