/**
 * Minting by SAML: the response that a service provider gets, or the assertion in it, for whomever and without a browser;
 * right, or wrong in a way that has a name. No rule stands in the way.
 */
import { nameIdAt, saidBy } from '../access/saml-subject.js';
import { type SamlEdgeCase, samlEditsOf, shippedSamlEdgeCases } from '../edge-cases/saml/saml-edge-case.js';
import { SAML_REFERENCE, type SamlEdits, type SamlValueName } from '../edge-cases/saml/saml-edits.js';
import type { Org } from '../org.js';
import { newSamlId, newSessionIndex } from '../protocol/ids.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { applications, isSamlApp, type SamlApp } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import { addressedTo, usualAcs } from '../registry/saml-addresses.js';
import { samlIssuerOf } from '../registry/saml-settings.js';
import { type User, users } from '../registry/user.js';
import type { GoodSaml, SamlBending } from '../saml/bend/bend.js';
import type { Signer } from '../saml/sign.js';
import type { View } from '../store/port.js';
import type { MintSamlRequest } from './mint-saml-request.js';
import { applicationAsked, userOf } from './mint-subjects.js';

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
  /** The only NameID as which it may be accepted, where it may be at all. */
  readonly acceptedAs?: string;
  readonly edgeCase?: Omit<SamlEdgeCase, keyof SamlEdits | 'acceptedAs'>;
}

function samlAppOf(view: View, asked: string | undefined): SamlApp | Mistake {
  const found =
    asked === undefined
      ? view.list(applications).find((app) => isSamlApp(app) && app.status === 'ACTIVE')
      : applicationAsked(view, asked);
  if (isSamlApp(found)) return found;
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
interface Subject {
  readonly org: Org;
  readonly view: View;
  readonly app: SamlApp;
  readonly user: User;
  readonly nameId: NameId;
}

/** Where it is sent, and to whom it says that it is addressed. */
function addressesOf({ saml }: SamlApp, { recipient: asked }: MintSamlRequest) {
  return asked === undefined ? addressedTo(saml, usualAcs(saml)) : { recipient: asked, destination: asked };
}

async function goodOf({ org, view, app, user, nameId }: Subject, request: MintSamlRequest): Promise<GoodSaml> {
  const { assertionOf } = await import('../saml/assertion.js');
  const { requestId: inResponseTo } = request;
  const [now, { recipient, destination }] = [org.clock.now(), addressesOf(app, request)];
  const assertion = assertionOf({
    ...saidBy(view, app, user),
    ...{ id: newSamlId(), nameId, recipient, inResponseTo },
    ...{ sessionIndex: newSessionIndex(inResponseTo, now), signedInAt: now, now },
  });
  const { saml } = app;
  const response = { id: newSamlId(), issuer: samlIssuerOf(saml), destination, inResponseTo, issueInstant: now };
  const sign = { assertion: saml.assertionSigned, response: saml.responseSigned };
  return { assertion, response, sign, within: request.within };
}

function attackerOf({ edgeCases }: Org): Omit<Signer, 'algorithm'> {
  const { keys, certificates } = edgeCases.keys();
  return { key: edgeCases.importKey(keys.attacker.jwk), certificate: certificates.attacker as string };
}

function bendingOf({ org, view, app, user, nameId }: Subject, request: MintSamlRequest): SamlBending {
  const values = {
    ...{ issuer: samlIssuerOf(app.saml), audience: app.saml.audience, recipient: addressesOf(app, request).recipient },
    ...{ nameId: nameId.value, victim: victimOf(view, app, user), requestId: request.requestId ?? '' },
  };
  return { values, now: org.clock.now(), keys: { active: org.samlKeys.signer(app.saml), attacker: attackerOf(org) } };
}

/** The row without its edits. */
function toldOf({ name, group, verdict, level, severity, source, differs, note }: SamlEdgeCase) {
  return { name, group, verdict, level, severity, source, differs, note };
}

/** As whom a service provider may accept it. */
function acceptedAs(verdict: MintedSaml['verdict'], row: SamlEdgeCase | undefined, { values }: SamlBending) {
  if (verdict === 'reject' || verdict === null) return {};
  const template = row?.acceptedAs ?? '{nameId}';
  return { acceptedAs: template.replaceAll(SAML_REFERENCE, (_, name: SamlValueName) => values[name]) };
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

function subjectOf(org: Org, request: MintSamlRequest): Subject | Mistake {
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
  const subject = subjectOf(org, request);
  if (isMistake(subject)) return subject;
  const { bendSaml } = await import('../saml/bend/bend.js');
  const [good, bending] = [await goodOf(subject, request), bendingOf(subject, request)];
  const bent = bendSaml(good, editsOf(row, request), bending);
  if ('problem' in bent) return mistake(row ? 'edgeCase' : 'assertion', bent.problem);
  const isChanged = request.assertion !== undefined || request.response !== undefined;
  const { verdict: told } = row ?? { verdict: 'accept' as const };
  const verdict = isChanged && told !== 'reject' ? null : told;
  return {
    ...{ kind: `saml-${row?.within ?? request.within}`, token: bent.sent, xml: bent.xml },
    ...{ postTo: good.response.destination as string, application: subject.app.label, nameId: subject.nameId },
    ...{ verdict, ...acceptedAs(verdict, row, bending) },
    ...(row && { edgeCase: toldOf(row) }),
  };
}
