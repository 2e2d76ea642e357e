/** What explain says by the rules about form, signature and type. */
import { problemOf } from '../protocol/rule.js';
import { JWT_TYPE } from '../protocol/urns.js';
import type { JsonFault, JsonProblem, Members } from '../tokens/read-json.js';
import type { FormFault, FormProblem } from '../tokens/read-jws.js';
import { likeness, listed, sentence, show, standing, type Told, type Words } from './words.js';

const FORM: Readonly<Record<FormProblem, (fault: FormFault) => string>> = {
  empty: () => 'There is nothing here. Give the ID-JAG: the access_token in the answer to the token exchange.',
  json: () => 'This is JSON, or a text in quotes, and not the token alone. Take the token out of it.',
  xml: () => 'This is XML. An ID-JAG is a JWT: exchange the assertion for one.',
  scheme: () => 'The token has the word of an Authorization header before it. Leave out the word and the blank.',
  blanks: () => 'There are blanks or line breaks in or around the token. Take them out: a server need not.',
  encrypted: () => 'This has five parts, so it is encrypted (JWE). Ask the issuer for one that is signed only.',
  parts: ({ parts = 0 }) =>
    `This has ${parts > 5 ? 'more than five parts' : parts === 1 ? 'one part' : `${parts} parts`} where a compact JWS has three, with dots between them. See that it was copied whole, and alone.`,
  'empty-part': ({ part }) => `The ${part} is empty. See that the token was copied whole.`,
  padding: ({ part }) => `The ${part} ends in "=". Base64url in a token has no padding: cut it off where it is made.`,
  alphabet: ({ part, character }) =>
    `The ${part} has the character ${show(character)}, which base64url does not: its 63rd and 64th are "-" and "_". Encode as base64url, not base64.`,
  length: ({ part }) => `The ${part} has a length that base64url never has: a character is missing or too many.`,
  'spare-bits': ({ part }) =>
    `The ${part} ends in a character with bits set that mean nothing. Its last character was changed, or its encoder is broken.`,
};

const JSON_FAULTS: Readonly<Record<JsonProblem, (part: string, fault: JsonFault) => string>> = {
  'not-utf8': (part) => `The ${part} is not UTF-8. Encode the JSON as UTF-8, and then as base64url.`,
  'byte-order-mark': (part) => `The ${part} begins with a byte order mark. Leave it out.`,
  'not-json': (part) => `The ${part} is no JSON when it is decoded. Encode the text of a JSON object, once.`,
  'not-an-object': (part) => `The ${part} is JSON, but no object. It must be one object in braces.`,
  'too-deep': (part) => `The ${part} nests deeper than 64 levels. No server should follow it there.`,
  'member-twice': (part, { member }) =>
    `${show(member)} stands twice in the ${part}. Servers differ in which of the two they take, so it must stand once.`,
};

const faultWords = (part: string, fault: unknown) =>
  JSON_FAULTS[(fault as JsonFault).problem](part, fault as JsonFault);

function criticalWords({ header }: Told): string {
  if (!header?.has('crit')) return `${sentence(standing(header, 'b64'))} A JWT has no payload that is not encoded.`;
  return `${sentence(standing(header, 'crit'))} Whoever does not know these members must refuse, and an ID-JAG has none. Leave it out.`;
}

function algorithmWords({ header, facts }: Told): string {
  const alg = header?.get('alg');
  const wanted = facts.algorithms.join(' or ') || 'one with a key pair';
  if (typeof alg === 'string' && alg.toLowerCase() === 'none') {
    return `alg is ${show(alg)}: nobody signed this, and anybody may have written it. Take none but ${wanted}.`;
  }
  if (typeof alg === 'string' && /^hs/i.test(alg)) {
    return `alg is ${show(alg)}: a signature by a shared secret. With a published key as the secret anybody can make it, so take none but ${wanted}.`;
  }
  return `${sentence(standing(header, 'alg'))} It should be ${wanted}.${likeness(alg, wanted)} If your server takes another, say so in algorithms.`;
}

const STALE = 'If the issuer rotated its keys, fetch its key set anew; if it is still not there, somebody else signed.';

