/**
 * Who may use the control API, the routes below `/_mock` but for health: who has an API token of the org, or sits at this
 * very machine. A page that somebody's browser shows does not, even if its name leads here (DNS rebinding).
 */
import type { FastifyRequest } from 'fastify';
import type { ManagementError } from '../protocol/management-errors.js';
import type { ApiToken } from '../registry/api-token.js';
import { type Party, UNKNOWN_PARTY } from '../syslog/event.js';
import { findTokenOfEither, partyOfToken } from './api-access.js';
import { type ErrorAnswer, managementError } from './bodies.js';
import type { Operation } from './endpoint.js';

export interface ControlFacts {
  readonly token: 'known' | 'unknown' | 'none';
  /** The token is of an administrator who only reads. */
  readonly readOnly: boolean;
  /** The answer holds secrets, or the request changes something. */
  readonly powerful: boolean;
  /** IP address of whoever holds the other end of the connection. */
  readonly peer: string;
  /** The Host header's name and port, as sent. */
  readonly host: string;
  /** Somebody passed the request on: the peer is not who asks. */
  readonly forwarded: boolean;
  /** `Origin` of a browser's request. */
  readonly origin: string | undefined;
  /** The origins that this server has: for who asks, and the issuer's. */
  readonly ownOrigins: readonly string[];
}

interface ControlRule {
  readonly name: string;
  readonly demands: string;
  readonly holds: (facts: ControlFacts) => boolean;
  readonly error: ManagementError;
}

/** In the order in which refusals win. */
export const CONTROL_RULES: readonly ControlRule[] = [
  {
    name: 'control-origin-own',
    demands: 'A request that a browser sends for a page comes from a page of this server.',
    holds: (f) => f.origin === undefined || f.ownOrigins.includes(f.origin),
    error: 'E0000006',
  },
  {
    name: 'control-token-right',
    demands: 'An API token that is sent is one of the org, wherever the request comes from.',
    holds: (f) => f.token !== 'unknown',
    error: 'E0000011',
  },
  {
    name: 'control-token-or-loopback',
    demands:
      'The request carries an API token, or comes from this machine, to this machine by name, and by nobody else.',
    holds: (f) => f.token === 'known' || (isLoopback(f.peer) && isLoopback(nameOf(f.host)) && !f.forwarded),
    error: 'E0000011',
  },
  {
    name: 'control-role-allows',
    demands: 'An API token of a READ_ONLY_ADMIN does not change anything, and does not read secrets.',
    holds: (f) => !f.powerful || !f.readOnly,
    error: 'E0000006',
  },
];

const nameOf = (host: string) => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** 127.0.0.0/8, ::1, the first written as IPv6, and the one name that is always this machine. */
function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Headers by which a proxy says that it passes a request on. One that says nothing cannot be noticed. */
const FORWARDING = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/** A token of the main org is one of every org: whoever has it may delete them. */
function tokenFacts(found: ApiToken | undefined, authorization: string | undefined) {
  if (authorization === undefined) return { token: 'none', readOnly: false } as const;
  return { token: found ? 'known' : 'unknown', readOnly: found?.role === 'READ_ONLY_ADMIN' } as const;
}

/** The origins of pages of this server: as it is asked, and as it is known. */
export function ownOrigins({ protocol, host, org }: FastifyRequest): readonly string[] {
  return [`${protocol}://${host}`, new URL(org.issuer).origin];
}

function gather(request: FastifyRequest, powerful: boolean, authorization: string | undefined) {
  const { headers, ip, host } = request;
  const apiToken = findTokenOfEither(request, authorization);
  return {
    apiToken,
    ...tokenFacts(apiToken, authorization),
    powerful,
    peer: ip,
    host,
    forwarded: Object.keys(headers).some((name) => FORWARDING.test(name)),
    origin: headers.origin,
    ownOrigins: ownOrigins(request),
  };
}

/** In the log, who needs no token. */
const WHO_SITS_HERE: Party = { ...UNKNOWN_PARTY, id: 'loopback', type: 'SystemPrincipal', displayName: 'this machine' };

/**
 * Why a request may not use the control API; undefined: it may, and who it is stands in it.
 * @param powerful the answer holds secrets, or the request changes something
 * @param authorization what the request says in its header of that name, or in the one that takes its place
 */
export function controlRefusal(
  request: FastifyRequest,
  powerful: boolean,
  authorization: string | undefined,
): ErrorAnswer | undefined {
  const { apiToken, ...facts } = gather(request, powerful, authorization);
  const refused = CONTROL_RULES.find((rule) => !rule.holds(facts));
  if (refused) return managementError(refused.error);
  request.actor = apiToken ? partyOfToken(apiToken) : WHO_SITS_HERE;
  return undefined;
}

/**
 * The access of an operation of the control API, and the question that is put before its body is read.
 * @param powerful the answer holds secrets, or the request changes something
 */
export function controlAccess(powerful = false): Required<Pick<Operation, 'access' | 'admit'>> {
  return {
    access: 'control',
    admit: async (request) => controlRefusal(request, powerful, request.headers.authorization),
  };
}
