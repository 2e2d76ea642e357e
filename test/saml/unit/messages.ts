/** Requests and their answers: read as they were written, verified by registered certificates, refused where they are none. */
import t from 'tap';
import { BINDING, NAME_ID_FORMAT, STATUS } from '../../../src/saml/names.js';
import {
  issuerOf,
  type MessageName,
  openMessage,
  type ReadMessage,
  readAuthnRequest,
  readLogoutRequest,
  readLogoutResponse,
  verifyMessage,
} from '../../../src/saml/read-message.js';
import {
  type AuthnRequestContent,
  writeAuthnRequest,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../../src/saml/requests.js';
import { NOW, OTHER_SIGNER, SIGNER, TRUST, written } from '../../support/saml.js';

const COMMON = { id: '_r1', issuer: 'https://sp.example/saml', issueInstant: NOW };
const REQUEST: AuthnRequestContent = {
  ...{
    ...COMMON,
    destination: 'https://okta.example/sso',
    assertionConsumerServiceUrl: 'https://sp.example/acs?a=1&b=2',
  },
  ...{ protocolBinding: BINDING.post, forceAuthn: true, isPassive: false },
  nameIdPolicy: { format: NAME_ID_FORMAT.emailAddress, allowCreate: true },
};

function opened(text: string, name: MessageName = 'AuthnRequest'): ReadMessage {
  const message = openMessage(Buffer.from(text), name);
  if ('problem' in message) throw new Error(message.problem);
  return message;
}

const NOTHING = {
  assertionConsumerServiceUrl: undefined,
  assertionConsumerServiceIndex: undefined,
  protocolBinding: undefined,
};

t.test('an AuthnRequest is read as it was written', async (t) => {
  const { document, signed } = opened(written(writeAuthnRequest(REQUEST)));
  t.notOk(signed);
  t.equal(issuerOf(document.root), COMMON.issuer);
  t.same(readAuthnRequest(document.root), {
    ...{
      ...COMMON,
      destination: 'https://okta.example/sso',
      assertionConsumerServiceUrl: 'https://sp.example/acs?a=1&b=2',
    },
    ...{ assertionConsumerServiceIndex: undefined, protocolBinding: BINDING.post, forceAuthn: true, isPassive: false },
    ...{ nameIdFormat: NAME_ID_FORMAT.emailAddress, allowCreate: true, contextClasses: [] },
    contextComparison: 'exact',
  });
  const least = opened(written(writeAuthnRequest(COMMON)));
  t.same(readAuthnRequest(least.document.root), {
    ...{ ...COMMON, ...NOTHING, destination: undefined, forceAuthn: false, isPassive: false },
    ...{ nameIdFormat: undefined, allowCreate: false, contextClasses: [] },
    contextComparison: 'exact',
  });
  const byIndex = opened(
    written(writeAuthnRequest({ ...COMMON, assertionConsumerServiceIndex: '1', nameIdPolicy: {} })),
  );
  t.match(readAuthnRequest(byIndex.document.root), { assertionConsumerServiceIndex: '1', allowCreate: false });
});

t.test('a signed one verifies by its certificate, and is read out of what was signed', async (t) => {
  const text = written(writeAuthnRequest(REQUEST, SIGNER));
  const message = opened(text);
  t.ok(message.signed);
  const root = verifyMessage(message, TRUST);
  if ('problem' in root) throw new Error(root.problem);
  t.match(readAuthnRequest(root), { id: '_r1', isPassive: false });
  t.equal(
    root.elements.find(({ name }) => name === 'Signature'),
    undefined,
  );
  t.same(verifyMessage(opened(text.replace('IsPassive="false"', 'IsPassive="true"')), TRUST), { problem: 'mismatch' });
  t.same(verifyMessage(opened(written(writeAuthnRequest(REQUEST, OTHER_SIGNER))), TRUST), { problem: 'mismatch' });
  t.same(verifyMessage(opened(written(writeAuthnRequest(REQUEST))), TRUST), { problem: 'unsigned' });
});

const text = written(writeAuthnRequest(REQUEST));
const read = (changed: string) => readAuthnRequest(opened(changed).document.root);

t.test('classes of authentication that are asked for', async (t) => {
  const context =
    '<saml2p:RequestedAuthnContext><saml2:AuthnContextClassRef xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"> urn:a </saml2:AuthnContextClassRef><saml2:AuthnContextClassRef xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"/></saml2p:RequestedAuthnContext></saml2p:AuthnRequest>';
  t.match(read(text.replace('</saml2p:AuthnRequest>', context)), { contextClasses: ['urn:a'] });
});

t.test('what is no AuthnRequest', async (t) => {
  const issuer = /<saml2:Issuer.*<\/saml2:Issuer>/;
  const changes: readonly [changed: string, problem: string][] = [
    [text.replace('ID="_r1"', 'ID=""'), 'no-id'],
    [text.replace(issuer, ''), 'no-issuer'],
    [text.replace(issuer, '$&$&'), 'no-issuer'],
    [text.replace('>https://sp.example/saml<', '> <'), 'no-issuer'],
    [text.replace('>https://sp.example/saml<', '><a/><'), 'no-issuer'],
    [text.replace('T08:00', 'T25:00'), 'not-a-moment'],
    [text.replace(/IssueInstant="[^"]*"/, ''), 'not-a-moment'],
    [text.replace('IsPassive="false"', 'IsPassive="no"'), 'malformed'],
    [text.replace('ForceAuthn="true"', 'ForceAuthn=""'), 'malformed'],
    [text.replace('AllowCreate="true"', 'AllowCreate="x"'), 'malformed'],
    [text.replace(/<saml2p:NameIDPolicy.*\/>/, '$&$&'), 'malformed'],
  ];
  for (const [changed, problem] of changes) t.same(read(changed), { problem }, changed);
  t.match(read(text.replace('IsPassive="false"', 'IsPassive=" 1 "')), { isPassive: true });
  const open = (changed: string) => openMessage(Buffer.from(changed), 'AuthnRequest');
  t.same(open(text.replace('Version="2.0"', 'Version="1.1"')), { problem: 'version' });
  t.same(open(text.replaceAll('AuthnRequest', 'LogoutRequest')), { problem: 'not-that-message' });
  t.same(open(text.replace('SAML:2.0:protocol', 'SAML:1.0:protocol')), { problem: 'not-that-message' });
  t.same(open('<!DOCTYPE a><a/>'), { problem: 'doctype' });
});

const NAME_ID = {
  value: 'alice@example.com',
  format: NAME_ID_FORMAT.emailAddress,
  nameQualifier: 'q',
  spNameQualifier: 's',
  spProvidedId: 'p',
};

t.test('a LogoutRequest is read as it was written, signed or not', async (t) => {
  const content = { ...COMMON, destination: 'https://okta.example/slo', nameId: NAME_ID, sessionIndexes: ['a', 'b'] };
  const expected = { ...content, notOnOrAfter: undefined };
  const plain = written(writeLogoutRequest(content));
  t.same(readLogoutRequest(opened(plain, 'LogoutRequest').document.root), expected);
  const root = verifyMessage(opened(written(writeLogoutRequest(content, SIGNER)), 'LogoutRequest'), TRUST);
  t.same('problem' in root || readLogoutRequest(root), expected);
  const changed = (from: string | RegExp, to: string) =>
    readLogoutRequest(opened(plain.replace(from, to), 'LogoutRequest').document.root);
  t.match(changed('Version=', 'NotOnOrAfter="2026-07-29T08:05:00Z" Version='), {
    notOnOrAfter: Date.parse('2026-07-29T08:05:00Z'),
  });
  t.same(changed('Version=', 'NotOnOrAfter="soon" Version='), { problem: 'not-a-moment' });
  t.same(changed(/<saml2:NameID.*NameID>/, ''), { problem: 'malformed' });
  t.same(changed(/<saml2:NameID.*NameID>/, '$&$&'), { problem: 'malformed' });
  t.same(changed('>a<', '><'), { problem: 'malformed' });
  t.same(changed('ID="_r1"', ''), { problem: 'no-id' });
});

t.test('a LogoutResponse is read as it was written, signed or not', async (t) => {
  const content = {
    ...COMMON,
    destination: 'https://sp.example/slo',
    inResponseTo: '_r0',
    status: { code: STATUS.success },
  };
  const expected = { ...COMMON, destination: 'https://sp.example/slo', inResponseTo: '_r0', status: STATUS.success };
  const plain = written(writeLogoutResponse(content));
  t.same(readLogoutResponse(opened(plain, 'LogoutResponse').document.root), expected);
  const root = verifyMessage(opened(written(writeLogoutResponse(content, SIGNER)), 'LogoutResponse'), TRUST);
  t.same('problem' in root || readLogoutResponse(root), expected);
  const changed = (from: string | RegExp, to: string) =>
    readLogoutResponse(opened(plain.replace(from, to), 'LogoutResponse').document.root);
  t.same(changed(/<saml2p:Status .*Status>/, ''), { problem: 'malformed' });
  t.same(changed(/<saml2p:StatusCode .*?\/>/, ''), { problem: 'malformed' });
  t.same(changed('ID="_r1"', ''), { problem: 'no-id' });
});

t.test('what XML cannot carry is not written', async (t) => {
  const bad = { ...COMMON, issuer: 'a\u0000' };
  const problem = { problem: 'unwritable', character: 'U+0000' };
  t.match(writeAuthnRequest(bad), { ...problem, path: 'request.issuer' });
  t.match(writeLogoutRequest({ ...bad, nameId: NAME_ID, sessionIndexes: [] }), { ...problem, path: 'request.issuer' });
  t.match(writeLogoutRequest({ ...COMMON, nameId: NAME_ID, sessionIndexes: ['\ud800'] }), {
    path: 'request.sessionIndexes[0]',
    character: 'U+D800',
  });
  t.match(writeLogoutResponse({ ...bad, inResponseTo: 'x', status: { code: 'y' } }), {
    ...problem,
    path: 'response.issuer',
  });
});
