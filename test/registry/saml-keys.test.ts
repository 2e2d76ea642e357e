/** The keys of an application by SAML: whose certificate fits, which one signs, and that no request takes them away. */

import { createPrivateKey } from 'node:crypto';
import t from 'tap';
import { certificatePem } from '../../src/registry/certificate.js';
import { SamlKey } from '../../src/registry/saml-key.js';
import { SamlMembers, SamlSettings, withSamlRows } from '../../src/registry/saml-settings.js';
import { newCertificate } from '../../src/saml/new-certificate.js';
import { samlKeyRing } from '../../src/saml-keys.js';
import { developmentSamlKey } from '../../src/shipped.js';
import { newSigningKey } from '../../src/tokens/new-signing-key.js';

async function newKey(kid: string): Promise<SamlKey> {
  const { jwk } = await newSigningKey();
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  return { kid, jwk, certificate: newCertificate({ key, org: 'test', now: Date.now() }) };
}

const [one, two] = await Promise.all([newKey('one'), newKey('two')]);
const settings = (more: object) => ({
  ...{ externalKey: 'exk1', ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' },
  ...more,
});
const problems = (more: object) =>
  withSamlRows(SamlMembers)
    .safeParse(settings(more))
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

t.test('a certificate is of the key beside it', async (t) => {
  t.ok(SamlKey.safeParse(one).success);
  t.ok(SamlKey.safeParse(developmentSamlKey()).success, 'the published one');
  for (const bad of [
    { ...one, certificate: two.certificate },
    { ...one, jwk: { ...one.jwk, n: 'AQAB' } },
  ])
    t.match(SamlKey.safeParse(bad).error?.issues[0], { path: ['certificate'], message: 'is not of this key' });
  for (const certificate of ['', 'AAAA', 'no certificate'])
    t.match(
      SamlKey.safeParse({ ...one, certificate }).error?.issues,
      [{ path: ['certificate'] }],
      'no certificate at all',
    );
  const pem = certificatePem(one.certificate);
  t.equal(SamlKey.parse({ ...one, certificate: pem }).certificate, one.certificate, 'PEM is kept on one line');
});

t.test('keys have names of their own, and one of them signs', async (t) => {
  t.strictSame(problems({ signingKeys: [one, two], signingKeyId: 'one' }), []);
  t.strictSame(problems({ signingKeys: [one, one] }), ['signingKeys each kid stands once']);
  t.strictSame(problems({ signingKeyId: 'one' }), ['signingKeyId is the kid of none of the signingKeys']);
});

t.test('which keys are good, and which one signs', async (t) => {
  const ring = samlKeyRing();
  const saml = (more: object) => SamlSettings.parse(settings(more));
  const published = developmentSamlKey();
  t.strictSame([ring.all(saml({})), ring.active(saml({}))], [[published], published]);
  t.equal(ring.active(saml({})), ring.active(saml({})), 'it is read once');
  const both = { signingKeys: [one, two] };
  t.strictSame(
    ring.all(saml(both)).map(({ kid }) => kid),
    ['one', 'two'],
  );
  t.equal(ring.active(saml(both)).kid, 'two', 'the last when nothing is said');
  t.equal(ring.active(saml({ ...both, signingKeyId: 'one' })).kid, 'one');
  const { key, certificate } = ring.signer(saml(both));
  t.match({ certificate, n: key.export({ format: 'jwk' }).n }, { certificate: two.certificate, n: two.jwk.n });
  const [again, further] = [saml({}), saml({})].map((one) => ring.signer(one).key);
  t.equal(again, further, 'a key is imported once');
});
