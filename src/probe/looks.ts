/** What an answer, and what follows from it, is looked at for besides the decision: one function for each word. A table. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import { CHECKS, type Check } from '../edge-cases/situations.js';
import { GRANT_TYPE, ID_JAG_PROFILE } from '../protocol/urns.js';
import { callMcp, resourcesOf, scopesGranted, subjectOf } from './access-token.js';
import type { Bench, Sent } from './bench.js';
import type { Visit } from './canary.js';
import { sendGood } from './redeeming.js';
import type { Looked } from './report.js';
import { type Decision, decisionOf } from './verdict.js';

/** What was seen while the case was played. */
export interface Scene {
  readonly bench: Bench;
  readonly row: EdgeCase;
  readonly sent: Sent;
  readonly decision: Decision;
  /** Of those sent at once with it, and it itself. */
  readonly together: readonly Decision[];
  readonly visits: readonly Visit[];
  /** How often the key set was fetched meanwhile. */
  readonly keyFetches: number;
  /** Whether a good token right after it was granted. */
  readonly nextGranted: boolean;
}

type Seen = Pick<Looked, 'outcome' | 'found'>;
const held = (found: string): Seen => ({ outcome: 'held', found });
const broken = (found: string): Seen => ({ outcome: 'broken', found });
const unseen = (found: string): Seen => ({ outcome: 'not-looked-at', found });
const either = (holds: boolean, good: string, bad: string): Seen => (holds ? held(good) : broken(bad));

type Look = (scene: Scene) => Seen | Promise<Seen>;

const accessTokenOf = ({ sent }: Scene) => String(sent.answer.json?.access_token);
const NO_SCOPES = unseen('Neither answer nor access token says which scopes were granted.');

/** What the claim of the token, or the parameter of the request, says. */
const claimScopes = ({ sent }: Scene) => {
  const claims = sent.exchange.sent.token?.claims as { scope?: unknown } | null | undefined;
  return typeof claims?.scope === 'string' ? claims.scope.split(' ') : [];
};
const askedScopes = ({ sent }: Scene) => sent.form.find(([name]) => name === 'scope')?.[1].split(' ');

const within = (scopes: readonly string[], allowed: readonly string[]) =>
  scopes.filter((one) => !allowed.includes(one));

function notBeyond(scene: Scene, allowed: readonly string[], silent: readonly string[] | undefined): Seen {
  // RFC 6749 "Successful Response": an answer without scope grants what was asked for.
  const granted = scopesGranted(scene.sent.answer) ?? silent;
  if (!granted) return NO_SCOPES;
  const more = within(granted, allowed);
  return either(more.length === 0, `Granted: ${granted.join(' ') || 'none'}.`, `It grants ${more.join(' ')} besides.`);
}

/** A server may have default scopes, so that it is asked for them. */
const asWithout: Look = async ({ bench, sent }) => {
  const granted = scopesGranted(sent.answer);
  if (!granted) return NO_SCOPES;
  const token = await bench.idp.mint({ claims: { remove: ['scope'] } });
  const { answer } = await sendGood(bench, 'one without scope', token);
  const more = within(granted, scopesGranted(answer) ?? []);
  const all = granted.join(' ') || 'none';
  return either(
    more.length === 0,
    `Granted: ${all}, as to a token without scope.`,
    `It grants ${more.join(' ')}, which a token without scope does not get.`,
  );
};

interface Opened {
  readonly status: number;
  readonly open: boolean;
  readonly problem: string | undefined;
}

async function opens(scene: Scene, url: string): Promise<Opened> {
  const { status, problem } = await callMcp(scene.bench, url, accessTokenOf(scene));
  return { status, problem, open: status !== 401 && status !== 403 };
}

const usable: Look = async (scene) => {
  const { mcp } = scene.bench.target;
  if (mcp === undefined) return unseen('Whether the access token opens the MCP server could not be tried: say mcp.');
  if (scene.bench.learnt.guarded === false) {
    return unseen('Whether the access token opens the MCP server cannot be told: it lets in who has none.');
  }
  const { status, open, problem } = await opens(scene, mcp);
  if (problem !== undefined) return unseen(`The MCP server could not be asked with the access token: ${problem}`);
  return either(
    open && status < 500,
    `The MCP server answers it with ${status}.`,
    `The MCP server answers the access token with ${status}.`,
  );
};

const restricted: Look = async (scene) => {
  const { siblingResource } = scene.bench.options;
  if (siblingResource === undefined) return unseen('It could not be tried at another MCP server: say siblingResource.');
  const { status, open, problem } = await opens(scene, siblingResource);
  if (problem !== undefined) return unseen(`The other MCP server could not be asked: ${problem}`);
  return either(!open, `The other MCP server answers ${status}.`, `The other MCP server lets it in (${status}).`);
};

