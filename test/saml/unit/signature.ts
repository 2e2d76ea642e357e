/** Signatures: one form, listed algorithms, given certificates; and nothing read but what they cover. */
import t from 'tap';
import { canonical, signatureOf } from '../../../src/saml/sign.js';
import {
  ATTRIBUTES,
  assertionBy,
  CERTIFICATE,
  good,
  judged,
  OTHER_CERTIFICATE,
  OTHER_SIGNER,
  responseWith,
  SIGNER,
  signerBy,
  TRUST,
} from '../../support/saml.js';

const ALONE = assertionBy(good({ attributes: ATTRIBUTES }), SIGNER);
const because = (text: string, trust = TRUST) => (judged(text, trust) as { because?: string }).because;

t.test('by the given certificates and no others', async (t) => {
  t.equal(judged(ALONE).signed, 'assertion');
  t.equal(judged(ALONE, { ...TRUST, certificates: ['junk', OTHER_CERTIFICATE, CERTIFICATE] }).signed, 'assertion');
  t.equal(because(ALONE, { ...TRUST, certificates: [OTHER_CERTIFICATE, 'junk'] }), 'mismatch');
  t.match(judged(ALONE, { ...TRUST, certificates: [] }), {
    problem: 'saml_source_app_signing_cert_missing',
    because: 'no-certificate',
  });
  const theirs = assertionBy(good(), OTHER_SIGNER);
  t.equal(because(theirs), 'mismatch', 'what it says of its own key is not asked');
  t.equal(because(theirs.replace(OTHER_CERTIFICATE, CERTIFICATE)), 'mismatch');
  t.equal(judged(ALONE.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '')).signed, 'assertion', 'and may be missing');
});

t.test('algorithms', async (t) => {
  for (const algorithm of ['rsa-sha256', 'rsa-sha512'] as const) {
    t.equal(judged(assertionBy(good(), signerBy(algorithm))).signed, 'assertion');
  }
  const sha1 = assertionBy(good(), signerBy('rsa-sha1'));
  t.equal(because(sha1), 'algorithm');
  t.equal(judged(sha1, { ...TRUST, policy: { sha1: true } }).signed, 'assertion');
  const changes = [
    ['xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'],
    ['xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-sha384'],
    ['xmlenc#sha256', 'xmldsig-more#md5'],
  ] as const;
  for (const [from, to] of changes) t.equal(because(ALONE.replace(from, to)), 'algorithm', to);
  const digest = ALONE.replace('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1');
  t.equal(because(digest), 'algorithm', 'a digest of SHA-1 below a good signature');
});

