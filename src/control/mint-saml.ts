/**
 * Minting by SAML: the response that a service provider gets, or the assertion in it, for whomever and without a browser;
 * right, or wrong in a way that has a name. No rule stands in the way.
 */
import { attributesAt, nameIdAt } from '../access/saml-subject.js';
import { type SamlEdgeCase, samlEditsOf, shippedSamlEdgeCases } from '../edge-cases/saml/saml-edge-case.js';
import type { SamlEdits } from '../edge-cases/saml/saml-edits.js';
import type { Org } from '../org.js';
import { newId, newSamlId } from '../protocol/ids.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { type Application, applications } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import { type SamlSettings, samlIssuerOf } from '../registry/saml-settings.js';
import { type User, users } from '../registry/user.js';
import type { GoodSaml, SamlBending } from '../saml/bend/bend.js';
import type { Signer } from '../saml/sign.js';
import type { View } from '../store/port.js';
import type { MintSamlRequest } from './mint-saml-request.js';
import { applicationAsked, userOf } from './mint-subjects.js';

/** What a strict service provider makes of it; `acceptedAs`: as whom alone, where refusing is not the only right answer. */
export interface MintedSaml {
  readonly kind: 'saml-response' | 'saml-assertion';
  /** As it is sent: base64, unless the edge case has it otherwise. */
  readonly token: string;
  readonly xml: string;
  /** Where a browser would post it, as SAMLResponse. */
  readonly postTo: string;
  readonly application: string;
  readonly nameId: NameId;
  /** null: it was changed in a way that no row knows. */
  readonly verdict: SamlEdgeCase['verdict'] | null;
  readonly edgeCase?: Omit<SamlEdgeCase, keyof SamlEdits>;
}

type SamlApp = Application & { readonly saml: SamlSettings };
const isSaml = (app: Application | undefined): app is SamlApp => app?.saml !== undefined;

function samlAppOf(view: View, asked: string | undefined): SamlApp | Mistake {
  const found =
    asked === undefined
      ? view.list(applications).find((app) => isSaml(app) && app.status === 'ACTIVE')
      : applicationAsked(view, asked);
  if (isSaml(found)) return found;
  if (asked === undefined) return mistake('application', 'the org has no active application by SAML');
  const named = JSON.stringify(asked);
  return found
    ? mistake('application', `${named} is no application by SAML`)
    : mistake('application', `there is no application ${named}; give a label or an id`);
}

/** Somebody else, whom an attacker would like to be. */
function victimOf(view: View, app: SamlApp, { id }: User): string {
  const others = view.list(users).filter((other) => other.id !== id);
  const names = others.map((other) => nameIdAt(view, app, other)).filter((name) => name && 'value' in name);
  return (names[0] as NameId | undefined)?.value ?? 'victim@example.com';
}

/** Whom it is about and for whom. */
interface Sign {
  readonly org: Org;
  readonly view: View;
  readonly app: SamlApp;
  readonly user: User;
  readonly nameId: NameId;
}

const recipientOf = ({ saml }: SamlApp, { recipient }: MintSamlRequest) =>
  recipient ?? saml.recipient ?? saml.ssoAcsUrl;

async function goodOf({ org, view, app, user, nameId }: Sign, request: MintSamlRequest): Promise<GoodSaml> {
  const { assertionOf } = await import('../saml/assertion.js');
  const { saml } = app;
  const [now, issuer] = [org.clock.now(), samlIssuerOf(saml)];
  const assertion = assertionOf({
    ...{ id: newSamlId(), issuer, audience: saml.audience, recipient: recipientOf(app, request), nameId },
    ...{ attributes: attributesAt(view, app, user).attributes, inResponseTo: request.requestId },
    ...{ sessionIndex: request.requestId ?? newId('session'), signedInAt: now, now },
  });
  const destination = request.recipient ?? saml.destination ?? saml.ssoAcsUrl;
  const response = { id: newSamlId(), issuer, destination, inResponseTo: request.requestId, issueInstant: now };
  const sign = { assertion: saml.assertionSigned, response: saml.responseSigned };
  return { assertion, response, sign, within: request.within };
}

