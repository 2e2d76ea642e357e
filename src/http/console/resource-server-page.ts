/** The door of the tab *Resource Server* of an application. */
import * as z from 'zod';
import { changeApplication } from '../../admin/applications.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { applicationPath } from '../../console/application-frame.js';
import type { Done } from '../../console/notices.js';
import { type ConnectionHere, resourceServerTab } from '../../console/resource-server.js';
import { expandIssuer } from '../../org.js';
import { type AiAgent, agents } from '../../registry/ai-agent.js';
import type { Application } from '../../registry/application.js';
import { ApplicationExtensions } from '../../registry/okta-extensions.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { idOf, linesOf, ofApplication } from './application-call.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

/**
 * As the API has it, but that an Issuer URL with a query or a fragment is taken: the page warns of it, and who tests a server
 * may want it.
 */
const Xaa = ApplicationExtensions.shape.xaa.unwrap().extend({
  issuerUrl: z
    .url({ protocol: /^https?$/, error: 'is no http or https URL' })
    .max(1024)
    .optional(),
});

const LABELS = {
  issuerUrl: 'Issuer URL',
  scopes: 'Scopes',
  audienceTenantId: 'Audience/tenant ID',
} as const;

type Gathered = Pick<ConsoleCall, 'org' | 'view'>;

function issuerUrlOf({ org }: Gathered, { xaa }: Application): string | undefined {
  return xaa.issuerUrl === undefined ? undefined : expandIssuer(org, xaa.issuerUrl);
}

function connectionsTo({ org, view }: Gathered, app: Application): readonly ConnectionHere[] {
  return view.findBy(resourceConnections, 'to', app.id).map(({ agentId, issuerUrl }) => {
    const { profile } = view.get(agents, agentId) as AiAgent;
    return { agentId, agentName: profile.name, issuerUrl: expandIssuer(org, issuerUrl) };
  });
}

/** Whether connections that were whole until now lead nowhere any more. */
function doneWith(call: ConsoleCall, app: Application): Done {
  const view = call.org.store.view();
  const now = issuerUrlOf(call, app);
  const isBroken = connectionsTo({ ...call, view }, app).some(({ issuerUrl }) => issuerUrl !== now);
  return isBroken ? 'xaa-saved-broken' : 'xaa-saved';
}

async function save(call: ConsoleCall): Promise<Went | AdminRefusal> {
  const { form, value } = call;
  const xaa = asked(
    Xaa,
    {
      enabled: form.get('enabled') === 'on',
      issuerUrl: form.get('issuerUrl'),
      audienceTenantId: form.get('audienceTenantId'),
      scopes: linesOf(value('scopes')),
    },
    LABELS,
  );
  if (isAdminRefusal(xaa)) return xaa;
  const app = labelled(await changeApplication(call, idOf(call), (before) => ({ ...before, xaa })), LABELS);
  if (isAdminRefusal(app)) return app;
  return { to: applicationPath(app.id, 'Resource Server'), done: doneWith(call, app) };
}

export const RESOURCE_SERVER = consolePage({
  url: '/console/applications/:appId/resource-server',
  show: (call) =>
    ofApplication(call, ({ at, org, view, app, value }) =>
      resourceServerTab({
        ...{ at, app, value, issuerUrl: issuerUrlOf({ org, view }, app) },
        connections: connectionsTo({ org, view }, app),
      }),
    ),
  acts: { save },
});
