/** The bindings: what travels in a URL and its signature over the octets as they were sent, and what travels in a form. */
import { deflateRawSync } from 'node:zlib';
import t from 'tap';
import { postFields, readPost } from '../../../src/saml/post-binding.js';
import {
  type Kind,
  type RedirectMessage,
  readRedirect,
  redirectUrl,
  verifyRedirect,
} from '../../../src/saml/redirect-binding.js';
import { CERTIFICATE, OTHER_CERTIFICATE, SIGNER, signerBy, TRUST } from '../../support/saml.js';

const DESTINATION = 'https://okta.example/app/claude/exk1/sso/saml';
const TEXT = '<a>ä+/=</a>';

const urlOf = (more: Partial<Parameters<typeof redirectUrl>[0]> = {}) =>
  redirectUrl({
    destination: DESTINATION,
    kind: 'SAMLRequest',
    text: TEXT,
    relayState: 'a b&c=ü',
    signer: SIGNER,
    ...more,
  });
const queryOf = (url: string) => url.slice(url.indexOf('?') + 1);

function read(query: string): RedirectMessage {
  const message = readRedirect(query);
  if ('problem' in message) throw new Error(message.problem);
  return message;
}

const verified = (query: string, trust = TRUST) => verifyRedirect(read(query).signature, trust);

t.test('a message goes into a URL and comes out of it', async (t) => {
  for (const kind of ['SAMLRequest', 'SAMLResponse'] as const) {
    const query = queryOf(urlOf({ kind }));
    t.match(read(query), { kind, bytes: Buffer.from(TEXT), relayState: 'a b&c=ü' });
    t.same(query.match(/(^|&)\w+=/g), [`${kind}=`, '&RelayState=', '&SigAlg=', '&Signature=']);
    t.equal(verified(query), 'rsa-sha256');
  }
});

t.test('the destination keeps its own query; what is not there is not written', async (t) => {
  const url = urlOf({ destination: `${DESTINATION}?a=b`, relayState: undefined, signer: undefined });
  t.match(url, /\?a=b&SAMLRequest=[^&]+$/);
  const message = read(queryOf(url));
  t.equal(message.signature, undefined);
  t.equal(message.relayState, undefined);
  t.same(verifyRedirect(message.signature, TRUST), { problem: 'unsigned' });
});

t.test('the octets count as they were sent, not as we would write them', async (t) => {
  // A party that writes lower-case percent signs and a plus for a blank has signed those.
  const { createSign } = await import('node:crypto');
  const packed = encodeURIComponent(deflateRawSync(TEXT).toString('base64')).replace(/%../g, (sign) =>
    sign.toLowerCase(),
  );
  const octets = `SAMLRequest=${packed}&RelayState=a+b%7e&SigAlg=http%3a%2f%2fwww.w3.org%2f2001%2f04%2fxmldsig-more%23rsa-sha256`;
  const signature = createSign('sha256').update(octets).sign(SIGNER.key, 'base64');
  const query = `${octets}&Signature=${encodeURIComponent(signature)}`;
  t.equal(read(query).relayState, 'a b~');
  t.equal(verified(query), 'rsa-sha256');
  const another = `x=1&Signature=${encodeURIComponent(signature)}&${octets.split('&').reverse().join('&')}`;
  t.equal(verified(another), 'rsa-sha256', 'in any order, with anything beside them');
  t.equal(verified(`${octets}&Signature=${signature}`), 'rsa-sha256', 'a plus that nobody encoded');
  for (const changed of [
    query.replace('a+b', 'a%20b'),
    query.replace('RelayState=a+b%7e&', ''),
    query.replace('%7e', '%7E'),
  ]) {
    t.same(verified(changed), { problem: 'mismatch' });
  }
});

