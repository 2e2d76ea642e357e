/**
 * The SAML assertion of an exchange, read once into facts. Whose it is, is looked up by what it claims; whatever else is known
 * of it was signed by that application's keys.
 */
import { findSamlApp } from '../access/find-saml-app.js';
import { usersNamed } from '../access/users-named.js';
import { endpointBase, type Org } from '../org.js';
import { type Fact, isKnown, known, problem } from '../protocol/rule.js';
import { applications, type SamlApp } from '../registry/application.js';
import { externalKeyIn } from '../registry/saml-settings.js';
import type { User } from '../registry/user.js';
import type { AssertionFacts } from '../saml/assertion-facts.js';
import type {
  OpenedAssertion,
  OpeningProblem,
  VerificationProblem,
  VerifiedAssertion,
} from '../saml/read-assertion.js';
import type { Trust } from '../saml/verify.js';
import { type Change, insert, type View } from '../store/port.js';
import type { SamlShown } from '../syslog/exchange-log.js';
import { fingerprint, spentAssertions } from './records.js';
import type { Sources } from './subject-token.js';

/** `foreign`: the issuer is none of Okta's. `unknown`: of no application here. `not-saml`: of one without SAML. */
export type SourceProblem = 'foreign' | 'unknown' | 'not-saml';

/** All undefined where the subject token is no assertion; the later ones, where an earlier one is a problem. */
export interface SamlFacts {
  readonly opened: OpenedAssertion | OpeningProblem | undefined;
  /** As it claims; the signature then covers it. */
  readonly samlIssuer: AssertionFacts['issuer'] | undefined;
  /** The application that the issuer stands for. */
  readonly sourceApp: Fact<SamlApp, SourceProblem> | undefined;
  readonly verified: VerifiedAssertion | VerificationProblem | undefined;
  readonly assertionId: AssertionFacts['id'] | undefined;
  readonly assertionIssued: AssertionFacts['issueInstant'] | undefined;
  readonly assertionValidity: AssertionFacts['validity'] | undefined;
  readonly bearers: AssertionFacts['bearers'] | undefined;
  readonly assertionAudiences: AssertionFacts['audiences'] | undefined;
  readonly nameId: AssertionFacts['nameId'] | undefined;
  /** Where it may have been addressed to: the application's URLs, and the token endpoint. */
  readonly recipients: readonly string[];
  /** The users whom the application knows by the NameID. */
  readonly namedUsers: readonly User[] | undefined;
  /** It was exchanged before. */
  readonly assertionSpent: boolean;
}

export const NO_ASSERTION: SamlFacts = {
  ...{ opened: undefined, samlIssuer: undefined, sourceApp: undefined, verified: undefined, assertionId: undefined },
  ...{ assertionIssued: undefined, assertionValidity: undefined, bearers: undefined, assertionAudiences: undefined },
  ...{ nameId: undefined, recipients: [], namedUsers: undefined, assertionSpent: false },
};

function sourceOf(view: View, samlIssuer: string): Fact<SamlApp, SourceProblem> {
  const key = externalKeyIn(samlIssuer);
  if (key === undefined) return problem('foreign');
  const app = findSamlApp(view, key);
  if (app) return app;
  // Only a SAML application has such a key; another one can be named by its id.
  const named = view.get(applications, key);
  return problem(named && !named.saml ? 'not-saml' : 'unknown');
}

/** SHA-1 only for an application that is set up for it, as is what the org signs for it. */
function trustIn({ samlKeys }: Org, { saml }: SamlApp): Trust {
  const sha1 = [saml.signatureAlgorithm, saml.digestAlgorithm].some((algorithm) => algorithm.endsWith('SHA1'));
  return { certificates: samlKeys.all(saml).map(({ certificate }) => certificate), policy: { sha1 } };
}

