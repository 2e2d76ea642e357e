/** What explain says by the rules that hold the claims against what is expected. */
import { isScope } from '../protocol/form.js';
import { known } from '../protocol/rule.js';
import { LONGEST_LIFE, latestNow } from './binding-rules.js';
import {
  likeness,
  listed,
  milliseconds,
  moment,
  plain,
  sentence,
  show,
  span,
  standing,
  type Told,
  type Words,
} from './words.js';

const asExpected = (claim: string) => (told: Told) => `${standing(told.claims, claim)}, as expected.`;

function audienceWords({ facts, claims }: Told): string {
  const found = known(facts.aud)?.[0];
  const wanted = facts.audience as string;
  return `aud is ${show(claims?.get('aud'))} and should be ${show(wanted)}.${likeness(found, wanted)} An ID-JAG for another server must not be taken: ask for one with the right audience, or set right the issuer URL that the org has for this server.`;
}

function clientWords({ facts }: Told): string {
  const { client_id: is } = facts;
  const wanted = facts.clientId as string;
  return `client_id is ${show(is)} and should be ${show(wanted)}.${likeness(is, wanted)} Only the client that it names may present it: if it names the right one by another id, set right the client id that the org has for this server.`;
}

const clock = ({ facts }: Told) => `it is ${moment(facts.now)} now`;

function expiryWords(told: Told): string {
  const { now, leeway } = told.facts;
  const exp = told.facts.exp as number;
  const grace = leeway > 0 ? `, and the leeway is ${span(leeway)}` : '';
  return `exp is ${moment(exp)} and ${clock(told)}: it ended ${exp === now ? 'this second' : `${span(now - exp)} ago${grace}`}. Ask for a new one; if it is new, one of the clocks is wrong.`;
}

/** Of a time that lies ahead. */
function aheadWords(claim: 'iat' | 'nbf'): (told: Told) => string {
  return (told) => {
    const time = known(told.facts[claim]);
    if (time === undefined) return `${plain(claim)(told)} It should be a number of seconds since 1970.`;
    const ahead = `${claim} is ${moment(time)} and ${clock(told)}: ${span(time - told.facts.now)} ahead`;
    return `${ahead}, and ${span(latestNow(told.facts) - told.facts.now)} would do.${milliseconds(time)} Set the clocks right.`;
  };
}

function lifeWords({ facts }: Told): string {
  const [iat, exp] = [facts.iat as number, facts.exp as number];
  return `From iat to exp it is ${span(exp - iat)}, and should be ${span(LONGEST_LIFE)} at most.${milliseconds(exp)} The issuer must give it a shorter life.`;
}

function resourceWords({ facts, claims }: Told): string {
  const missing = (facts.resources as readonly string[]).filter((one) => !known(facts.resource)?.includes(one));
  const [found] = known(facts.resource) ?? [];
  return `${sentence(standing(claims, 'resource'))} It should name ${listed(missing)}.${likeness(found, missing[0] as string)} Ask for that resource in the exchange, spelled as the MCP server has it in its metadata.`;
}

function scopeWords({ facts }: Told): string {
  const scope = facts.scope as string;
  const tidy = scope.split(/\s+/).filter(Boolean).join(' ');
  const advice = isScope(tidy)
    ? `Write ${show(tidy)}.`
    : 'A scope has neither quotes, nor backslashes, nor letters beyond ASCII.';
  return `scope is ${show(scope)}. ${tidy === '' ? 'It names no scope: leave it out.' : advice}`;
}

/** By the name of the rule. What depends on the server's policy is never asked here, and has no words. */
export const BINDING_WORDS: Readonly<Record<string, Words>> = {
  'id-jag-audience-single': {
    tick: plain('aud'),
    cross: (told) =>
      `${plain('aud')(told)} It should name one server and no other, or whoever gets it first could use it at the rest.`,
  },
  'id-jag-audience-is-this-server': { tick: asExpected('aud'), cross: audienceWords },
  'id-jag-client-is-this-client': { tick: asExpected('client_id'), cross: clientWords },
  'id-jag-not-expired': {
    tick: ({ facts }) =>
      `exp is ${moment(facts.exp as number)}: ${(facts.exp as number) > facts.now ? `${span((facts.exp as number) - facts.now)} from now` : 'past, within the leeway'}.`,
    cross: expiryWords,
  },
  'id-jag-not-from-the-future': {
    tick: ({ facts }) => `iat is ${moment(facts.iat as number)}.`,
    cross: aheadWords('iat'),
  },
  'id-jag-not-before-passed': {
    tick: ({ facts }) => `nbf is ${moment(facts.nbf as number)}.`,
    cross: aheadWords('nbf'),
  },
  'id-jag-expires-after-issue': {
    tick: () => 'exp comes after iat.',
    cross: ({ facts }) =>
      `exp is ${moment(facts.exp as number)} and iat is ${moment(facts.iat as number)}: it ends no later than it begins. The issuer reckons its times wrongly.`,
  },
  'id-jag-lives-five-minutes-at-most': {
    tick: ({ facts }) => `From iat to exp it is ${span((facts.exp as number) - (facts.iat as number))}.`,
    cross: lifeWords,
  },
  'id-jag-scope-well-formed': { tick: plain('scope'), cross: scopeWords },
  'id-jag-resource-matches': { tick: asExpected('resource'), cross: resourceWords },
  'id-jag-details-enforceable': {
    tick: plain('authorization_details'),
    cross: ({ facts }) =>
      `authorization_details is there, of type ${listed(known(facts.authorization_details) as readonly string[])}. The org enforces none, so it refuses; if your server enforces these, and only then, it may accept.`,
  },
};