t.test('signatures by others, of other algorithms, or of none', async (t) => {
  const query = queryOf(urlOf());
  t.equal(verified(query, { ...TRUST, certificates: ['junk', OTHER_CERTIFICATE, CERTIFICATE] }), 'rsa-sha256');
  t.same(verified(query, { ...TRUST, certificates: [OTHER_CERTIFICATE, 'junk'] }), { problem: 'mismatch' });
  t.same(verified(query, { ...TRUST, certificates: [] }), { problem: 'no-certificate' });
  const sha1 = queryOf(urlOf({ signer: signerBy('rsa-sha1') }));
  t.same(verified(sha1), { problem: 'algorithm' });
  t.equal(verified(sha1, { ...TRUST, policy: { sha1: true } }), 'rsa-sha1');
  t.equal(verified(queryOf(urlOf({ signer: signerBy('rsa-sha512') }))), 'rsa-sha512');
  const hmac = encodeURIComponent('http://www.w3.org/2001/04/xmldsig-more#hmac-sha256');
  t.same(verified(query.replace(/SigAlg=[^&]*/, `SigAlg=${hmac}`)), { problem: 'algorithm' });
  t.same(verified(query.replace(/Signature=.*/, 'Signature=!')), { problem: 'form' });
  t.same(verified(query.replace(/&Signature=.*/, '')), { problem: 'unsigned' });
  t.same(verified(query.replace(/&SigAlg=[^&]*/, '')), { problem: 'unsigned' });
});

t.test('what is no message', async (t) => {
  const packed = `SAMLRequest=${encodeURIComponent(deflateRawSync(TEXT).toString('base64'))}`;
  const cases: readonly [query: string, problem: string][] = [
    ['', 'no-message'],
    ['RelayState=x', 'no-message'],
    [`${packed}&SAMLResponse=x`, 'no-message'],
    [`${packed}&${packed}`, 'parameter-twice'],
    [`${packed}&RelayState=a&RelayState=b`, 'parameter-twice'],
    [`${packed}&RelayState=%zz`, 'not-encoded'],
    [`${packed}&SAMLEncoding=urn%3Aother`, 'encoding'],
    ['SAMLRequest=', 'blank'],
    ['SAMLRequest=!', 'not-base64'],
    [`SAMLRequest=${'A'.repeat(600_000)}`, 'too-large'],
    ['SAMLRequest=AAAA', 'not-deflated'],
  ];
  for (const [query, problem] of cases) t.same(readRedirect(query), { problem }, query.slice(0, 60));
  const deflate = encodeURIComponent('urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE');
  t.match(readRedirect(`?${packed}&SAMLEncoding=${deflate}`), { kind: 'SAMLRequest' });
});

const form = (fields: readonly (readonly [string, string])[]) => (name: Kind | 'RelayState') =>
  fields.filter(([one]) => one === name).map(([, value]) => value);

t.test('a message goes into a form and comes out of it', async (t) => {
  for (const kind of ['SAMLRequest', 'SAMLResponse'] as const) {
    const message = readPost(form(postFields(kind, TEXT, 'a b&c=ü')));
    t.match(message, { kind, bytes: Buffer.from(TEXT), relayState: 'a b&c=ü' });
    t.match(readPost(form(postFields(kind, TEXT))), { relayState: undefined });
  }
  const [one] = postFields('SAMLRequest', TEXT);
  const [other] = postFields('SAMLResponse', TEXT);
  if (!one || !other) throw new Error('no field');
  t.same(readPost(form([])), { problem: 'no-message' });
  t.same(readPost(form([one, other])), { problem: 'no-message' });
  t.same(readPost(form([one, one])), { problem: 'parameter-twice' });
  t.same(readPost(form([one, ['RelayState', 'a'], ['RelayState', 'a']])), { problem: 'parameter-twice' });
  t.same(readPost(form([['SAMLRequest', '?']])), { problem: 'not-base64' });
  t.same(readPost(form([['SAMLRequest', '']])), { problem: 'blank' });
});
