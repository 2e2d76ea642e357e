/**
 * Who may use the control API, the routes below `/_mock` but for health and the OpenAPI document: who has an API token of
 * the org, or sits at this very machine. A page that somebody's browser shows does not, even if its name leads here (DNS
 * rebinding).
 */
import type { FastifyRequest } from 'fastify';
import type { Org } from '../org.js';
import type { ManagementError } from '../protocol/management-errors.js';
import { findApiToken } from './api-access.js';
import { type ErrorAnswer, managementError } from './bodies.js';

export interface ControlFacts {
  readonly token: 'known' | 'unknown' | 'none';
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
];

const nameOf = (host: string) => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** 127.0.0.0/8, ::1, the first written as IPv6, and the one name that is always this machine. */
function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Headers by which a proxy says that it passes a request on. One that says nothing cannot be noticed. */
const FORWARDING = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

function tokenFact(org: Org, authorization: string | undefined): ControlFacts['token'] {
  if (authorization === undefined) return 'none';
  return findApiToken(org, authorization) === undefined ? 'unknown' : 'known';
}

function gather(org: Org, { headers, ip, host, protocol }: FastifyRequest): ControlFacts {
  return {
    token: tokenFact(org, headers.authorization),
    peer: ip,
    host,
    forwarded: Object.keys(headers).some((name) => FORWARDING.test(name)),
    origin: headers.origin,
    ownOrigins: [`${protocol}://${host}`, org.issuer],
  };
}

/** Why the request may not use the control API, or undefined when the rules hold. */
export async function admitToControl(org: Org, request: FastifyRequest): Promise<ErrorAnswer | undefined> {
  const facts = gather(org, request);
  const refused = CONTROL_RULES.find((rule) => !rule.holds(facts));
  return refused && managementError(refused.error);
}
