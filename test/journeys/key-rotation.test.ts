/**
 * Keys that change under a provider with a cache, as jose keeps one: what it still takes, what it refuses, and when it
 * fetches anew.
 */
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import { start } from '../../src/index.js';
import { CLAUDE, signIn } from './sign-in.js';

const NEVER = 86_400_000;

async function journey(t: Test) {
  const org = await start();
  t.teardown(() => org.close());
  const keysUri = `${org.issuer}/oauth2/v1/keys`;
  const post = async (what: string, body: object = {}) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${org.issuer}/_mock/keys/${what}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { active: string; next: string };
  };
  const fetches = async () => {
    const [{ fetches }] = (await (await fetch(`${org.issuer}/_mock/keys`)).json()) as [
      { fetches: { jwks: { count: number } } },
    ];
    return fetches.jwks.count;
  };
  /** A provider that remembers the key set. */
  const provider = (cooldownDuration: number) => {
    const keys = createRemoteJWKSet(new URL(keysUri), { cooldownDuration, cacheMaxAge: NEVER });
    return (token: string) => jwtVerify(token, keys, { issuer: org.issuer, algorithms: ['RS256'] });
  };
  const token = async () => (await signIn(org.issuer, CLAUDE)).id_token;
  return { post, fetches, provider, token };
}

t.test('after a rotation by steps a cached key set still does', async (t) => {
  const { post, fetches, provider, token } = await journey(t);
  const verify = provider(NEVER);
  const old = await token();
  await verify(old);
  const count = await fetches();
  await post('rotate');
  await verify(await token());
  await verify(old);
  t.equal(await fetches(), count, 'nobody had to fetch');
});

t.test('after a withdrawal a provider has to fetch: one that waits fails, one that does not recovers', async (t) => {
  const { post, fetches, provider, token } = await journey(t);
  const [waiting, eager] = [provider(NEVER), provider(0)];
  await waiting(await token());
  await eager(await token());
  // Twice, so that a key signs that was not published when they fetched.
  const { active, next } = await post('rotate');
  const old = await token();
  await eager(old);
  await post('withdraw', { kid: active });
  const fresh = await token();
  t.equal(decodeProtectedHeader(fresh).kid, next);
  const count = await fetches();
  await t.rejects(waiting(fresh), errors.JWKSNoMatchingKey);
  t.equal(await fetches(), count, 'it does not look again so soon');
  await eager(fresh);
  t.equal(await fetches(), count + 1, 'by one fetch');
  await waiting(old);
  t.equal(await fetches(), count + 1, 'a token of the past is taken by who did not look again');
  await t.rejects(eager(old), errors.JWKSNoMatchingKey, 'and refused by who fetched the set anew');
});

t.test('a kid used again fools a cache, and fetching anew helps', async (t) => {
  const { post, provider, token } = await journey(t);
  const verify = provider(0);
  const old = await token();
  await verify(old);
  await post('reuse-kid');
  const fresh = await token();
  await t.rejects(verify(fresh), errors.JWSSignatureVerificationFailed, 'the kid is known, so nothing is fetched');
  await provider(0)(fresh);
  await t.rejects(provider(0)(old), errors.JWSSignatureVerificationFailed);
  await post('rollback');
  await provider(0)(old);
  await t.rejects(provider(0)(fresh), errors.JWSSignatureVerificationFailed);
  await verify(await token());
});
