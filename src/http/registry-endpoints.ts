/** What the control API says about the registry as a whole: the org as an org file. */

import * as z from 'zod';
import { exportOrg } from '../registry/org-export.js';
import { developmentKeys } from '../shipped.js';
import { NEVER_KEPT } from './bodies.js';
import { controlAccess } from './control-access.js';
import type { Endpoint, Handler } from './endpoint.js';
import { MANAGEMENT_REFUSALS } from './management/operation.js';

/** Only what is always there; docs/org-file.schema.json has the rest, as a person may write it. */
const OrgFileBody = z.looseObject({ org: z.looseObject({ id: z.string() }) }).describe('An org file');

/** `GET /_mock/org`: what `--org` takes to start the same org again. It holds every secret of the org. */
const sendOrgFile: Handler = async ({ org }, reply) => {
  const file = exportOrg(org.store.view(), developmentKeys());
  return reply
    .headers({ ...NEVER_KEPT, 'content-disposition': 'attachment; filename="org.json"' })
    .type('application/json; charset=utf-8')
    .send(`${JSON.stringify(file, null, 2)}\n`);
};

export const REGISTRY_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/_mock/org',
    ...{ tag: 'Control', shape: 'management' },
    operations: {
      GET: {
        summary: 'The org as an org file, secrets included',
        ...controlAccess(true),
        handle: sendOrgFile,
        response: { 200: OrgFileBody, ...MANAGEMENT_REFUSALS },
      },
    },
  },
];