const subject: (same: boolean) => Look = (same) => async (scene) => {
  const { learnt } = scene.bench;
  const found = await subjectOf(scene.bench, accessTokenOf(scene));
  if (found === undefined || learnt.subject === undefined) {
    return unseen('For whom the access token stands cannot be told: say whoami.');
  }
  const other = same
    ? `It stands for ${found}, and not for ${learnt.subject}.`
    : `It stands for ${found}, the user of the good token.`;
  return either((found === learnt.subject) === same, `It stands for ${found}.`, other);
};

const OF_OTHERS = 'https://mcp.other-ras.example';

const NO_RESOURCES = unseen('Neither answer nor access token says for which resource it is.');

const noForeign: Look = ({ sent }) => {
  const resources = resourcesOf(sent.answer);
  if (!resources) return NO_RESOURCES;
  const foreign = resources.filter((one) => one.startsWith(OF_OTHERS));
  return either(foreign.length === 0, `It is for ${resources.join(' ')}.`, `It is for ${foreign.join(' ')}, too.`);
};

const withinClaim: Look = ({ sent, bench }) => {
  const resources = resourcesOf(sent.answer);
  if (!resources) return NO_RESOURCES;
  const second = bench.given.secondResource;
  if (second === undefined)
    return unseen('Which resource the claim does not name, only you know: say given.secondResource.');
  return either(
    !resources.includes(second),
    `It is for ${resources.join(' ')}.`,
    `It is for ${second}, which the claim does not name.`,
  );
};

/** A token as short as that may stand in any text. */
const SHORTEST_TOKEN = 10;

const leak: Look = ({ sent, bench }) => {
  const { text } = sent.answer;
  const trusted = [bench.idp.issuer, bench.given.otherIssuer].filter((one) => one !== undefined && text.includes(one));
  if (sent.token.length >= SHORTEST_TOKEN && text.includes(sent.token)) return broken('The error repeats the token.');
  return either(
    trusted.length === 0,
    'The error gives nothing away.',
    `The error says that ${trusted.join(' and ')} is trusted.`,
  );
};

const cors: Look = ({ sent: { answer } }) => {
  const origin = answer.headers['access-control-allow-origin'];
  const withCredentials = answer.headers['access-control-allow-credentials'] === 'true' && origin !== undefined;
  return either(
    !withCredentials,
    'A foreign page cannot read it with credentials.',
    `It lets ${origin} read it with credentials.`,
  );
};

const attacker: Look = ({ visits, bench, row }) => {
  const url = JSON.stringify([row.header, row.claims, row.request]);
  if (url.includes('{internalUrl') && !bench.canary.internal) {
    return unseen('Whether it asked that address cannot be seen: the canary has no address of the inside.');
  }
  const came = visits.map(({ method, path, userAgent }) => `${method} ${path} (${userAgent})`);
  return either(came.length === 0, 'It asked nothing of that address.', `It asked that address: ${came.join(', ')}.`);
};

const metadataList = ({ bench }: Scene, name: string) => {
  const value = bench.target.metadata?.[name];
  return Array.isArray(value) ? value.map(String) : [];
};
const PROFILES = 'authorization_grant_profiles_supported';
const listsProfile = (scene: Scene) => metadataList(scene, PROFILES).includes(ID_JAG_PROFILE);
const listsGrant = (scene: Scene) => metadataList(scene, 'grant_types_supported').includes(GRANT_TYPE.jwtBearer);

/** A look at the metadata, where there are any. */
const ofMetadata =
  (look: Look): Look =>
  (scene) =>
    scene.bench.target.metadata ? look(scene) : unseen('The metadata of the server were not found; say issuer or mcp.');

const LONGEST_LIFETIME = 86_400;

