/** The agent's side of linked activation, which finds the app it was registered with. */
import t from 'tap';
import { statusChange, withItsApp } from '../../src/admin/linked-activation.js';
import type { AiAgent } from '../../src/registry/ai-agent.js';
import { agents } from '../../src/registry/ai-agent.js';
import { startOpenOrg } from '../support/open-org.js';
import { EXAMPLE } from '../support/org.js';

const NOW = '2026-01-01T00:00:00.000Z';

t.test('an agent takes its app along, and one without an app goes alone', async (t) => {
  const { org, close } = await startOpenOrg();
  t.teardown(close);
  const view = org.store.view();
  const agent = (id: string) => view.get(agents, id) as AiAgent;
  const changed = (id: string) => {
    const { changes, events } = statusChange(withItsApp(view, agent(id)), 'INACTIVE', NOW);
    t.ok(changes.every((one) => one.kind === 'replace' && (one.record as AiAgent).status === 'INACTIVE'));
    return events.map(({ eventType }) => eventType);
  };
  t.strictSame(changed(EXAMPLE.linkedAgentId), [
    ...['application.lifecycle.deactivate', 'workload_principal.ai_agent.deactivate'],
  ]);
  t.strictSame(changed(EXAMPLE.agentId), ['workload_principal.ai_agent.deactivate']);
  t.strictSame(statusChange(withItsApp(view, agent(EXAMPLE.linkedAgentId)), 'ACTIVE', NOW), {
    changes: [],
    events: [],
  });
});
