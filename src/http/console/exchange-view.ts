/** What the page of one token request is made from, gathered: names for ids, rules for names, and what is known around it. */
import { findRule, type NamedRule } from '../../authorization/rule-tables.js';
import { curlOf, type Proves } from '../../console/exchange-curl.js';
import {
  type CaseShown,
  type ExchangeModel,
  isIdJag,
  isRefusal,
  type RuleShown,
} from '../../console/exchange-model.js';
import { whyNotAgain } from '../../control/exchange-obstacles.js';
import { edgeCasesOf } from '../../on-purpose/edge-cases.js';
import { endpointBase, type Org, settingsOf } from '../../org.js';
import { isJsonObject } from '../../protocol/json-objects.js';
import { agents } from '../../registry/ai-agent.js';
import { applications } from '../../registry/application.js';
import { authorizationServers } from '../../registry/authorization-server.js';
import { findClient } from '../../registry/client.js';
import type { View } from '../../store/port.js';
import type { ExchangeRecord } from '../../syslog/exchange-log.js';
import { ID_JAG_SECONDS } from '../../tokens/id-jag.js';
import type { ShownToken } from '../../tokens/kept-token.js';
import type { ConsoleCall } from './page.js';

/** What a client is called, and where its page is. */
export function clientNamed(view: View, id: string): ExchangeModel['client'] {
  const agent = view.get(agents, id);
  if (agent) return { name: agent.profile.name, to: `/console/ai-agents/${agent.id}` };
  const app = view.get(applications, id);
  return app && { name: app.label, to: `/console/applications/${app.id}` };
}

/** A rule as it was judged, with what it demands: records live no longer than the process, and so than its rules. */
export function ruleShown({ name, outcome }: ExchangeRecord['rules'][number]): RuleShown {
  return { ...(findRule(name) as NamedRule), outcome };
}

async function casesOf(org: Org, { onPurpose }: ExchangeRecord): Promise<readonly CaseShown[]> {
  const names = onPurpose?.edgeCases ?? [];
  if (names.length === 0) return [];
  const all = await edgeCasesOf(org);
  return names.map((name) => ({ name, differs: all.get(name)?.differs, note: all.get(name)?.note }));
}

/** The name that a token has in its claims. */
function jtiOf(token: ShownToken | null): string | undefined {
  const claims = token === null || token === 'opaque' ? undefined : token.claims;
  return isJsonObject(claims) && typeof claims.jti === 'string' ? claims.jti : undefined;
}

function givenTokens({ answer }: ExchangeRecord): readonly (ShownToken | null)[] {
  return answer === null || isRefusal(answer) ? [] : [answer.tokens.access_token, answer.tokens.id_token];
}

/** The record of the request that gave the token which this one brought. */
function cameFrom({ exchanges }: Org, { assertions }: ExchangeRecord): string | undefined {
  const brought = jtiOf(assertions.subjectToken) ?? jtiOf(assertions.assertion);
  if (brought === undefined) return undefined;
  const all = exchanges.last(Number.POSITIVE_INFINITY);
  return all.find((one) => givenTokens(one).some((token) => jtiOf(token) === brought))?.id;
}

/** The requests that brought the ID-JAG back to a server of this org, and were granted. */
function redeemedBy({ exchanges }: Org, record: ExchangeRecord): readonly string[] {
  const given = isIdJag(record) ? jtiOf(givenTokens(record)[0] as ShownToken) : undefined;
  if (given === undefined) return [];
  const later = exchanges.after(record.id).filter(({ grantType }) => grantType === 'jwt-bearer');
  return later.filter((one) => jtiOf(one.assertions.assertion) === given).map(({ id }) => id);
}

/** Who fetched the key set of the org while the ID-JAG was good, the last first. */
function fetchesAfter({ fetches }: Org, record: ExchangeRecord): ExchangeModel['fetches'] {
  if (!isIdJag(record)) return [];
  const from = Date.parse(record.realTime);
  return fetches.last(Number.POSITIVE_INFINITY, { document: 'jwks', server: 'org' }).filter(({ realTime }) => {
    const at = Date.parse(realTime);
    return at >= from && at <= from + ID_JAG_SECONDS * 1000;
  });
}

/** How the client of the record proves who it is. */
function provesOf(view: View, { assertions, client }: ExchangeRecord): Proves {
  if (assertions.clientAssertion !== null) return 'assertion';
  const proof = client === null ? undefined : findClient(view, client)?.proof;
  if (proof === undefined) return 'unknown';
  if (proof.kind === 'secret') return proof.methods.includes('client_secret_basic') ? 'basic' : 'post';
  return proof.kind === 'none' ? 'none' : 'assertion';
}

export async function exchangeModel({ org, view, at }: ConsoleCall, record: ExchangeRecord): Promise<ExchangeModel> {
  const { server } = record;
  const curl = curlOf({
    ...{ record, issuer: org.issuer, proves: provesOf(view, record) },
    tokenEndpoint: `${endpointBase(org, server)}/v1/token`,
    tryIt: new URL(at('/console/try-it'), org.issuer).href,
  });
  return {
    ...{ at, record, curl },
    server: server === 'org' ? settingsOf(org).name : (view.get(authorizationServers, server)?.name ?? server),
    client: record.client === null ? undefined : (clientNamed(view, record.client) ?? { name: record.client }),
    rules: record.rules.map(ruleShown),
    edgeCases: await casesOf(org, record),
    ...{ cameFrom: cameFrom(org, record), redeemed: redeemedBy(org, record), fetches: fetchesAfter(org, record) },
    notAgain: whyNotAgain(view, record),
  };
}