/** Changes to a good assertion that its signature does not survive. */
const BROKEN: readonly (readonly [from: string | RegExp, to: string, because: string])[] = [
  ['alice@example.com</saml2:NameID>', 'mallory@example.com</saml2:NameID>', 'mismatch'],
  [/(<ds:SignatureValue>)../, '$1AA', 'mismatch'],
  [/(<ds:DigestValue>)../, '$1AA', 'mismatch'],
  [/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>', 'mismatch'],
  [/<ds:DigestValue>[^<]*/, '<ds:DigestValue>', 'mismatch'],
  [/<ds:Signature .*<\/ds:Signature>/, '', 'unsigned'],
  [/<ds:Signature .*<\/ds:Signature>/, '$&$&', 'form'],
  [/<ds:Reference .*<\/ds:Reference>/, '$&$&', 'form'],
  [/<ds:Reference .*<\/ds:Reference>/, '', 'form'],
  [/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '$&$&', 'form'],
  [/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '', 'form'],
  [/<\/ds:KeyInfo>/, '$&<ds:Object/>', 'form'],
  [/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '<ds:Object/>', 'form'],
  [/(<ds:Transform Algorithm="[^"]*enveloped-signature")\/>/, '$1><ds:XPath>true()</ds:XPath></ds:Transform>', 'form'],
  [/<ds:Transform Algorithm="[^"]*enveloped-signature"\/>/, '', 'form'],
  [/http:[^"]*enveloped-signature/, 'http://www.w3.org/TR/1999/REC-xslt-19991116', 'form'],
  [
    /<ec:InclusiveNamespaces/,
    '<ec:InclusiveNamespaces PrefixList="x" xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/>$&',
    'form',
  ],
  [/<ec:InclusiveNamespaces[^>]*>/, '<ec:Other xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/>', 'form'],
  [/(<ds:CanonicalizationMethod Algorithm=")[^"]*/, '$1http://www.w3.org/TR/2001/REC-xml-c14n-20010315', 'form'],
  [/(<ds:SignatureMethod [^>]*)\/>/, '$1><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>', 'form'],
  [/(<ds:SignatureValue>)/, '$1<x/>', 'form'],
  [/PrefixList="xs"/, `PrefixList="${'x '.repeat(101)}"`, 'form'],
  [/PrefixList="xs"/, '', 'mismatch'],
  [/URI="#[^"]*"/, 'URI=""', 'reference'],
  [/URI="#[^"]*"/, '', 'reference'],
  [/URI="#[^"]*"/, 'URI="#other"', 'reference'],
  [/URI="#[^"]*"/, 'URI="http://127.0.0.1:1/"', 'reference'],
  [/ID="[^"]*"/, 'ID=""', 'reference'],
  [/<saml2:Subject /, '<saml2:Subject Id="id2718281828459" ', 'id-twice'],
  [/<saml2:Subject /, '<saml2:Subject xmlns:w="urn:w" w:id="id2718281828459" ', 'id-twice'],
  [/<saml2:Subject /, '<saml2:Subject a="b" ', 'mismatch'],
];

t.test('nothing of it may be changed', async (t) => {
  for (const [from, to, why] of BROKEN) {
    const text = ALONE.replace(from, to);
    t.not(text, ALONE, String(from));
    t.match(judged(text), { problem: 'saml_signature_invalid', because: why }, `${from} -> ${to}`);
  }
  const outer = responseWith(good(), { response: SIGNER, assertion: SIGNER });
  t.equal(
    because(outer.replace(/(<saml2:Assertion.*<ds:SignatureValue>)../, '$1AA')),
    'mismatch',
    'the inner one is asked, too',
  );
});

t.test('what canonicalisation leaves out may be changed', async (t) => {
  t.equal(judged(ALONE.replace('<saml2:Subject ', '<saml2:Subject   ')).signed, 'assertion');
  t.equal(judged(ALONE.replace('>alice@', '>al<!-- -->ice@')).signed, 'assertion');
  const commented = ALONE.replace(
    /Algorithm="http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#"(?=>)/,
    'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"',
  );
  t.equal(because(commented), 'mismatch', 'the form is taken, but it was not signed so');
});

t.test('prefixes that an ancestor declares', async (t) => {
  // As other identity providers write: the namespaces stand on the response only.
  const text = assertionBy(good());
  const bare = text.replaceAll(' xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"', '');
  const signature = signatureOf({ id: good().id as string, text }, SIGNER).markup.replace(/ xmlns:ds="[^"]*"/, '');
  t.ok(canonical(text));
  const outer = `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" ID="r" Version="2.0">${bare.replace('</saml2:Issuer>', `$&${signature}`)}</p:Response>`;
  t.equal(judged(outer).signed, 'assertion');
});

t.test('where the two parsers do not agree, nothing is verified', async (t) => {
  // A name beyond the basic plane: XML 1.0 has it, the parser below the library does not.
  const text = assertionBy(good(), SIGNER).replace('<saml2:Subject ', '<\u{10000}/>$&');
  t.match(judged(text), { problem: 'saml_signature_invalid', because: 'mismatch' });
});

t.test('line ends of XML 1.1 are text', async (t) => {
  const value = 'a\u0085b\u2028c\rd\ne';
  t.match(judged(assertionBy(good({ nameId: { value } }), SIGNER)).nameId, { value });
});

t.test('what fits the limits is verified, or refused, in bounded time', async (t) => {
  const within = (markup: string) => ALONE.replace('</saml2:Subject>', `${markup}</saml2:Subject>`);
  const many = (count: number, write: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => write(at)).join('');
  const slow = {
    ids: within(many(4900, (at) => `<x Id="i${at}"/>`)),
    namespaces: within(many(2400, (at) => `<x xmlns:a${at}="u${at}" a${at}:b="1"/>`)),
    signatures: within(
      many(
        480,
        (at) =>
          `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>${at}</ds:SignatureValue></ds:Signature>`,
      ),
    ),
    references: within('&amp;'.repeat(90_000)),
    comments: within('<!---->'.repeat(99)),
  };
  for (const [what, text] of Object.entries(slow)) {
    const began = performance.now();
    t.equal(because(text), what === 'comments' ? undefined : 'mismatch', what);
    t.ok(performance.now() - began < 5000, `${what}: fast`);
  }
});
