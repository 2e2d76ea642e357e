/**
 * Starts the example resource application by hand, to be probed or called:
 *
 *     npx tsx examples/resource-app/start.ts --trust http://127.0.0.1:8080 --port 9000
 *
 * It prints its addresses and its client as a line of JSON, and stops with Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { openPort, startResourceApp } from './resource-app.js';

const { values } = parseArgs({
  options: {
    trust: { type: 'string', default: 'http://127.0.0.1:8080' },
    port: { type: 'string', default: '9000' },
    // The one user whom it knows; the one of the probe by default.
    user: { type: 'string', default: '00uProbe000000000001' },
    'client-id': { type: 'string', default: 'claude' },
    'client-secret': { type: 'string', default: 'secret-for-testing-only' },
  },
});

const place = await openPort(Number(values.port));
const client = { clientId: values['client-id'], clientSecret: values['client-secret'] };
const users = [{ iss: values.trust, sub: values.user }];
const app = await startResourceApp({ place, trustedIssuer: values.trust, users, ...client });
console.log(JSON.stringify({ issuer: app.issuer, mcp: app.mcpUrl, tokenEndpoint: app.tokenEndpoint, ...client }));