/** Looks that are of a token that was granted; without one there is nothing to look at. */
const OF_GRANTED: Partial<Record<Check, Look>> = {
  'token-usable': usable,
  'token-restricted-to-resource': restricted,
  'scope-reported': ({ sent }) =>
    either(
      typeof sent.answer.json?.scope === 'string',
      `It says: ${String(sent.answer.json?.scope)}.`,
      'It does not say which scopes it granted.',
    ),
  'scope-not-widened': (scene) => notBeyond(scene, claimScopes(scene), askedScopes(scene)),
  'scope-as-without': asWithout,
  'scope-within-request': (scene) => notBeyond(scene, askedScopes(scene) ?? [], askedScopes(scene)),
  'scope-without-privilege': (scene) => {
    const privileged = scene.bench.given.privilegedScope;
    if (privileged === undefined) return unseen('Which scope is privileged, only you know: say given.privilegedScope.');
    const granted = scopesGranted(scene.sent.answer) ?? claimScopes(scene);
    return either(!granted.includes(privileged), `Granted: ${granted.join(' ')}.`, `It grants ${privileged}.`);
  },
  'no-refresh-token': ({ sent }) =>
    either(sent.answer.json?.refresh_token === undefined, 'The answer has none.', 'The answer has a refresh token.'),
  'not-cacheable': ({ sent: { answer } }) =>
    either(
      /no-store/i.test(answer.headers['cache-control'] ?? ''),
      'The answer has Cache-Control: no-store.',
      'The answer lacks Cache-Control: no-store.',
    ),
  'short-lifetime': ({ sent: { answer } }) => {
    const seconds = answer.json?.expires_in;
    if (typeof seconds !== 'number') return unseen('The answer does not say how long the access token lives.');
    return either(
      seconds <= LONGEST_LIFETIME,
      `It lives ${seconds} s.`,
      `It lives ${seconds} s, which is more than a day.`,
    );
  },
  'details-reported': ({ sent }) =>
    either(
      Array.isArray(sent.answer.json?.authorization_details),
      'The answer has them.',
      'The answer does not say which authorization_details it granted.',
    ),
  'subject-is-the-users': subject(true),
  'subject-is-another-user': subject(false),
  'no-foreign-resource': noForeign,
  'scope-within-details': () => unseen('Which scopes go beyond the details, only you know.'),
  'resource-within-claim': withinClaim,
  'bound-to-key': ({ sent }) =>
    either(
      String(sent.answer.json?.token_type).toLowerCase() === 'dpop',
      'Its token_type is DPoP.',
      `Its token_type is ${String(sent.answer.json?.token_type)}: it is not bound to the key.`,
    ),
};

/** Looks that any answer is good for. */
const OF_ANY: Partial<Record<Check, Look>> = {
  'no-detail-leaked': leak,
  'next-good-one-accepted': ({ nextGranted }) =>
    either(nextGranted, 'A good token right after it was granted.', 'A good token right after it was refused.'),
  'at-most-one-ok': ({ together }) => {
    const granted = together.filter(({ kind }) => kind === 'granted').length;
    return either(granted === 1, 'One of them was granted.', `${granted} of the ${together.length} were granted.`);
  },
  'no-request-to-attacker': attacker,
  'one-key-fetch': ({ keyFetches }) => {
    const found = `It fetched the key set ${keyFetches} times.`;
    return either(keyFetches <= 1, found, found);
  },
  'no-credentialed-cors': cors,
  'lists-profile': ofMetadata((scene) =>
    either(
      listsProfile(scene),
      'The metadata list the profile.',
      `The metadata lack the ID-JAG profile in ${PROFILES}.`,
    ),
  ),
  'lists-grant-with-profile': ofMetadata((scene) =>
    either(
      !listsProfile(scene) || listsGrant(scene),
      'The metadata list profile and grant alike, or neither.',
      'The metadata list the profile, but not jwt-bearer in grant_types_supported.',
    ),
  ),
  'names-itself': ofMetadata(({ bench: { target } }) => {
    const named = String(target.metadata?.issuer);
    return either(
      named === target.askedIssuer,
      `They name ${named}.`,
      `They name ${named}, and stand at ${target.askedIssuer}.`,
    );
  }),
  'resource-names-itself': ({ bench: { target } }) => {
    const { mcp, namedResource } = target;
    if (namedResource === undefined) return unseen('The metadata of the MCP server are not known; say mcp.');
    return either(
      namedResource === mcp,
      `They name ${mcp}.`,
      `They name ${namedResource}, and the MCP server is ${mcp}.`,
    );
  },
  'hides-issuers': ofMetadata(({ bench }) => {
    const text = JSON.stringify(bench.target.metadata);
    return either(
      !text.includes(bench.idp.issuer),
      'The metadata name no trusted issuer.',
      'The metadata name the issuer of the probe as trusted.',
    );
  }),
  'challenge-sent': ({ sent: { answer, exchange } }) => {
    const basic = Object.keys(exchange.sent.headers).includes('authorization');
    if (!basic || answer.status !== 401) return held('No Basic credentials were refused with 401: none is due.');
    return either(
      answer.headers['www-authenticate'] !== undefined,
      'The answer has it.',
      'The 401 to Basic credentials lacks WWW-Authenticate.',
    );
  },
  'nonce-sent': ({ sent: { answer } }) =>
    either(
      answer.headers['dpop-nonce'] !== undefined,
      'The answer has it.',
      'The answer lacks the DPoP-Nonce to go on with.',
    ),
};

/** All that the row asks to be looked at, in its order. */
export async function lookAt(scene: Scene): Promise<readonly Looked[]> {
  const all: Looked[] = [];
  for (const check of scene.row.checks ?? []) {
    const look = OF_ANY[check] ?? (decisionOf(scene.sent.answer).kind === 'granted' ? OF_GRANTED[check] : undefined);
    if (look) all.push({ check, demands: CHECKS[check], ...(await look(scene)) });
  }
  return all;
}
