/**
 * The doors of SAML: sign-in and sign-out by both bindings, and the metadata that service providers are set up with. What
 * reads and writes XML is loaded when the first of them is used, so that starting an org does not wait for it.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { findSamlApp } from '../access/find-saml-app.js';
import type { Answer } from '../authorization/answer.js';
import type { SamlCall } from '../authorization/saml-message.js';
import { managementError } from './bodies.js';
import { Page, renderAnswer } from './browser-endpoints.js';
import { browserCallOf } from './calls.js';
import { type Endpoint, type Handler, send } from './endpoint.js';

/** As Okta sends it. */
export const METADATA_TYPE = 'application/xml;charset=ISO-8859-1';

const text = z.string().optional();

const Message = z.looseObject({
  SAMLRequest: text.describe('Base64; in a URL, deflated before that'),
  RelayState: text.describe('Given back as it is'),
});
const InUrl = Message.extend({ SigAlg: text, Signature: text });
const sessionToken = text.describe('Of the Authentication API: signs in without a page');

function samlCallOf(request: FastifyRequest): SamlCall {
  const { appName, externalKey } = request.params as { appName: string; externalKey: string };
  return {
    ...browserCallOf(request, 'org'),
    method: request.method === 'POST' ? 'POST' : 'GET',
    query: request.url.split('?').slice(1).join('?'),
    ...{ appName, externalKey },
  };
}

const saml =
  (act: (call: SamlCall) => Promise<Answer>): Handler =>
  async (request: FastifyRequest, reply: FastifyReply) =>
    renderAnswer(reply, await act(samlCallOf(request)));

const signOn = saml(async (call) => (await import('../authorization/saml-sso.js')).samlSso(call));
const signOut = saml(async (call) => (await import('../authorization/saml-logout.js')).samlLogout(call));

const PAGES = { 400: Page, 403: Page, 404: Page };

const ofMessages = (url: string, summary: string, handle: Handler, more: z.ZodRawShape): Endpoint => ({
  ...{ url, tag: 'Sign-in', shape: 'page' },
  operations: {
    GET: {
      ...{ summary, access: 'anybody', handle, querystring: InUrl.extend(more) },
      response: { 200: Page, 302: null, ...PAGES },
    },
    POST: {
      ...{
        summary,
        access: 'anybody',
        handle,
        body: Message.extend(more),
        response: { 200: Page, 303: null, ...PAGES },
      },
    },
  },
});

const metadata: Handler = async ({ org, params }: FastifyRequest, reply: FastifyReply) => {
  const app = findSamlApp(org.store.view(), (params as { externalKey: string }).externalKey);
  if (!app) return send(reply, managementError('E0000007'));
  const { samlMetadata } = await import('../authorization/saml-metadata.js');
  return reply.type(METADATA_TYPE).send(samlMetadata(org, app));
};

export const SAML_ENDPOINTS: readonly Endpoint[] = [
  ofMessages('/app/:appName/:externalKey/sso/saml', 'Sign-in by SAML', signOn, { sessionToken }),
  ofMessages('/app/:appName/:externalKey/slo/saml', 'Single logout by SAML', signOut, {}),
  {
    url: '/app/:externalKey/sso/saml/metadata',
    ...{ tag: 'Sign-in', shape: 'management' },
    operations: {
      GET: {
        ...{ summary: 'SAML metadata of an app', access: 'anybody', handle: metadata, mediaType: 'application/xml' },
        response: { 200: z.string().describe('An EntityDescriptor') },
      },
    },
  },
];
