/** What the control API says about the registry as a whole: the org as an org file. */
import * as z from 'zod';
import type { Org } from '../org.js';
import { exportOrg } from '../registry/org-export.js';
import { developmentKeys } from '../shipped.js';
import { controlAccess } from './control-access.js';
import { type Endpoint, type Handler, NEVER_KEPT } from './endpoint.js';
import { MANAGEMENT_REFUSALS } from './management/operation.js';

/** Only what is always there; docs/org-file.schema.json has the rest, as a person may write it. */
const OrgFileBody = z.looseObject({ org: z.looseObject({ id: z.string() }) }).describe('An org file');

/** `GET /_mock/org`: what `--org` takes to start the same org again. It holds every secret of the org. */
function orgFile(org: Org): Handler {
  return async (_, reply) => {
    const file = exportOrg(org.store.view(), developmentKeys());
    return reply
      .headers({ ...NEVER_KEPT, 'content-disposition': 'attachment; filename="org.json"' })
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify(file, null, 2)}\n`);
  };
}

export function registryEndpoints(org: Org): Endpoint[] {
  return [
    {
      url: '/_mock/org',
      ...{ tag: 'Control', shape: 'management' },
      operations: {
        GET: {
          summary: 'The org as an org file, secrets included',
          ...controlAccess(org, true),
          handle: orgFile(org),
          response: { 200: OrgFileBody, ...MANAGEMENT_REFUSALS },
        },
      },
    },
  ];
}
