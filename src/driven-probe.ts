/**
 * The probe put together, whatever org it drives: finds the server, has the org opened, opens the canary, and hands all of it
 * to `probe/running.ts`. Who wants one that brings its own org along comes in by `probing.ts`.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type * as z from 'zod';
import { edgeCaseLibrary, readEdgeCaseFiles } from './edge-case-library.js';
import type { EdgeCase } from './edge-cases/edge-case.js';
import { dayOf } from './probe/baseline.js';
import { type Bench, NOTHING_LEARNT, type Target } from './probe/bench.js';
import { openCanary } from './probe/canary.js';
import { awaitDiscovery } from './probe/discovery.js';
import { type GivenIdp, idpBehind } from './probe/idp.js';
import { ProbeOptions, type ProbeOptionsInput } from './probe/options.js';
import { planOf } from './probe/plan.js';
import type { Report, Result } from './probe/report.js';
import { type Begun, run } from './probe/running.js';
import { selected, unknownNames } from './probe/selection.js';
import { type Asked, makeWire, type Wire } from './probe/wire.js';
import { issueSentences } from './protocol/issues.js';
import { EDGE_CASE_FOLDER, version } from './shipped.js';
import { newProofKey, thumbprintOf } from './tokens/bend/client-proofs.js';
import { publishedFor } from './tokens/bend/edge-case-keys.js';

/** The probe cannot begin; the message says why, and what to do. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
}

/** @throws {ProbeFailure} with the path of each bad value */
export function checkedOptions(input: ProbeOptionsInput): ProbeOptions {
  const parsed = (ProbeOptions as z.ZodType<ProbeOptions>).safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ProbeFailure(issueSentences(parsed.error).join('. '));
}

/** Hosts that the user named. */
function namedHosts(options: ProbeOptions): string[] {
  const { tokenEndpoint, issuer, mcp, siblingResource, otherRas, otherNode, loginCallback, whoami, allowHosts } =
    options;
  const urls = [tokenEndpoint, issuer, mcp, siblingResource, otherRas, otherNode, loginCallback, whoami?.url];
  const plain = tokenEndpoint?.replace(/^https:/, 'http:');
  return [...[...urls, plain].flatMap((url) => (url === undefined ? [] : [new URL(url).host])), ...allowHosts];
}

/** The org that is driven, while it is. */
export interface OpenIdp extends GivenIdp {
  close(): Promise<void>;
}

/** Opens the org that a probe of that server drives. */
export type OpensIdp = (options: ProbeOptions, target: Target) => Promise<OpenIdp>;

/** A second identity provider, while it is there. */
interface OtherIssuer {
  readonly issuer: string | undefined;
  close(): Promise<void>;
}

/** A second identity provider, where the server trusts one: an org beside the first, which signs with the key of the other. */
async function openOtherIssuer({ conditions, given }: ProbeOptions, { ask }: OpenIdp): Promise<OtherIssuer> {
  if (given.otherIssuer !== undefined || !conditions['several-issuers']) {
    return { issuer: given.otherIssuer, close: async () => undefined };
  }
  const { issuer } = (await ask('POST', '/_mock/orgs', { id: 'second', ttl: null })) as { issuer: string };
  await ask('POST', '/orgs/second/_mock/keys/publish', { signers: ['other-issuer'] });
  return { issuer, close: async () => void (await ask('DELETE', '/_mock/orgs/second')) };
}

/** What the cases may name: what the user gave, and what follows from other things that the user said. */
function givenFor(options: ProbeOptions, more: Bench['given']): Bench['given'] {
  const { otherUser, otherClients, client } = options;
  return {
    ...{ otherSubject: otherUser?.sub, otherEmail: otherUser?.email, clientSecret: client.secret },
    ...{ otherClientId: otherClients.other?.id, publicClientId: otherClients.public?.id },
    ...{ disabledClientId: otherClients.disabled?.id, grantlessClientId: otherClients['without-grant']?.id },
    cimdClientId: otherClients.cimd?.id,
    ...more,
    ...Object.fromEntries(Object.entries(options.given).filter(([, value]) => value !== undefined)),
  };
}

/** Runs the command that starts the server anew, through the shell of the user. */
function restarter({ restartCommand, timeout }: ProbeOptions): Bench['restart'] {
  if (restartCommand === undefined) return undefined;
  return async () => {
    await promisify(execFile)('/bin/sh', ['-c', restartCommand], { timeout: Math.max(60_000, timeout) });
  };
}

/** All that is open while a probe runs. */
interface Opened {
  readonly begun: Begun;
  close(): Promise<void>;
}

async function library() {
  const edgeCases = await edgeCaseLibrary(readEdgeCaseFiles(EDGE_CASE_FOLDER));
  return { rows: await edgeCases.rows(), keys: edgeCases.keys() };
}