/** Why no key was found, by what the key set has. */
function keyWords({ header, keys, facts }: Told): string {
  const [kid, alg] = [header?.get('kid'), show(header?.get('alg'))];
  const kids = keys.map((key) => key.kid ?? '(no kid)');
  if (keys.length === 0) return 'The key set is empty. Give the keys that the issuer publishes.';
  if (kid === undefined) {
    return `There is no kid, and of the keys ${listed(kids)} not exactly one is for ${alg}. Let the issuer name its key by kid.`;
  }
  const same = keys.filter((key) => key.kid === kid);
  const [key] = same;
  if (!key) return `kid is ${show(kid)}, and the key set has ${listed(kids)}. ${STALE}`;
  if (problemOf(facts.signature) === 'key-use')
    return `The key ${show(kid)} is for use ${show(key.use)}, not for signatures.`;
  if (same.length > 1) return `The key set has ${same.length} keys ${show(kid)}. Each needs a kid of its own.`;
  return `The key ${show(kid)} is of kty ${show(key.kty)}${key.alg ? ` and for alg ${show(key.alg)}` : ''}, and alg is ${alg}: it is not for this.`;
}

function signatureWords({ facts, header }: Told): string {
  const key = header?.has('kid') ? `the key ${show(header.get('kid'))}` : 'the key';
  if (problemOf(facts.signature) !== 'signature') {
    return `The signature cannot be checked with ${key}: the key is broken, or too short (an RSA key has 2048 bits at least).`;
  }
  return `The signature is not the one of ${key} over this header and payload: it is cut or empty, something was changed after it was signed, or another key signed. Believe nothing in it.`;
}

/** A media type says the same without its prefix and in any case. */
const isSpelling = (typ: unknown) => typeof typ === 'string' && /^\s*(application\/)?oauth-id-jag\+jwt\s*$/i.test(typ);

function typeWords({ header, claims }: Told): string {
  const wanted = `${sentence(standing(header, 'typ'))} It should be "${JWT_TYPE.idJag}", to the letter`;
  if (isSpelling(header?.get('typ'))) return `${wanted}: this spelling means the same, and many servers refuse it.`;
  if (claims?.get('typ') === JWT_TYPE.idJag) return `${wanted}. It stands among the claims, and belongs in the header.`;
  return `${wanted}: by it an ID-JAG is told from other tokens that the same key signs.`;
}

const namesIn = (members: Members | undefined) => listed([...(members as Members).keys()]);

/** By the name of the rule. */
export const TOKEN_WORDS: Readonly<Record<string, Words>> = {
  'id-jag-compact': {
    tick: () => 'It has three parts of base64url.',
    cross: ({ facts }) => FORM[(facts.form as FormFault).problem](facts.form as FormFault),
  },
  'id-jag-bounded': {
    tick: ({ facts }) => `It has ${facts.size} characters.`,
    cross: ({ facts }) =>
      `It has ${facts.size} characters. An ID-JAG so large is an attempt to keep a server busy, or somebody put a ` +
      'directory into it: see which claim is that long.',
  },
  'id-jag-header-readable': {
    tick: ({ header }) => `The header has ${namesIn(header)}.`,
    cross: ({ facts }) => faultWords('header', facts.header),
  },
  'id-jag-nothing-critical': { tick: () => 'The header has no such member.', cross: criticalWords },
  'id-jag-claims-readable': {
    tick: ({ claims }) => `The payload has ${namesIn(claims)}.`,
    cross: ({ facts }) => faultWords('payload', facts.payload),
  },
  'id-jag-has-iss': {
    tick: ({ claims }) => sentence(standing(claims, 'iss')),
    cross: ({ claims }) =>
      `${sentence(standing(claims, 'iss'))} It must be a text that is not empty: it says whose keys count.`,
  },
  'id-jag-issuer-trusted': {
    tick: ({ claims }) => `${standing(claims, 'iss')}, as expected.`,
    cross: ({ facts }) =>
      `iss is ${show(facts.iss)} and should be ${show(facts.issuer)}.${likeness(facts.iss, facts.issuer as string)} Look up the issuer in its metadata, and trust it exactly so; if another issuer made the token, it is not for you.`,
  },
  'id-jag-kid-is-text': {
    tick: ({ header }) => sentence(standing(header, 'kid')),
    cross: ({ header }) => `${sentence(standing(header, 'kid'))} It must be a text, as the kid in a key set is.`,
  },
  'id-jag-algorithm-allowed': { tick: ({ header }) => sentence(standing(header, 'alg')), cross: algorithmWords },
  'id-jag-key-published': {
    tick: ({ header }) =>
      header?.has('kid')
        ? `The key set has the key ${show(header.get('kid'))}.`
        : 'There is no kid, and one key only that could be meant.',
    cross: keyWords,
  },
  'id-jag-signature-verifies': {
    tick: () => 'The signature is the one of that key over this header and payload.',
    cross: signatureWords,
  },
  'id-jag-typed': { tick: ({ header }) => sentence(standing(header, 'typ')), cross: typeWords },
};
