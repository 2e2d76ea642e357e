/**
 * What `cloudflare:workers` is on Node: the one class that `@cloudflare/workers-oauth-provider` takes from it, and a hook
 * by which the import finds it. Import this file first, the provider afterwards and dynamically.
 */
import { register } from 'node:module';

const source = 'export class WorkerEntrypoint { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }';

const hooks = `
  export async function resolve(specifier, context, next) {
    if (specifier !== 'cloudflare:workers') return next(specifier, context);
    return { url: 'data:text/javascript,' + encodeURIComponent(${JSON.stringify(source)}), shortCircuit: true };
  }
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
