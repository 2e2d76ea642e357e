/** Mutants of the answer: what it says too much, or too little, and how it says no. */
import { answersOfToken, type Gateway, withJson } from '../gateway.js';
import type { Mutant } from './mutant.js';

/** The JSON of granted, or of refused, answers as the function makes it. */
const json = (whether: 'granted' | 'refused', change: (json: Record<string, unknown>) => object): Gateway => ({
  answer: answersOfToken(whether, (answered) => withJson(answered, change)),
});

const headers = (more: Readonly<Record<string, string>>): Gateway => ({
  answer: answersOfToken('any', (answered) => ({ ...answered, headers: { ...answered.headers, ...more } })),
});

const scopesOf = ({ scope }: Record<string, unknown>) => String(scope).split(' ');

const claimsIn = (assertion: string | null) =>
  JSON.parse(Buffer.from(String(assertion).split('.')[1] ?? '', 'base64url').toString() || '{}');

/** An error that says more than it should. */
const says = (describe: (assertion: string) => string): Gateway => ({
  answer: answersOfToken('refused', (answered, { body }) => {
    const assertion = new URLSearchParams(body).get('assertion') ?? '';
    return withJson(answered, (given) => ({ ...given, error_description: describe(assertion) }));
  }),
});

export const ANSWER: readonly Mutant[] = [
  {
    name: 'refresh-token-issued',
    defect: 'It issues a refresh token, with which the client outlives the identity provider.',
    killedBy: ['resp-refresh-token'],
    gateway: json('granted', (given) => ({ ...given, refresh_token: 'refresh-token-of-the-mutant' })),
  },
  {
    name: 'cacheable-answer',
    defect: 'Its answers may be kept by caches.',
    killedBy: ['resp-cacheable'],
    gateway: headers({ 'cache-control': 'max-age=60' }),
  },
  {
    name: 'scope-unreported',
    defect: 'It grants fewer scopes than were asked for, and does not say so.',
    killedBy: ['resp-scope-unreported', 'ok-scope-narrowed'],
    gateway: json('granted', ({ scope: _, ...given }) => given),
  },
  {
    name: 'lives-for-ten-years',
    defect: 'Its access tokens outlive every policy.',
    killedBy: ['resp-lifetime-outlives-policy'],
    gateway: json('granted', (given) => ({ ...given, expires_in: 315_360_000 })),
  },
  {
    name: 'refresh-token-for-offline-access',
    defect: 'It issues a refresh token to whoever names offline_access.',
    killedBy: ['scope-openid-offline'],
    gateway: {
      answer: answersOfToken('granted', (answered, { body }) => {
        const { scope = '' } = claimsIn(new URLSearchParams(body).get('assertion'));
        if (!scopesOf({ scope }).includes('offline_access')) return answered;
        return withJson(answered, (given) => ({ ...given, refresh_token: 'refresh-token-of-the-mutant' }));
      }),
    },
  },
  {
    name: 'error-names-trusted-issuer',
    defect: 'Its errors say which issuer it would have trusted.',
    killedBy: ['resp-detail-leak'],
    gateway: (idp) => says(() => `expected iss to be ${idp}`),
  },
  {
    name: 'error-repeats-the-token',
    defect: 'Its errors repeat the token that they refuse.',
    killedBy: ['resp-detail-leak'],
    gateway: says((assertion) => `cannot accept ${assertion}`),
  },
  {
    name: 'refuses-with-500',
    defect: 'Every refusal is an exception to it, and becomes a 500.',
    killedBy: ['exp-past', 'aud-other-ras', 'req-missing-assertion'],
    gateway: { answer: answersOfToken('refused', (answered) => ({ ...answered, status: 500 })) },
  },
  {
    name: 'refuses-with-200',
    defect: 'It answers 200 to everything, and the error stands in the body.',
    killedBy: ['exp-past', 'aud-other-ras', 'req-missing-assertion'],
    gateway: { answer: answersOfToken('refused', (answered) => ({ ...answered, status: 200 })) },
  },
  {
    name: 'refuses-with-a-token',
    defect: 'Its errors carry the access token that it had made before it found the mistake.',
    killedBy: ['exp-past'],
    gateway: json('refused', (given) => ({ ...given, access_token: 'made-too-early' })),
  },
  {
    name: 'credentialed-cors',
    defect: 'It repeats any Origin, and allows credentials.',
    killedBy: ['req-cors-credentials'],
    gateway: headers({
      'access-control-allow-origin': 'https://evil.example',
      'access-control-allow-credentials': 'true',
    }),
  },
];