async function attackerOf({ edgeCases }: Org, now: number): Promise<Omit<Signer, 'algorithm'>> {
  const { newCertificate } = await import('../saml/new-certificate.js');
  const key = edgeCases.importKey(edgeCases.keys().attacker.jwk);
  return { key, certificate: newCertificate({ key, org: 'attacker', now }) };
}

async function bendingOf({ org, view, app, user, nameId }: Sign, request: MintSamlRequest): Promise<SamlBending> {
  const { jwk, certificate } = org.samlKeys.active(app.saml);
  const now = org.clock.now();
  const values = {
    ...{ issuer: samlIssuerOf(app.saml), audience: app.saml.audience, recipient: recipientOf(app, request) },
    ...{ nameId: nameId.value, victim: victimOf(view, app, user), requestId: request.requestId ?? '' },
  };
  const active = { key: org.edgeCases.importKey(jwk), certificate };
  return { values, now, keys: { active, attacker: await attackerOf(org, now) } };
}

const EDITS: readonly (keyof SamlEdits)[] = [
  ...(['within', 'assertion', 'response', 'sign', 'assemble', 'tamper', 'travel'] as const),
];

function toldOf(row: SamlEdgeCase): NonNullable<MintedSaml['edgeCase']> {
  const told = Object.entries(row).filter(([name]) => !EDITS.some((edit) => edit === name));
  return Object.fromEntries(told) as NonNullable<MintedSaml['edgeCase']>;
}

async function rowOf(name: string | undefined): Promise<SamlEdgeCase | undefined | Mistake> {
  if (name === undefined) return undefined;
  const row = (await shippedSamlEdgeCases()).get(name);
  return row ?? mistake('edgeCase', `there is no edge case ${name} of SAML; GET /_mock/saml-edge-cases lists them`);
}

/** The edits of the case, and those of the request over them. */
function editsOf(row: SamlEdgeCase | undefined, { assertion, response }: MintSamlRequest): SamlEdits {
  const edits = row ? samlEditsOf(row) : {};
  return {
    ...edits,
    ...(assertion && { assertion: { ...edits.assertion, ...assertion } }),
    ...(response && { response: { ...edits.response, ...response } }),
  };
}

function subjectOf(org: Org, request: MintSamlRequest): Sign | Mistake {
  const view = org.store.view();
  const app = samlAppOf(view, request.application);
  if (isMistake(app)) return app;
  const user = userOf(view, request.user);
  if (isMistake(user)) return user;
  const nameId = nameIdAt(view, app, user);
  return nameId && 'value' in nameId
    ? { org, view, app, user, nameId }
    : mistake('user', `has no name at ${app.label}: ${nameId?.problem}`);
}

/**
 * Mints what is asked for.
 * @returns it, with what is to be known about it; or what is wrong with the request
 */
export async function mintSaml(org: Org, request: MintSamlRequest): Promise<MintedSaml | Mistake> {
  const row = await rowOf(request.edgeCase);
  if (isMistake(row)) return row;
  const sign = subjectOf(org, request);
  if (isMistake(sign)) return sign;
  const { bendSaml } = await import('../saml/bend/bend.js');
  const [good, bending] = [await goodOf(sign, request), await bendingOf(sign, request)];
  const bent = bendSaml(good, editsOf(row, request), bending);
  if ('problem' in bent) return mistake(row ? 'edgeCase' : 'assertion', bent.problem);
  const within = row?.within ?? request.within;
  const isChanged = request.assertion !== undefined || request.response !== undefined;
  const { verdict } = row ?? { verdict: 'accept' as const };
  return {
    ...{ kind: `saml-${within}`, token: bent.sent, xml: bent.xml, postTo: good.response.destination as string },
    ...{ application: sign.app.label, nameId: sign.nameId },
    verdict: isChanged && verdict !== 'reject' ? null : verdict,
    ...(row && { edgeCase: toldOf(row) }),
  };
}
