/** The doors of *Testing > Exchanges*: the inbox, one token request, doing it again, and the stream that keeps the page fresh. */
import { isAdminRefusal, notFound, sentencesOf } from '../../admin/change.js';
import { findRule } from '../../authorization/rule-tables.js';
import { exchangePage } from '../../console/exchange.js';
import { exchangeAgainPage } from '../../console/exchange-again.js';
import { exchangePath } from '../../console/exchange-model.js';
import { type ExchangesModel, exchangesPage } from '../../console/exchanges.js';
import type { Option } from '../../console/forms.js';
import { exchangeAgain } from '../../control/exchange-again.js';
import {
  clearExchanges,
  ExchangeChoice,
  ExchangesQuery,
  findExchanges,
  followExchanges,
} from '../../control/exchanges.js';
import type { Form } from '../../protocol/form.js';
import type { ExchangeRecord } from '../../syslog/exchange-log.js';
import { managementError } from '../bodies.js';
import { headerOf, queryOf } from '../calls.js';
import { type Endpoint, type Handler, send } from '../endpoint.js';
import { STREAM_HEADERS, streamTo } from '../exchange-stream.js';
import { clientNamed, exchangeModel, ruleShown } from './exchange-view.js';
import { admission, asked, type ConsoleCall, consolePage } from './page.js';

/** What can be chosen by, as the control API has it. */
const CHOSEN = ['result', 'client', 'user', 'audience', 'rule', 'edgeCase', 'grantType', 'match'] as const;

const LABELS = {
  user: 'User',
  audience: 'Audience',
  rule: 'Rule that refused',
  edgeCase: 'Edge case',
  result: 'Result',
};

/** The most rows, and the most that a field offers. */
const [ROWS, OFFERS] = [50, 40];

function choiceIn(query: Form): Record<string, string> {
  return Object.fromEntries(CHOSEN.flatMap((name) => (query.get(name) ? [[name, query.get(name) as string]] : [])));
}

/** What occurs, each once, as long as it is not too much. */
const each = (values: readonly (string | null)[]) =>
  [...new Set(values)].filter((value) => value !== null).slice(0, OFFERS) as string[];

/** The clients that occur, and the one that is chosen. */
function clientOptions({ view, value }: ConsoleCall, all: readonly ExchangeRecord[]): readonly Option[] {
  const chosen = value('client') || null;
  return each([chosen, ...all.map(({ client }) => client)]).map((id) => ({
    ...{ value: id, label: clientNamed(view, id)?.name ?? id },
  }));
}

function seenIn(call: ConsoleCall, all: readonly ExchangeRecord[]): ExchangesModel['seen'] {
  return {
    clients: clientOptions(call, all),
    users: each(all.map(({ user }) => user)),
    audiences: each(all.map(({ audience }) => audience)),
    rules: each(all.map(({ rule }) => rule)),
    edgeCases: each(all.flatMap(({ onPurpose }) => onPurpose?.edgeCases ?? [])),
    grantTypes: each([call.value('grantType') || null, ...all.map(({ grantType }) => grantType)]),
  };
}

async function showExchanges(call: ConsoleCall) {
  const { org, view, at, value, query } = call;
  const choice = choiceIn(query);
  const wanted = asked(ExchangesQuery, { ...choice, limit: '1000' }, LABELS);
  const outcome = isAdminRefusal(wanted) ? wanted : await findExchanges(org.exchanges, wanted, []);
  const [found, wrong] = isAdminRefusal(outcome) ? [[], sentencesOf(outcome)] : [outcome, []];
  const all = org.exchanges.last(Number.POSITIVE_INFINITY);
  const rows = found.slice(0, ROWS).map((record) => {
    const { id, published, grantType, result, user, audience, rule, reason, onPurpose } = record;
    const client = record.client === null ? undefined : (clientNamed(view, record.client)?.name ?? record.client);
    const demands = rule === null ? undefined : findRule(rule)?.demands;
    return { id, published, grantType, result, user, audience, rule, reason, onPurpose, client, demands };
  });
  return exchangesPage({
    ...{ at, value, issuer: org.issuer, rows, wrong, kept: all.length, others: found.length - rows.length },
    ...{ seen: seenIn(call, all), choice: String(new URLSearchParams(choice)) },
  });
}

const EXCHANGES = consolePage({
  url: '/console/exchanges',
  show: showExchanges,
  acts: {
    clear(call) {
      clearExchanges(call);
      return { to: '/console/exchanges', done: 'exchanges-cleared' };
    },
  },
});

const recordIn = ({ org, param }: ConsoleCall) =>
  org.exchanges.find(param('exchangeId')) ?? notFound(param('exchangeId'), 'Exchange');

async function again(call: ConsoleCall) {
  const record = recordIn(call);
  if (isAdminRefusal(record)) return record;
  const outcome = await exchangeAgain(call, record);
  if (isAdminRefusal(outcome)) return outcome;
  if (outcome.kind === 'exchanged') return { to: exchangePath(outcome.id), done: 'exchanged-again' as const };
  const would =
    outcome.kind === 'minted' ? outcome : { ...outcome, rule: ruleShown({ name: outcome.rule, outcome: 'broken' }) };
  return { page: exchangeAgainPage({ at: call.at, record, again: would }) };
}

const ONE = consolePage({
  url: '/console/exchanges/:exchangeId',
  async show(call) {
    const record = recordIn(call);
    return isAdminRefusal(record) ? record : exchangePage(await exchangeModel(call, record));
  },
  acts: { again },
});

/** Says that there is a new one, and which; the page reads itself anew. */
const follow: Handler = async (request, reply) => {
  const choice = asked(ExchangeChoice, choiceIn(queryOf(request)));
  if (isAdminRefusal(choice)) return send(reply, managementError(choice.refused));
  const after = headerOf(request, 'last-event-id') || undefined;
  const following = followExchanges(request.org.exchanges, { ...choice, after });
  if (isAdminRefusal(following)) return send(reply, managementError(following.refused));
  return reply.headers(STREAM_HEADERS).send(streamTo(request, following, ({ id }) => ({ id })));
};

const EVENTS: Endpoint = {
  ...{ url: '/console/exchanges/events', tag: 'Control', shape: 'page' },
  operations: {
    GET: {
      summary: 'Events',
      access: 'control',
      response: {},
      outOfTurn: true,
      admit: admission,
      handle: follow,
    },
  },
};

export const EXCHANGE_PAGES: readonly Endpoint[] = [EXCHANGES, EVENTS, ONE];
