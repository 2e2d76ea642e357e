/** Mutants of time: exp, iat and nbf that are not needed, not compared, or read as something that they are not. */
import { before, instead, type Mutant, orElse, without } from './mutant.js';

const TIMES = ['exp-present', 'exp-not-passed', 'lifetime-short'] as const;

/** The probe is told that the server takes no token that lives longer. */
const LIMITED = { settings: { lifetime: '10m' } };

export const TIME: readonly Mutant[] = [
  {
    name: 'exp-not-required',
    defect: 'A token without exp never expires.',
    killedBy: ['exp-missing', 'exp-null'],
    edits: TIMES.map((name) => orElse(name, ({ claims }) => claims.exp === undefined || claims.exp === null)),
  },
  {
    name: 'exp-ignored',
    defect: 'It never compares exp with the time.',
    killedBy: ['exp-past', 'exp-just-beyond-leeway'],
    edits: [without('exp-not-passed')],
  },
  {
    name: 'falsy-exp-never-expires',
    defect: 'It asks "if (exp)" before it compares, and an exp of 0 is none.',
    killedBy: ['exp-zero'],
    edits: TIMES.map((name) => orElse(name, ({ claims }) => claims.exp === 0)),
  },
  {
    name: 'exp-in-text-taken',
    defect: 'It makes a number of whatever exp is.',
    killedBy: ['exp-string'],
    edits: [orElse('exp-present', ({ claims }) => Number.isFinite(Number(claims.exp)))],
  },
  {
    name: 'exp-of-true-never-expires',
    defect: 'It asks whether there is an exp, and compares it only if it is a number.',
    killedBy: ['exp-bool'],
    edits: TIMES.map((name) => orElse(name, ({ claims }) => claims.exp === true)),
  },
  {
    name: 'unsigned-exp',
    defect: 'It keeps exp as an unsigned number, so that one below zero lies far ahead.',
    killedBy: ['exp-negative'],
    edits: TIMES.map((name) => orElse(name, ({ claims }) => Number(claims.exp) < 0)),
  },
  {
    name: 'ten-minutes-of-leeway',
    defect: 'It lets tokens live ten minutes longer than they say.',
    killedBy: ['exp-just-beyond-leeway'],
    edits: [instead('exp-not-passed', ({ claims }, { now }) => Number(claims.exp) + 600 > now())],
  },
  {
    name: 'infinite-exp-breaks-it',
    defect: 'It writes exp as a date for its log, and a number too large makes it answer 500.',
    killedBy: ['exp-overflow'],
    edits: [
      before(
        'exp-present',
        ({ claims }) => typeof claims.exp === 'number' && new Date(claims.exp * 1000).toISOString(),
      ),
    ],
  },
  {
    name: 'infinite-exp-taken',
    defect: 'An exp that is infinite to its parser lies ahead for ever.',
    killedBy: ['exp-overflow'],
    edits: TIMES.map((name) => orElse(name, ({ claims }) => claims.exp === Number.POSITIVE_INFINITY)),
  },
  {
    name: 'leeway-subtracted',
    defect: 'It takes its leeway off exp, where it should add it.',
    killedBy: ['ok-short-lifetime'],
    edits: [instead('exp-not-passed', ({ claims }, { now }) => Number(claims.exp) - 60 > now())],
  },
  {
    name: 'whole-seconds-only',
    defect: 'It reads times as whole numbers, and gives up on half seconds.',
    killedBy: ['ok-fractional-dates'],
    edits: [instead('exp-present', ({ claims }) => Number.isInteger(claims.exp))],
  },
  {
    name: 'lifetime-unchecked',
    defect: 'It takes a token that expires before it was issued.',
    killedBy: ['exp-before-iat'],
    edits: [without('lifetime-short')],
  },
  {
    name: 'lives-for-ever',
    defect: 'It asks whether a token has expired, and never how long it was made to live.',
    killedBy: ['exp-far-future', 'exp-10y', 'exp-milliseconds'],
    probe: LIMITED,
    edits: [instead('lifetime-short', ({ claims: { iat, exp } }) => Number(exp) > Number(iat))],
  },
  {
    name: 'lifetime-from-now',
    defect: 'It measures how long a token has left, and not how long it was made to live.',
    killedBy: ['iat-ancient'],
    probe: LIMITED,
    edits: [instead('lifetime-short', ({ claims }, { now }) => Number(claims.exp) - now() <= 600)],
  },
  {
    name: 'iat-not-required',
    defect: 'It does not need to know when the token was issued.',
    killedBy: ['iat-missing'],
    edits: ['iat-present', 'iat-not-in-future', 'lifetime-short'].map((name) =>
      orElse(name, ({ claims }) => claims.iat === undefined),
    ),
  },
  {
    name: 'iat-in-the-future-taken',
    defect: 'It never compares iat with the time.',
    killedBy: ['iat-future'],
    edits: [without('iat-not-in-future')],
  },
  {
    name: 'iat-of-any-type',
    defect: 'It never asks whether iat is a number.',
    killedBy: ['iat-string', 'iat-bool'],
    edits: [without('iat-present', 'iat-not-in-future', 'lifetime-short')],
  },
  {
    name: 'nbf-ignored',
    defect: 'It never looks at nbf.',
    killedBy: ['nbf-future', 'nbf-string'],
    edits: [without('nbf-not-in-future')],
  },
  {
    name: 'nbf-of-now-refused',
    defect: 'It compares nbf by < where it should by <=, and with a clock that is a second slow.',
    killedBy: ['ok-nbf-past', 'ok-fractional-dates'],
    edits: [
      instead('nbf-not-in-future', ({ claims: { nbf } }, { now }) => nbf === undefined || Number(nbf) < now() - 1),
    ],
  },
];
