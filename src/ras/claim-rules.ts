/** What the claims of an ID-JAG must be before it is asked what they say: there, and of their types. */
import { isKnown, type Rule, rulesOver } from '../protocol/rule.js';
import { cite, type Source } from '../protocol/sources.js';
import type { AcceptanceFacts } from './acceptance-facts.js';
import type { ClaimFacts } from './claim-facts.js';

const rule = rulesOver<AcceptanceFacts>();
type Claim = keyof ClaimFacts;

/** A claim as it stands in the names of rules: `client_id` -> `client-id`. */
export const spelled = (claim: Claim) => claim.replaceAll('_', '-');

const A_TEXT = 'a text that is not empty';
const A_TIME = 'a number of seconds';

/** Claims that must be there, and as what. `iss` is asked for earlier. */
const REQUIRED: readonly (readonly [Claim, string])[] = [
  ['jti', A_TEXT],
  ['sub', A_TEXT],
  ['aud', 'a text, or an array of texts'],
  ['client_id', A_TEXT],
  ['iat', A_TIME],
  ['exp', A_TIME],
];

/** Claims that are texts where they are there. */
const TEXTS: readonly (readonly [Claim, Source])[] = [
  ['scope', cite.idJag('ID-JAG Claims')],
  ['email', cite.oidc('Standard Claims')],
  ['sub_profile', cite.oktaXaa('ID-JAG claims', 'inferred')],
  ['tenant', cite.idJag('ID-JAG Claims')],
  ['aud_tenant', cite.idJag('ID-JAG Claims')],
  ['aud_sub', cite.idJag('ID-JAG Claims')],
];

/** A rule that a claim which is there can be taken. */
function shape(claim: Claim, name: string, demands: string, source: Source): Rule<AcceptanceFacts> {
  const holds = (f: AcceptanceFacts) => isKnown(f[claim]);
  return rule({ name, demands, of: [claim], holds, reason: 'invalid_grant', source });
}

export const CLAIM_RULES: readonly Rule<AcceptanceFacts>[] = [
  ...REQUIRED.map(([claim, what]) =>
    shape(claim, `id-jag-has-${spelled(claim)}`, `${claim} is there: ${what}.`, cite.idJag('ID-JAG Claims')),
  ),
  ...TEXTS.map(([claim, source]) =>
    shape(claim, `id-jag-${spelled(claim)}-is-text`, `${claim}, when it is there, is a text.`, source),
  ),
  shape(
    'resource',
    'id-jag-resource-well-formed',
    'resource, when it is there, is an absolute URI without a fragment, or an array of such that is not empty.',
    cite.resourceIndicators('Resource Parameter'),
  ),
  shape(
    'act',
    'id-jag-act-names-actor',
    'act, when it is there, is an object with a sub.',
    cite.tokenExchange('"act" (Actor) Claim'),
  ),
  shape(
    'authorization_details',
    'id-jag-details-well-formed',
    'authorization_details, when it is there, is an array of objects, each with a type.',
    cite.authorizationDetails('Request Parameter "authorization_details"'),
  ),
  shape(
    'cnf',
    'id-jag-cnf-well-formed',
    'cnf, when it is there, is an object with the SHA-256 thumbprint of a key as its jkt.',
    cite.proofOfPossession('Confirmation Claim'),
  ),
  shape(
    'sub_id',
    'id-jag-sub-id-well-formed',
    'sub_id, when it is there, is an object with a format; of saml-nameid, with issuer and nameid and no unlisted member.',
    cite.subjectIdentifiers('Subject Identifiers'),
  ),
];
