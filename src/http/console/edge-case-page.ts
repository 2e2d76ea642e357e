/** The door of one edge case: read, minted, armed, and taken away if it is one's own. */
import { type AdminRefusal, isAdminRefusal, notFound } from '../../admin/change.js';
import { givenLabel, KEY_FIELDS } from '../../console/case-fields.js';
import { ARM_LABELS, edgeCasePage, MINT_LABELS } from '../../console/edge-case.js';
import type { Values } from '../../console/forms.js';
import { mintedPage } from '../../console/minted.js';
import { ArmRequest, armCase } from '../../control/armed.js';
import { removeEdgeCase } from '../../control/edge-cases.js';
import { type Minted, mint } from '../../control/mint.js';
import { MintRequest } from '../../control/mint-request.js';
import { type EdgeCase, type Need, needsOf } from '../../edge-cases/edge-case.js';
import { GIVEN_NAMES } from '../../edge-cases/values.js';
import { edgeCasesOf } from '../../on-purpose/edge-cases.js';
import { signersToPublish } from '../../on-purpose/published.js';
import { expandIssuer, storedForms } from '../../org.js';
import { type Form, words } from '../../protocol/form.js';
import { ownEdgeCases } from '../../registry/own-edge-case.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { jsonIn, numberIn, refusalOf, unlessMistake } from './form-values.js';
import { labelled } from './labelled.js';
import { offersOf } from './offers.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

/** Names of cases that are made to the same token, as they were typed. */
const furtherNames = (value: Values) => words(value('edgeCases').replaceAll(',', ' '));

/** What must be given for all of them together. One that there is not needs nothing. */
function needsOfAll(rows: readonly EdgeCase[]): readonly Need[] {
  return [...new Set(rows.flatMap(needsOf))];
}

/** The first connection, and the client id that an audience without any would lack. */
function defaultsOf({ org, view, value }: ConsoleCall) {
  const connections = view.list(resourceConnections);
  const [first] = connections;
  const audience = value('audience', first ? expandIssuer(org, first.issuerUrl) : '');
  const isConnected = connections.some(({ issuerUrl }) => storedForms(org, audience).includes(issuerUrl));
  const clientId = connections.find(({ clientIdAtResource }) => clientIdAtResource !== undefined)?.clientIdAtResource;
  return { audience, clientId: isConnected ? '' : (clientId ?? '') };
}

/** Whether a field is one of the form that arms. */
const isOfArming = (name: string) => name === 'times' || name.startsWith('match.') || name.startsWith('arm.');

/** What stands in the fields: those of the other form of the page stay as they were. */
function valuesOf({ value, query, form, request }: ConsoleCall): Values {
  const isArming = form.get('do') === 'arm';
  return (name, stored = '') =>
    request.method === 'POST' && isOfArming(name) !== isArming ? (query.get(name) ?? stored) : value(name, stored);
}

async function showCase(call: ConsoleCall) {
  const { at, org, view, param } = call;
  const all = await edgeCasesOf(org);
  const row = all.get(param('name'));
  if (!row) return notFound(param('name'), 'EdgeCase');
  const value = valuesOf(call);
  const further = furtherNames(value).flatMap((name) => all.get(name) ?? []);
  return edgeCasePage({
    ...{ at, value, row, isOwn: view.get(ownEdgeCases, row.name) !== undefined },
    ...{ needs: needsOfAll([row, ...further]), offers: offersOf(org, view) },
    defaults: defaultsOf({ ...call, value }),
  });
}

function givenIn(form: Form, prefix: string): Record<string, string> {
  return Object.fromEntries(
    GIVEN_NAMES.flatMap((name) => {
      const said = form.get(`${prefix}given.${name}`);
      return said === undefined ? [] : [[name, said]];
    }),
  );
}

const KEYS = ['ras', 'client', 'encryption'] as const;

/** What the fields are called, by the member of the request that they become. */
const LABELS: Readonly<Record<string, string>> = {
  ...MINT_LABELS,
  ...Object.fromEntries(GIVEN_NAMES.map((name) => [`given.${name}`, givenLabel(name)])),
  ...Object.fromEntries(Object.values(KEY_FIELDS).map(({ name, label }) => [name, label])),
};

/** What the form asks for, as the control API would be asked. */
function mintAsked({ form, param, value }: ConsoleCall) {
  const resource = words(form.get('resource') ?? '');
  return asked(
    MintRequest,
    {
      ...Object.fromEntries(
        (['audience', 'clientId', 'user', 'agent', 'application', 'scope'] as const).map((name) => [
          name,
          form.get(name),
        ]),
      ),
      resource: resource.length > 1 ? resource : resource[0],
      lifetime: numberIn(form.get('lifetime')),
      edgeCases: [param('name'), ...furtherNames(value)],
      given: givenIn(form, ''),
      keys: Object.fromEntries(KEYS.map((name) => [name, jsonIn(form.get(`keys.${name}`))])),
    },
    LABELS,
  );
}

async function minted(call: ConsoleCall): Promise<Minted | AdminRefusal> {
  const request = mintAsked(call);
  if (isAdminRefusal(request)) return request;
  return unlessMistake(await mint(call.org, request), LABELS);
}

async function mintShown(call: ConsoleCall) {
  const outcome = await minted(call);
  if (isAdminRefusal(outcome)) return outcome;
  const { at, form, org, param } = call;
  const names = outcome.edgeCases.map(({ name }) => name);
  const rows = [...(await edgeCasesOf(org)).values()].filter(({ name }) => names.includes(name));
  const page = mintedPage({
    ...outcome,
    ...{ at, name: param('name'), audience: form.get('audience') ?? '', clientId: form.get('clientId') ?? '' },
    signers: signersToPublish(rows, undefined, org.edgeCases.keys),
  });
  return { page };
}

async function mintFile(call: ConsoleCall) {
  const outcome = await minted(call);
  if (isAdminRefusal(outcome)) return outcome;
  return { file: outcome.token, name: `${call.param('name')}.txt`, type: 'text/plain; charset=utf-8' };
}

const LABELS_OF_ARMING: Readonly<Record<string, string>> = { ...LABELS, ...ARM_LABELS };

async function arm(call: ConsoleCall) {
  const { form, param } = call;
  const match = (['agent', 'client', 'user', 'audience'] as const).map((name) => [name, form.get(`match.${name}`)]);
  const request = asked(
    ArmRequest,
    {
      match: Object.fromEntries(match),
      edgeCase: param('name'),
      given: givenIn(form, 'arm.'),
      times: numberIn(form.get('times')),
    },
    LABELS_OF_ARMING,
  );
  if (isAdminRefusal(request)) return request;
  const armed = labelled(await armCase(call, request), ARM_LABELS);
  return isAdminRefusal(armed) ? armed : ({ to: '/console/edge-cases/armed', done: 'armed' } as const);
}

async function take({ org, param }: ConsoleCall) {
  const refused = await removeEdgeCase(org, param('name'));
  return refused ? refusalOf(refused) : ({ to: '/console/edge-cases', done: 'edge-case-removed' } as const);
}

export const EDGE_CASE_PAGE = consolePage({
  url: '/console/edge-cases/:name',
  show: showCase,
  acts: { mint: mintShown, 'mint-file': mintFile, arm, remove: take },
});
