/** The doors of the catalogue of edge cases, and of what is armed. */
import { isAdminRefusal } from '../../admin/change.js';
import { armedPage } from '../../console/armed.js';
import { edgeCasesPage } from '../../console/edge-cases.js';
import { armedShown, disarm, disarmAll, listArmed } from '../../control/armed.js';
import { addEdgeCases } from '../../control/edge-cases.js';
import { findEdgeCases, type Search } from '../../edge-cases/catalogue.js';
import { type EdgeCase, EdgeCaseList, GROUPS } from '../../edge-cases/edge-case.js';
import { SAML_GROUPS, shippedSamlEdgeCases } from '../../edge-cases/saml/saml-edge-case.js';
import { bestFirst } from '../../edge-cases/word-search.js';
import { edgeCasesOf } from '../../on-purpose/edge-cases.js';
import type { Endpoint } from '../endpoint.js';
import { EDGE_CASE_PAGE } from './edge-case-page.js';
import { unlessMistake, writtenJson } from './form-values.js';
import { audiencesOf } from './offers.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

/** The most rows of a list. */
const MOST = 50;

const FILTERS = ['group', 'severity', 'verdict'] as const;

async function samlFound(q: string): Promise<number> {
  if (q === '') return 0;
  return bestFirst([...(await shippedSamlEdgeCases()).values()], q, SAML_GROUPS).length;
}

function countsOf(rows: Iterable<EdgeCase>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { group } of rows) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

async function showCatalogue({ at, value, query, org, view }: ConsoleCall) {
  const all = await edgeCasesOf(org);
  const q = query.get('q') ?? '';
  const filters: Search = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
  const isSearched = q !== '' || FILTERS.some((name) => query.get(name) !== undefined);
  const rows = isSearched ? bestFirst(findEdgeCases(all.values(), filters), q, GROUPS) : [];
  return edgeCasesPage({
    ...{ at, value, audiences: audiencesOf(org, view), counts: countsOf(all.values()) },
    found: isSearched ? { rows: rows.slice(0, MOST), others: Math.max(0, rows.length - MOST) } : undefined,
    samlFound: await samlFound(q),
  });
}

async function add({ org, form }: ConsoleCall) {
  const written = writtenJson(form.get('rows') ?? '', 'Edge cases as JSON');
  if (isAdminRefusal(written)) return written;
  const rows = asked(EdgeCaseList, written.json);
  if (isAdminRefusal(rows)) return rows;
  const added = unlessMistake(await addEdgeCases(org, rows));
  return isAdminRefusal(added) ? added : ({ to: '/console/edge-cases?group=own', done: 'edge-cases-added' } as const);
}

function showArmed({ at, org }: ConsoleCall) {
  const all = listArmed(org);
  const rows = all.slice(0, MOST).map((one) => armedShown(org, one));
  return armedPage({ at, rows, others: all.length - rows.length });
}

const ARMED = '/console/edge-cases/armed';

export const EDGE_CASE_PAGES: readonly Endpoint[] = [
  consolePage({ url: '/console/edge-cases', show: showCatalogue, acts: { add } }),
  consolePage({
    url: ARMED,
    show: showArmed,
    acts: {
      disarm: async (call) => (await disarm(call, call.form.get('id') ?? '')) ?? { to: ARMED, done: 'disarmed' },
      'disarm-all': async (call) => (await disarmAll(call)) ?? { to: ARMED, done: 'disarmed-all' },
    },
  }),
  EDGE_CASE_PAGE,
];
