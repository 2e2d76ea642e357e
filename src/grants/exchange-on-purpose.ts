/**
 * What an exchange comes out as when that was armed, or asked for in its header: another token than it should be, or the
 * right one that meets a fault on its way. Worked out while gathering; whether it can be done is for a rule.
 */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { Fault } from '../edge-cases/faults.js';
import { applying, armedFor } from '../on-purpose/armed.js';
import type { Given } from '../on-purpose/bending.js';
import { bentToken, editedBy, opaqueProblem } from '../on-purpose/bent-token.js';
import { findEdgeCaseList } from '../on-purpose/edge-cases.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { type Fact, known, problem } from '../protocol/rule.js';
import type { AiAgent } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import type { ArmedCase } from '../registry/armed-case.js';
import type { User } from '../registry/user.js';
import type { Change } from '../store/port.js';
import { type IdJagContent, idJagJws } from '../tokens/id-jag.js';
import type { ClientCall } from './call.js';
import type { ExchangeFacts } from './exchange-facts.js';
import { type SingleToken, singleToken } from './single-token.js';

/** What is done to an exchange on purpose. */
export interface OnPurpose {
  /** Names; none where only a fault is armed. */
  readonly edgeCases: readonly string[];
  /** Id of the armed case; undefined: the request asked for it. */
  readonly armed: string | undefined;
  readonly fault: Fault | undefined;
  /** How often the case was applied before. */
  readonly turn: number | undefined;
  /** In place of the ID-JAG. */
  readonly token: string | undefined;
  readonly changes: readonly Change[];
}

/** What an exchange is worked on with: everything about it is known. */
interface Exchange {
  readonly call: ClientCall;
  readonly facts: ExchangeFacts;
  readonly content: IdJagContent;
}

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

interface Made {
  readonly token: string;
  readonly changes: readonly Change[];
}

/** The token as the edge cases make it, with what the org must remember of it. */
function madeBy(rows: readonly EdgeCase[], given: Given, { call, facts, content }: Exchange): Made | Mistake {
  const edited = editedBy(rows);
  if (isMistake(edited)) return edited;
  const { org, view, now } = call;
  const user = facts.user as User;
  const idJag = idJagJws(content);
  const kind = edited.edits.token ?? 'id-jag';
  const { oidc } = facts.caller as Application;
  if (kind !== 'id-jag' && !oidc) return mistake('edgeCases', 'the caller is no OpenID Connect application');
  const issuing = { org, now, server: 'org', client: oidc as NonNullable<typeof oidc> } as const;
  const single: SingleToken =
    kind === 'id-jag'
      ? { unsigned: idJag, server: 'org', clientId: (facts.agent as AiAgent).id, changes: [] }
      : singleToken(kind, issuing, user, SCOPES);
  const { opaque, unsigned, server, clientId, changes } = single;
  if (!unsigned) return opaqueProblem(edited) ?? { token: opaque as string, changes };
  const good = { ...idJag.claims };
  const token = bentToken({ org, view, user, unsigned, server, clientId, good }, edited, given);
  return isMistake(token) ? token : { token, changes };
}

/** The armed case that the exchange meets. */
function armedCaseOf({ call, facts, content }: Exchange): ArmedCase | undefined {
  return armedFor(call.org, call.view, {
    agent: (facts.agent as AiAgent).id,
    client: known(facts.caller)?.id,
    user: (facts.user as User).id,
    audience: content.audience,
    scopes: facts.scopes,
  });
}

/**
 * What is done to the exchange on purpose; a sentence that says why it cannot be; undefined: nothing is.
 * @param content what the ID-JAG would say; undefined where the exchange is refused anyway
 */
export async function gatherOnPurpose(
  call: ClientCall,
  facts: ExchangeFacts,
  content: IdJagContent | undefined,
): Promise<Fact<OnPurpose, string> | undefined> {
  if (!content) return undefined;
  const exchange = { call, facts, content };
  const armed = call.asked.length > 0 ? undefined : armedCaseOf(exchange);
  if (!armed && call.asked.length === 0) return undefined;
  const edgeCases = armed?.edgeCases ?? call.asked;
  const about = { edgeCases, armed: armed?.id, fault: armed?.fault, turn: armed?.applied };
  const counted = armed ? [applying(armed)] : [];
  if (edgeCases.length === 0) return { ...about, token: undefined, changes: counted };
  const rows = await findEdgeCaseList(call.org, edgeCases);
  const made = isMistake(rows) ? rows : madeBy(rows, { given: armed?.given ?? {} }, exchange);
  if (isMistake(made)) return problem(`${made.path}: ${made.mistake}`);
  return { ...about, token: made.token, changes: [...counted, ...made.changes] };
}
