/** The doors of the catalogue of SAML: found, and minted. */
import { isAdminRefusal, notFound } from '../../admin/change.js';
import { mintedSamlPage, SAML_LABELS, samlEdgeCasePage, samlEdgeCasesPage } from '../../console/saml-edge-cases.js';
import { mintSaml } from '../../control/mint-saml.js';
import { MintSamlRequest } from '../../control/mint-saml-request.js';
import { SAML_GROUPS, shippedSamlEdgeCases } from '../../edge-cases/saml/saml-edge-case.js';
import { bestFirst } from '../../edge-cases/word-search.js';
import { applications, isSamlApp } from '../../registry/application.js';
import type { Endpoint } from '../endpoint.js';
import { unlessMistake } from './form-values.js';
import { offersOf } from './offers.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

/** The most rows of a list. */
const MOST = 100;

async function showCatalogue({ at, value, query }: ConsoleCall) {
  const group = query.get('group');
  const all = [...(await shippedSamlEdgeCases()).values()].filter((row) => group === undefined || row.group === group);
  const rows = bestFirst(all, query.get('q') ?? '', SAML_GROUPS);
  return samlEdgeCasesPage({
    at,
    value,
    found: { rows: rows.slice(0, MOST), others: Math.max(0, rows.length - MOST) },
  });
}

async function showCase({ at, value, param, org, view }: ConsoleCall) {
  const row = (await shippedSamlEdgeCases()).get(param('name'));
  if (!row) return notFound(param('name'), 'SamlEdgeCase');
  const bySaml = view.list(applications).filter(isSamlApp);
  const labels = bySaml.slice(0, 50).map(({ label }) => label);
  return samlEdgeCasePage({ at, value, row, users: offersOf(org, view).users, applications: labels });
}

async function mint({ at, form, org, param }: ConsoleCall) {
  const names = ['user', 'application', 'within', 'recipient', 'requestId'] as const;
  const said = Object.fromEntries(names.map((name) => [name, form.get(name)]));
  const request = asked(MintSamlRequest, { ...said, edgeCase: param('name') }, SAML_LABELS);
  if (isAdminRefusal(request)) return request;
  const minted = unlessMistake(await mintSaml(org, request), SAML_LABELS);
  return isAdminRefusal(minted) ? minted : { page: mintedSamlPage({ ...minted, at, name: param('name') }) };
}

export const SAML_EDGE_CASE_PAGES: readonly Endpoint[] = [
  consolePage({ url: '/console/saml-edge-cases', show: showCatalogue }),
  consolePage({ url: '/console/saml-edge-cases/:name', show: showCase, acts: { mint } }),
];
