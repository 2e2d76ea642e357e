/**
 * Hostile messages at every entry of SAML, by redirect and by POST, to sign in and out: refused fast, on a page or as a SAML
 * status, and nothing of them in the log.
 */
import { deflateRawSync } from 'node:zlib';
import t from 'tap';
import { HOSTILE } from '../support/hostile-xml.js';
import { type Answer, startTestOrg } from '../support/org.js';
import { SIGNER } from '../support/saml.js';
import { authnRequest, logoutRequest, orgWithSamlApps, pathOf } from '../support/saml-provider.js';

const org = await startTestOrg({ org: orgWithSamlApps({ Several: { requestCompressed: true } }) });
t.teardown(() => org.close());
const { issuer } = org;
const ENTRIES = [pathOf('Plain'), pathOf('Signed'), pathOf('Signed', 'slo')];
/** A URL with more is no request. */
const MOST_IN_URL = 15_000;
const token = await org.sessionToken('alice@example.com');

/** Refused as a page or without any HTML at all, with nothing for a service provider. */
function isRefused({ status, text }: Answer): boolean {
  return [400, 413, 431].includes(status) && !text.includes('SAMLResponse');
}

/** Sends what is at hand, and measures it. */
async function refusedFast(ask: () => Promise<Answer>): Promise<string> {
  const began = performance.now();
  const answer = await ask();
  const took = performance.now() - began;
  if (!isRefused(answer)) return `${answer.status}: ${answer.text}`;
  return took < 2000 ? 'refused' : `${took} ms`;
}

const byUrl = (path: string, message: string) =>
  org.fetch(`${path}?SAMLRequest=${encodeURIComponent(message)}&sessionToken=${token}`);
const inForm = (path: string, message: string) => org.post(path, { SAMLRequest: message, sessionToken: token });

t.test('hostile XML', async (t) => {
  for (const [what, [text]] of Object.entries(HOSTILE)) {
    const deflated = deflateRawSync(text).toString('base64');
    for (const path of ENTRIES) {
      if (encodeURIComponent(deflated).length < MOST_IN_URL) {
        t.equal(await refusedFast(() => byUrl(path, deflated)), 'refused', `${what} by redirect`);
      }
      t.equal(
        await refusedFast(() => inForm(path, Buffer.from(text).toString('base64'))),
        'refused',
        `${what} by POST`,
      );
    }
    t.equal(await refusedFast(() => inForm(pathOf('Several'), deflated)), 'refused', `${what} by POST, deflated`);
  }
});

t.test('what no binding carries', async (t) => {
  const good = Buffer.from(authnRequest({ issuer, app: 'Plain' })).toString('base64');
  const bomb = deflateRawSync(Buffer.alloc(10_000_000, 'x')).toString('base64');
  const messages = ['!', 'A', '====', 'PHgvPg', 'AAAA', bomb, good, `${good}=`, '%00', ' ', 'ü'];
  for (const path of ENTRIES) {
    for (const message of messages)
      t.equal(await refusedFast(() => byUrl(path, message)), 'refused', message.slice(0, 9));
    for (const message of ['!', 'A', '====', bomb, `${good}==`, '%00', ' ', 'ü', 'x'.repeat(900_000)])
      t.equal(await refusedFast(() => inForm(path, message)), 'refused', message.slice(0, 9));
    const raw = [
      ...['?SAMLRequest=%zz', '?SAMLRequest=a&SAMLRequest=a', '?SAMLRequest=PHgvPg&SAMLResponse=PHgvPg'],
      ...['?SAMLRequest=PHgvPg&SAMLEncoding=gzip', '?SAMLRequest=a&RelayState=a&RelayState=b'],
    ];
    for (const query of raw) t.equal(await refusedFast(() => org.fetch(path + query)), 'refused', query);
    const twice = [
      { SAMLRequest: [good, good] },
      { SAMLRequest: good, RelayState: ['a', 'b'] },
      { SAMLRequest: good, SAMLResponse: good },
    ];
    for (const form of twice)
      t.equal(await refusedFast(() => org.post(path, form)), 'refused', Object.keys(form).join());
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"SAMLRequest":"x"}' };
    t.equal(await refusedFast(() => org.fetch(path, json)), 'refused', 'JSON');
  }
});