function recipientsOf(org: Org, { saml }: SamlApp): readonly string[] {
  const { ssoAcsUrl, ssoAcsUrlOverride, recipient, destination, acsEndpoints } = saml;
  const urls = [ssoAcsUrl, ssoAcsUrlOverride, recipient, destination, ...acsEndpoints.map(({ url }) => url)];
  return [...urls.filter((url) => url !== undefined), `${endpointBase(org, 'org')}/v1/token`];
}

const spentId = (samlIssuer: unknown, id: unknown) => `saml ${samlIssuer} ${fingerprint(String(id))}`;

/** @param sent the subject token */
export async function readSamlAssertion(sent: string, { org, view, now }: Sources): Promise<SamlFacts> {
  // The libraries of XML are loaded for the first assertion that comes.
  const { openSubjectToken, verifyAssertion } = await import('../saml/read-assertion.js');
  const opened = openSubjectToken(sent);
  if ('problem' in opened) return { ...NO_ASSERTION, opened };
  const { issuer: samlIssuer } = opened.claimed;
  const sourceApp = isKnown(samlIssuer) ? sourceOf(view, samlIssuer) : undefined;
  const app = known(sourceApp);
  const verified = app && verifyAssertion(opened, trustIn(org, app));
  if (!app || !verified || 'problem' in verified) return { ...NO_ASSERTION, opened, samlIssuer, sourceApp, verified };
  const { id, nameId } = verified;
  const spent = isKnown(id) ? org.store.live.get(spentAssertions, spentId(samlIssuer, id)) : undefined;
  return {
    ...{ opened, samlIssuer, sourceApp, verified, assertionId: id, assertionIssued: verified.issueInstant },
    ...{ assertionValidity: verified.validity, bearers: verified.bearers, assertionAudiences: verified.audiences },
    ...{ nameId, recipients: recipientsOf(org, app) },
    namedUsers: isKnown(nameId) ? usersNamed(view, app, nameId.value) : undefined,
    assertionSpent: spent !== undefined && spent.expiresAt > now,
  };
}

/**
 * Remembers an assertion that is exchanged, for as long as it could be presented again: until its confirmations have all run
 * out. Nothing for another subject token.
 */
export function spendingOf({ samlIssuer, assertionId, bearers }: SamlFacts): readonly Change[] {
  if (!isKnown(bearers)) return [];
  const ends = bearers.map(({ notOnOrAfter = 0 }) => notOnOrAfter);
  return [insert(spentAssertions, { id: spentId(samlIssuer, assertionId), expiresAt: Math.max(...ends) })];
}

/** Whose assertion it is, as the policy asks. Who the user is, only where the NameID leaves no doubt. */
export function callerBy({ sourceApp, verified, namedUsers }: SamlFacts) {
  const app = isKnown(verified) ? known(sourceApp) : undefined;
  // An id that nobody has: the policy then says that there is no such user.
  const [user = { id: '' }, another] = namedUsers ?? [];
  return {
    callerId: app?.id,
    issuedBy: app && 'org',
    userId: namedUsers === undefined || another ? undefined : user.id,
  };
}

const [ISSUER, ID] = [/^https?:\/\/[^\s@]{1,300}$/, /^[\w.-]{1,100}$/];

/** What may be shown of it; undefined: the subject token is no assertion. */
export function samlShown(facts: SamlFacts): SamlShown | undefined {
  const { opened, samlIssuer, verified, assertionId, assertionIssued, assertionValidity, bearers } = facts;
  if (!opened) return undefined;
  const read = [opened, samlIssuer, verified, assertionId, assertionIssued, assertionValidity, bearers];
  const problems = [...read, facts.assertionAudiences, facts.nameId].flatMap((fact) =>
    typeof fact === 'object' && 'because' in fact ? [fact.because] : [],
  );
  const claimed = 'claimed' in opened ? opened.claimed : undefined;
  const shaped = (text: unknown, shape: RegExp) => (typeof text === 'string' && shape.test(text) ? text : null);
  return { issuer: shaped(claimed?.issuer, ISSUER), id: shaped(claimed?.id, ID), problem: problems[0] ?? null };
}
