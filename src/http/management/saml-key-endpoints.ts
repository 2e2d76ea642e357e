/** `/api/v1/apps/{appId}/credentials/keys` and the metadata: what a service provider trusts a SAML app's assertions by. */
import * as z from 'zod';
import { isAdminRefusal } from '../../admin/change.js';
import { findSamlInstance, findSamlKey, generateSamlKey } from '../../admin/saml-keys.js';
import type { SamlKey } from '../../registry/saml-key.js';
import type { Endpoint } from '../endpoint.js';
import { METADATA_TYPE } from '../saml-endpoints.js';
import { endpointsBelow, manage } from './operation.js';

const READ = 'okta.apps.read';
const BASE = '/api/v1/apps/:appId/credentials/keys';

const KeyBody = z.looseObject({
  ...{ kid: z.string(), kty: z.literal('RSA'), use: z.literal('sig'), x5c: z.array(z.string()) },
  ...{ 'x5t#S256': z.string(), e: z.string(), n: z.string() },
  ...{ created: z.string(), lastUpdated: z.string(), expiresAt: z.string() },
});

const Validity = z.object({
  validityYears: z
    .stringFormat('whole number', /^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(2, 'is less than 2').max(10, 'is more than 10'))
    .describe('Years for which the certificate is good: 2 to 10'),
});

const bodyOf = async (key: SamlKey) => (await import('./saml-key-body.js')).samlKeyBody(key);
const keys = endpointsBelow(BASE, 'Applications');

const METADATA: Endpoint = endpointsBelow('/api/v1/apps/:appId/sso/saml/metadata', 'Applications')('', {
  GET: {
    ...manage({
      ...{ summary: 'SAML metadata of an app', scope: READ, query: z.object({ kid: z.string().optional() }) },
      answers: { 200: z.string().describe('An EntityDescriptor') },
      async act(call) {
        const { view, org, param, query } = call;
        const app = findSamlInstance(view, param('appId'));
        if (isAdminRefusal(app)) return app;
        const key = query.kid === undefined ? undefined : findSamlKey(call, view, app.id, query.kid);
        if (isAdminRefusal(key)) return key;
        const { samlMetadata } = await import('../../authorization/saml-metadata.js');
        return samlMetadata(org, app, key);
      },
      answer: (body) => ({ body, headers: { 'content-type': METADATA_TYPE } }),
    }),
    mediaType: 'application/xml',
  },
});

export const SAML_KEY_ENDPOINTS: readonly Endpoint[] = [
  keys('', {
    GET: manage({
      ...{ summary: 'List the signing certificates of a SAML app', scope: READ, answers: { 200: z.array(KeyBody) } },
      async act({ view, org, param }) {
        const app = findSamlInstance(view, param('appId'));
        return isAdminRefusal(app) ? app : Promise.all(org.samlKeys.all(app.saml).map(bodyOf));
      },
      answer: (body) => ({ body }),
    }),
  }),
  keys('/generate', {
    POST: manage({
      ...{ summary: 'Generate a signing certificate for a SAML app', scope: 'okta.apps.manage', query: Validity },
      answers: { 201: KeyBody },
      async act(call) {
        const key = await generateSamlKey(call, call.param('appId'), call.query.validityYears);
        return isAdminRefusal(key) ? key : bodyOf(key);
      },
      answer: (body) => ({ status: 201, body }),
    }),
  }),
  keys('/:kid', {
    GET: manage({
      ...{ summary: 'Get a signing certificate of a SAML app', scope: READ, answers: { 200: KeyBody } },
      act(call) {
        const key = findSamlKey(call, call.view, call.param('appId'), call.param('kid'));
        return isAdminRefusal(key) ? key : bodyOf(key);
      },
      answer: (body) => ({ body }),
    }),
  }),
  METADATA,
];
