/** Every mutant, area by area. */
import { ANSWER } from './answer.js';
import { AUDIENCE } from './audience.js';
import { CLIENTS } from './client.js';
import { HEADER } from './header.js';
import { ISSUER } from './issuer.js';
import { KEYS } from './keys.js';
import type { Mutant } from './mutant.js';
import { REPLAY } from './replay.js';
import { REQUEST } from './request.js';
import { RESOURCES } from './resource.js';
import { SIGNATURE } from './signature.js';
import { STRUCTURE } from './structure.js';
import { SAML_SUBJECT, SUBJECT } from './subject.js';
import { TIME } from './time.js';

export const MUTANTS: readonly Mutant[] = [
  ...[...SIGNATURE, ...HEADER, ...TIME, ...ISSUER, ...AUDIENCE, ...CLIENTS, ...SUBJECT, ...SAML_SUBJECT],
  ...[...RESOURCES, ...ANSWER, ...REPLAY, ...KEYS, ...STRUCTURE, ...REQUEST],
];
