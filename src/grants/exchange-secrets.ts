/** What in a token request is a secret, so that a record never holds it, wherever in the request it stands. */
import { known } from '../protocol/rule.js';
import { type Hides, looksLikeJwt } from '../tokens/kept-token.js';
import type { Call } from './call.js';
import { readBasic } from './client-authentication.js';

export type { Hides };

/** Names of parameters whose value is one. */
const SECRET = /(?:secret|password|passcode|code|verifier|assertion|token|token_hint|otp|pin|key)$/i;

/** Of a shorter one, only the whole value is hidden: it may well be part of a word. */
const TELLING = 8;

/** A request with more secrets than that is none: nothing of what it says is kept. */
const MOST = 100;

type Secretive = Pick<Call, 'form' | 'query' | 'authorization'>;

function ofHeader(authorization: string | undefined): readonly string[] {
  if (authorization === undefined) return [];
  const value = authorization.trim().split(/\s+/).at(-1) as string;
  const text = Buffer.from(value, 'base64').toString();
  return [authorization, value, text, text.slice(text.indexOf(':') + 1), known(readBasic(authorization))?.secret ?? ''];
}

/** The secrets of a request but for its JWTs, which are known by their looks. */
export function plainSecretsOf({ form, query, authorization }: Secretive): readonly string[] {
  const sent = [form, query].flatMap((one) => {
    return one.names.filter((name) => SECRET.test(name)).flatMap((name) => one.all(name));
  });
  return [...new Set([...sent, ...ofHeader(authorization)])].filter((secret) => secret !== '' && !looksLikeJwt(secret));
}

/** What may not be seen of a request with these secrets. */
export function hiding(secrets: readonly string[]): Hides {
  if (secrets.length > MOST) return () => true;
  const isIn = (text: string) => (secret: string) =>
    text === secret || (secret.length >= TELLING && text.includes(secret));
  return (text) => looksLikeJwt(text) || secrets.some(isIn(text));
}
