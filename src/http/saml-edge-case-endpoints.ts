/** The control API's doors to what can be wrong by SAML: the catalogue, and minting a response or an assertion. */
import * as z from 'zod';
import { notValid } from '../admin/change.js';
import { mintSaml } from '../control/mint-saml.js';
import { MintSamlRequest } from '../control/mint-saml-request.js';
import { shippedSamlEdgeCases } from '../edge-cases/saml/saml-edge-case.js';
import { isMistake } from '../protocol/mistake.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const RowBody = z.looseObject({
  ...{ name: z.string(), group: z.string(), level: z.string(), severity: z.string(), verdict: z.string() },
  ...{ source: z.array(z.string()), differs: z.string(), note: z.string() },
});

const MintedBody = z.looseObject({
  kind: z.enum(['saml-response', 'saml-assertion']),
  token: z.string().describe('As it is sent: SAMLResponse, or subject_token.'),
  ...{ xml: z.string(), postTo: z.string(), application: z.string(), nameId: z.looseObject({ value: z.string() }) },
  verdict: z.string().nullable(),
  acceptedAs: z.string().optional().describe('The only NameID as which it may be accepted, if it is at all.'),
  edgeCase: RowBody.optional(),
});

const CONTROL = { tag: 'Control', shape: 'management' } as const;

export const SAML_EDGE_CASE_ENDPOINTS: readonly Endpoint[] = [
  {
    ...{ url: '/_mock/saml-edge-cases', ...CONTROL },
    operations: {
      GET: control({
        ...{ summary: 'Edge cases of SAML', answers: { 200: z.array(RowBody) } },
        act: shippedSamlEdgeCases,
        answer: (rows) => ({ body: [...rows.values()] }),
      }),
    },
  },
  {
    ...{ url: '/_mock/mint-saml', ...CONTROL },
    operations: {
      POST: control({
        ...{ summary: 'A SAML response or assertion for whomever, right or wrong on purpose', powerful: true },
        ...{ body: MintSamlRequest, answers: { 200: MintedBody } },
        async act({ org, body }) {
          const minted = await mintSaml(org, body);
          if (!isMistake(minted)) return minted;
          const { path, mistake } = minted;
          return notValid(path, `${path}: ${mistake}`);
        },
        answer: (body) => ({ body }),
      }),
    },
  },
];
