/** App-to-app connections of the first beta of Cross App Access: what an administrator does to them. */
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { type Application, applications } from '../registry/application.js';
import { type CrossAppAccessConnection, crossAppAccessConnections } from '../registry/cross-app-access.js';
import { insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOf, partyOfInstance } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { findApplication } from './applications.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
} from './change.js';

/** The connections that the app stands in, on either side. */
export function connectionsOfApp(view: View, app: Application): readonly CrossAppAccessConnection[] {
  return ['requesting', 'resource'].flatMap((side) => view.findBy(crossAppAccessConnections, side, app.id));
}

/** One of them, or that there is none. */
export function findConnectionOfApp(view: View, appId: string, id: string): CrossAppAccessConnection | AdminRefusal {
  const app = findApplication(view, appId);
  if (isAdminRefusal(app)) return app;
  return connectionsOfApp(view, app).find((row) => row.id === id) ?? notFound(id, 'Connection');
}

function eventOf(view: View, eventType: EventType, row: CrossAppAccessConnection): ChangeEvent {
  const sides = [row.requestingAppId, row.resourceAppId].map((id) => view.get(applications, id) as Application);
  return { eventType, targets: [partyOf('CrossAppAccessConnection', row.id), ...sides.map(partyOfInstance)] };
}

/** The two ends of a connection to make. */
export type Ends = Pick<CrossAppAccessConnection, 'requestingAppId' | 'resourceAppId' | 'status'>;

/** @param appId one of the two ends */
export function connectApps(
  call: AdminCall,
  appId: string,
  ends: Ends,
): Promise<CrossAppAccessConnection | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const { requestingAppId, resourceAppId } = ends;
    const requesting = findApplication(view, requestingAppId);
    const resource = findApplication(view, resourceAppId);
    const app = findApplication(view, appId);
    for (const found of [app, requesting, resource]) if (isAdminRefusal(found)) return found;
    if (appId !== requestingAppId && appId !== resourceAppId) {
      return notValid('Connection', 'the application of the path must be one of the two ends');
    }
    if (requestingAppId === resourceAppId)
      return notValid('Connection', 'an application needs no connection to itself');
    const [taken] = view.findBy(crossAppAccessConnections, 'pair', `${requestingAppId}:${resourceAppId}`);
    if (taken) return notValid('Connection', `the two are connected already, by ${taken.id}`);
    const row = { id: newId('crossAppAccess'), ...ends, created: now, lastUpdated: now };
    const kept = [requesting, resource].map((end) => keep(applications, end as Application));
    return {
      changes: [...kept, insert(crossAppAccessConnections, row)],
      events: [eventOf(view, 'app.cross_app_access.connection.create', row)],
      value: row,
    };
  });
}

export function setAppConnectionStatus(
  call: AdminCall,
  appId: string,
  id: string,
  status: Activity,
): Promise<CrossAppAccessConnection | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const before = findConnectionOfApp(view, appId, id);
    if (isAdminRefusal(before)) return before;
    if (before.status === status) return { changes: [], events: [], value: before };
    const row = { ...before, status, lastUpdated: now };
    const event = eventOf(view, 'app.cross_app_access.connection.update', row);
    return { changes: [replace(crossAppAccessConnections, before, row)], events: [event], value: row };
  });
}

export function disconnectApps(call: AdminCall, appId: string, id: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const row = findConnectionOfApp(view, appId, id);
    if (isAdminRefusal(row)) return row;
    const event = eventOf(view, 'app.cross_app_access.connection.delete', row);
    return { changes: [remove(crossAppAccessConnections, row)], events: [event], value: undefined };
  });
}
