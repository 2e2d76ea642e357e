/** Whether what was sent is a signed token at all, who signed it, and that it is an ID-JAG: before any claim is believed. */
import { isKnown, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { JWT_TYPE } from '../protocol/urns.js';
import { type AcceptanceFacts, hasCritical, hasPlainKid } from './acceptance-facts.js';

const rule = rulesOver<AcceptanceFacts>();

const NO_KEY: readonly string[] = ['no-such-key', 'key-use'];

/** A good one has about a thousand, some with many groups or details have ten times as many. */
const MOST_CHARACTERS = 64_000;

export const TOKEN_RULES: readonly Rule<AcceptanceFacts>[] = [
  rule({
    name: 'id-jag-compact',
    demands: 'The assertion is a compact JWS: three parts of base64url with dots between them, and nothing else.',
    of: ['form'],
    holds: (f) => f.form === 'compact',
    reason: 'invalid_grant',
    source: cite.jws('JWS Compact Serialization'),
  }),
  rule({
    name: 'id-jag-bounded',
    demands: 'The ID-JAG has 64,000 characters at most.',
    needs: ['size'],
    holds: (f) => f.size <= MOST_CHARACTERS,
    reason: 'invalid_grant',
    source: cite.jwtBcp('Validate Cryptographic Inputs', 'ours'),
  }),
  rule({
    name: 'id-jag-header-readable',
    demands: 'The header is a JSON object in UTF-8, and no member stands in it twice.',
    of: ['header'],
    holds: (f) => isKnown(f.header),
    reason: 'invalid_grant',
    source: cite.jws('JOSE Header'),
  }),
  rule({
    name: 'id-jag-nothing-critical',
    demands: 'The header demands that nothing else be understood: it has no crit, and no b64 but true.',
    needs: ['header'],
    holds: (f) => !hasCritical(f.header),
    reason: 'invalid_grant',
    source: cite.jws('"crit" (Critical) Header Parameter'),
  }),
  rule({
    name: 'id-jag-claims-readable',
    demands: 'The payload is a JSON object in UTF-8, and no member stands in it twice.',
    of: ['payload'],
    holds: (f) => isKnown(f.payload),
    reason: 'invalid_grant',
    source: cite.jwt('Validating a JWT'),
  }),
  rule({
    name: 'id-jag-has-iss',
    demands: 'iss is there: a text that is not empty.',
    of: ['iss'],
    holds: (f) => isKnown(f.iss),
    reason: 'id_jag_untrusted_issuer',
    source: cite.idJag('ID-JAG Claims'),
  }),
  rule({
    // Settled before any signature is looked at: nobody is asked for the keys of a stranger.
    name: 'id-jag-issuer-trusted',
    demands: 'The ID-JAG names an issuer that this server trusts.',
    needs: ['iss', 'issuer'],
    holds: (f) => f.iss === f.issuer,
    reason: 'id_jag_untrusted_issuer',
    source: cite.oktaErrors('id_jag_untrusted_issuer'),
  }),
  rule({
    name: 'id-jag-kid-is-text',
    demands: 'The kid, when there is one, is a text.',
    needs: ['header'],
    holds: (f) => hasPlainKid(f.header),
    reason: 'id_jag_invalid_signature',
    source: cite.jws('"kid" (Key ID) Header Parameter'),
  }),
  rule({
    name: 'id-jag-algorithm-allowed',
    demands:
      'The alg is one that the server takes from this issuer: with a key pair, never none and never a shared secret.',
    needs: ['header'],
    holds: (f) => f.algorithms.includes(f.header.get('alg') as string),
    reason: 'id_jag_invalid_signature',
    source: cite.jwtBcp('Perform Algorithm Verification'),
  }),
  rule({
    name: 'id-jag-key-published',
    demands: 'The issuer publishes the one key that the header names, for signatures of this alg.',
    of: ['signature'],
    holds: (f) => !NO_KEY.includes(problemOf(f.signature) ?? ''),
    reason: 'id_jag_invalid_signature',
    source: cite.jwtBcp('Validate Issuer and Subject'),
  }),
  rule({
    name: 'id-jag-signature-verifies',
    demands: 'A published key of the issuer made the signature.',
    of: ['signature'],
    hiddenBy: NO_KEY,
    holds: (f) => isKnown(f.signature),
    reason: 'id_jag_invalid_signature',
    source: cite.oktaErrors('id_jag_invalid_signature'),
  }),
  rule({
    name: 'id-jag-typed',
    demands: 'The typ of the header is oauth-id-jag+jwt, to the letter.',
    needs: ['header'],
    holds: (f) => f.header.get('typ') === JWT_TYPE.idJag,
    reason: 'invalid_grant',
    source: cite.idJag('Access Token Request: Processing Rules', 'inferred'),
  }),
];