/** @throws {ProbeFailure} when a case is asked for that there is not */
function checkNames(rows: ReadonlyMap<string, EdgeCase>, options: ProbeOptions): void {
  const [unknown] = unknownNames(rows, options);
  if (unknown) throw new ProbeFailure(`There is no case ${unknown}; docs/edge-cases.md lists them.`);
}

async function opened(options: ProbeOptions, wire: Wire, openIdp: OpensIdp): Promise<Opened> {
  const began = new Date();
  const { rows, keys: edgeKeys } = await library();
  checkNames(rows, options);
  const { target, steps, guarded } = await awaitDiscovery(wire, options);
  const idp = await openIdp(options, target);
  const { host, canaryHost = host, canaryUrl } = options.idp;
  const attacker = publishedFor('attacker', edgeKeys) as object;
  const other = await openOtherIssuer(options, idp).catch(async (error) => {
    await idp.close();
    throw error;
  });
  const canary = await openCanary(canaryHost, attacker, canaryUrl);
  const proofKey = newProofKey();
  const known = givenFor(options, {
    ...{
      attackerUrl: canary.url,
      thumbprint: thumbprintOf(proofKey),
      tokenEndpoint: target.tokenEndpoint,
      otherIssuer: other.issuer,
    },
    ...(canary.internal && { internalUrl: `${canary.url}/latest/meta-data` }),
  });
  const about = {
    ...{ audience: target.issuer, clientId: options.client.id, resource: target.resource, scope: target.scope },
    ...{ user: options.user.sub, agent: options.idp.agent },
  };
  const bench: Bench = {
    ...{ options, target, canary, wire, edgeKeys, proofKey, given: known },
    idp: idpBehind(idp.ask, idp.issuer, about),
    learnt: { ...NOTHING_LEARNT, guarded },
    restart: restarter(options),
  };
  return {
    begun: { bench, rows, discovered: steps, version: version(), began },
    async close() {
      await other.close();
      await Promise.all([canary.close(), idp.close()]);
    },
  };
}

/**
 * What a probe of these options would do; nothing is sent.
 * @throws {ProbeFailure} when they cannot be used
 */
export async function probePlan(input: ProbeOptionsInput): Promise<string> {
  const options = checkedOptions(input);
  const { rows } = await library();
  checkNames(rows, options);
  const { tokenEndpoint = '', issuer = '', mcp, resource, scope } = options;
  const documents = { metadata: undefined, metadataUrl: undefined, askedIssuer: issuer, namedResource: undefined };
  const known = {
    ...{ options, target: { issuer, tokenEndpoint, mcp, resource, scope, ...documents }, restart: restarter(options) },
    given: givenFor(options, { attackerUrl: '', thumbprint: '', tokenEndpoint, internalUrl: '' }),
    learnt: NOTHING_LEARNT,
  };
  return planOf(selected(rows.values(), options, dayOf(new Date())), known, namedHosts(options));
}

/** A probe that runs: its results as they come, and the report in the end. */
export interface Probing extends AsyncIterable<Result> {
  /** Resolves when all results were there; runs the rest if nobody iterates. */
  report(): Promise<Report>;
  /** Has it end at once, whatever it waits for; who iterates is told by an error, once the org is as it was. */
  stop(): void;
}

async function* probed(
  options: ProbeOptions,
  wire: Wire,
  heard: ((begun: Begun) => void) | undefined,
  openIdp: OpensIdp,
): AsyncGenerator<Result, Report> {
  let all: Opened | undefined;
  try {
    all = await opened(options, wire, openIdp);
    heard?.(all.begun);
    return yield* run(all.begun);
  } finally {
    await all?.close();
    wire.close();
  }
}

/**
 * Probes a resource authorization server: fires the edge cases at it and judges what it does.
 * @param input what `probe.json` has
 * @param heard told of the server and the setup before anything is fired
 * @param openIdp opens the org that it drives
 * @param more headers that every request to the server has besides
 * @throws {ProbeFailure} when the options cannot be used; what goes wrong later, when it is iterated
 */
export function drivenProbe(
  input: ProbeOptionsInput,
  heard: ((begun: Begun) => void) | undefined,
  openIdp: OpensIdp,
  more: Asked['headers'] = [],
): Probing {
  const options = checkedOptions(input);
  const wire = makeWire(namedHosts(options), options.timeout, options.rate, more);
  const generator = probed(options, wire, heard, openIdp);
  let report: Report | undefined;
  const next = async () => {
    const step = await generator.next();
    if (step.done) report = step.value;
    return step;
  };
  return {
    stop: () => wire.close(),
    [Symbol.asyncIterator]: () => ({
      async next() {
        const step = await next();
        return step.done ? { done: true, value: undefined } : step;
      },
      return: async () => {
        await generator.return(undefined as never);
        return { done: true, value: undefined };
      },
    }),
    async report() {
      while (report === undefined) {
        const { done } = await next();
        if (done && report === undefined) throw new ProbeFailure('The probe was stopped before its report.');
      }
      return report;
    },
  };
}