t.test('what only looks like a request', async (t) => {
  const plain = authnRequest({ issuer, app: 'Plain' });
  const without = (what: RegExp, by = '') => plain.replace(what, by);
  const texts = {
    'no id': without(/ ID="[^"]*"/),
    'no issuer': without(/<saml2:Issuer.*<\/saml2:Issuer>/),
    'two issuers': without(/<saml2:Issuer.*<\/saml2:Issuer>/, '$&$&'),
    'no moment': without(/ IssueInstant="[^"]*"/),
    'a moment that is none': without(/ IssueInstant="[^"]*"/, ' IssueInstant="now"'),
    'a flag that is none': without(/ Version/, ' ForceAuthn="maybe" Version'),
    'no version': without(/ Version="2.0"/),
    'another namespace': without(/urn:oasis:names:tc:SAML:2.0:protocol/g, 'urn:evil'),
    'a message to sign out': logoutRequest({ issuer, app: 'Signed' }),
  };
  for (const [what, text] of Object.entries(texts)) {
    const path = pathOf('Plain');
    t.equal(await refusedFast(() => byUrl(path, deflateRawSync(text).toString('base64'))), 'refused', what);
    t.equal(await refusedFast(() => inForm(path, Buffer.from(text).toString('base64'))), 'refused', what);
  }
});

t.test('wrapped signatures', async (t) => {
  const signed = authnRequest({ issuer, app: 'Signed', signer: SIGNER });
  const [declaration, body] = [signed.slice(0, signed.indexOf('<saml2p')), signed.slice(signed.indexOf('<saml2p'))];
  const signature = /<ds:Signature .*<\/ds:Signature>/.exec(body)?.[0] as string;
  const id = / ID="([^"]+)"/.exec(body)?.[1] as string;
  const bare = body.replace(signature, '');
  const evil = bare.replace(
    '<saml2p:AuthnRequest',
    '<saml2p:AuthnRequest AssertionConsumerServiceURL="https://evil.example"',
  );
  const other = evil.replace(` ID="${id}"`, ' ID="_evil"');
  const within = (outer: string, ...inner: string[]) => outer.replace(/(<\/saml2:Issuer>)/, `$1${inner.join('')}`);
  const extended = (text: string) => `<saml2p:Extensions>${text}</saml2p:Extensions>`;
  const object = (text: string) =>
    signature.replace('</ds:Signature>', `<ds:Object>${text}</ds:Object></ds:Signature>`);
  const wrapped = {
    'the signed one in an extension, its signature outside': within(other, signature, extended(bare)),
    'the signed one with its signature in an extension': within(other, extended(body)),
    'the signed one within the signature': within(other, object(bare)),
    'two of one id': within(evil, signature, extended(bare)),
    'the evil one in the signed one': within(bare, signature, extended(other)),
    'two signatures': within(other, signature, signature),
    'a signature at the end': other.replace('</saml2p:AuthnRequest>', `${signature}</saml2p:AuthnRequest>`),
    'a reference to everything': within(other, signature.replace(`URI="#${id}"`, 'URI=""')),
    'another request': within(evil, signature),
  };
  for (const [what, text] of Object.entries(wrapped)) {
    const message = Buffer.from(declaration + text).toString('base64');
    t.equal(await refusedFast(() => inForm(pathOf('Signed'), message)), 'refused', what);
  }
  const whole = await inForm(pathOf('Signed'), Buffer.from(signed).toString('base64'));
  t.match(whole.text, 'SAMLResponse', 'the token was not spent by any of them, and the good one signs in');
});

t.test('nothing of all that stands in the log', async (t) => {
  const said = JSON.stringify([await org.events('limit=1000'), org.lines]);
  for (const trace of ['evil', 'passwd', token, 'AuthnRequest', 'SAMLRequest', 'DOCTYPE', 'PHgvPg'])
    t.notOk(said.includes(trace), trace);
});
