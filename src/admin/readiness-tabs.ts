/**
 * The ticks of an AI agent's page, tab by tab, and the rows behind each: what activation refuses by, and what may be added
 * later.
 */
import {
  ACTIVATION_ROWS,
  AGENT_TABS,
  type AgentParts,
  type AgentTab,
  COMPLETION_ROWS,
} from '../registry/activation.js';

/** `hollow`: something is missing that activation does not need. `red`: it is missing for activation, or advised against. */
export type Tick = 'green' | 'hollow' | 'red';

export interface RowOutcome {
  readonly name: string;
  readonly demands: string;
  readonly outcome: 'holds' | 'broken';
}

export interface TabReadiness {
  readonly tab: AgentTab;
  readonly tick: Tick;
  readonly rows: readonly RowOutcome[];
}

export const holds = (is: boolean) => (is ? 'holds' : 'broken');

function tickOf(required: readonly RowOutcome[], optional: readonly RowOutcome[]): Tick {
  if (required.some(({ outcome }) => outcome === 'broken')) return 'red';
  return optional.some(({ outcome }) => outcome === 'broken') ? 'hollow' : 'green';
}

function tabReadiness(tab: AgentTab, parts: AgentParts): TabReadiness {
  const judged = (rows: typeof ACTIVATION_ROWS) =>
    rows
      .filter((row) => row.tab === tab)
      .map((row) => ({ name: row.name, demands: row.demands, outcome: holds(row.holds(parts)) }) as const);
  const [required, optional] = [judged(ACTIVATION_ROWS), judged(COMPLETION_ROWS)];
  return { tab, tick: tickOf(required, optional), rows: [...required, ...optional] };
}

/** The tab of the connections is no greener than they are. */
function withConnections(tab: TabReadiness, ticks: readonly Tick[]): TabReadiness {
  if (tab.tab !== 'Resource Connections' || tab.tick !== 'green') return tab;
  return { ...tab, tick: (['red', 'hollow'] as const).find((tick) => ticks.includes(tick)) ?? 'green' };
}

/** The tabs in the guide's order. @param connections ticks of the agent's connections */
export function tabsOf(parts: AgentParts, connections: readonly Tick[]): readonly TabReadiness[] {
  return AGENT_TABS.map((tab) => withConnections(tabReadiness(tab, parts), connections));
}
