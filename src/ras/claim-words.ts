/** What explain says by the rules about the shape of the claims. */
import { problemOf } from '../protocol/rule.js';
import { type ClaimFacts, type ClaimProblem, SAML_NAME_ID, type SubIdFault } from './claim-facts.js';
import { spelled } from './claim-rules.js';
import { plain, show, type Told, type Words } from './words.js';

type Claim = keyof ClaimFacts;

/** Says what stands there, and then what the problem of the fact calls for. */
function words(claim: Claim, cross: (problem: string, told: Told) => string): Words {
  const problem = ({ facts }: Told) => problemOf(facts[claim]) as string;
  return { tick: plain(claim), cross: (told) => `${plain(claim)(told)} ${cross(problem(told), told)}` };
}

/** Claim that must be there -> as what, and what for. */
const REQUIRED: readonly (readonly [Claim, string, string])[] = [
  ['jti', 'a text that is not empty', 'by it a server notices an ID-JAG that it has seen before'],
  ['sub', 'a text that is not empty', 'it names the user'],
  ['aud', 'a text or an array of texts', 'it names the server that the ID-JAG is for'],
  [
    'client_id',
    'a text that is not empty',
    'it names the client that may present it; azp or cid do not take its place',
  ],
  ['iat', 'a number of seconds since 1970', 'it says from when the five minutes count'],
  ['exp', 'a number of seconds since 1970', 'without it, what was stolen once is good for ever'],
];

const requiredWords = ([claim, what, why]: (typeof REQUIRED)[number]): [string, Words] => [
  `id-jag-has-${spelled(claim)}`,
  words(claim, (problem) =>
    (problem as ClaimProblem) === 'absent'
      ? `An ID-JAG must have one, for ${why}. The issuer left it out.`
      : `It should be ${what}. The issuer must write it so.`,
  ),
];

const TEXTS: readonly Claim[] = ['email', 'sub_profile', 'tenant', 'aud_tenant', 'aud_sub'];

const textWords = (claim: Claim): [string, Words] => [
  `id-jag-${spelled(claim)}-is-text`,
  words(claim, () => 'It should be a text that is not empty, or be left out.'),
];

function scopeHint({ claims }: Told): string {
  const scope = claims?.get('scope');
  const isList = Array.isArray(scope) && scope.every((one) => typeof one === 'string');
  return `It should be one text, the scopes with blanks between them${isList ? `: ${show(scope.join(' '))}` : ''}.`;
}

const RESOURCE: Readonly<Record<string, string>> = {
  type: 'It should be a URI as a text, or an array of such texts.',
  none: 'An empty array names no server. Leave the claim out, or name one.',
  relative: 'Each must be an absolute URI, such as "https://mcp.example/mcp", in the characters of a URI.',
  fragment: 'A resource has no fragment: cut it off from the # on.',
};

const DETAILS: Readonly<Record<string, string>> = {
  type: 'It should be an array of objects.',
  'no-type': 'Each object needs a type that is a text: by it a server knows what the rest means.',
};

const CONFIRMATION: Readonly<Record<string, string>> = {
  type: 'It should be an object such as {"jkt":"…"}.',
  'no-jkt':
    'Its jkt should be the SHA-256 thumbprint of a JWK: 43 characters of base64url. Nothing else binds an ID-JAG to a key.',
};

const SUB_ID: Readonly<Record<string, (member: string) => string>> = {
  type: () => 'It should be an object with a format.',
  'no-format': () => 'It has no format that is a text, so nobody knows how to read the rest.',
  'member-absent': (member) => `The format ${SAML_NAME_ID} needs the member ${member}.`,
  'member-type': (member) => `Its member ${member} should be a text that is not empty.`,
  'member-unlisted': (member) => `The format ${SAML_NAME_ID} has no member ${show(member)}. Leave it out.`,
};

/** By the name of the rule. */
export const CLAIM_WORDS: Readonly<Record<string, Words>> = {
  ...Object.fromEntries([...REQUIRED.map(requiredWords), ...TEXTS.map(textWords)]),
  'id-jag-scope-is-text': words('scope', (_, told) => scopeHint(told)),
  'id-jag-resource-well-formed': words('resource', (problem) => RESOURCE[problem] as string),
  'id-jag-act-names-actor': words('act', () => 'It should be an object with a sub that says who acts, or be left out.'),
  'id-jag-details-well-formed': words('authorization_details', (problem) => DETAILS[problem] as string),
  'id-jag-cnf-well-formed': words('cnf', (problem) => CONFIRMATION[problem] as string),
  'id-jag-sub-id-well-formed': words('sub_id', (problem, { facts }) =>
    (SUB_ID[problem] as (member: string) => string)((facts.sub_id as SubIdFault).member as string),
  ),
};
