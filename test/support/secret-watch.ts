/**
 * Notes every secret that goes over the wire in a test file, in requests and answers, and afterwards looks for traces of
 * them in the System Log, in the exchange records and in the lines said to the terminal.
 */
import type { Test } from 'tap';
import { EXAMPLE, type TestOrg } from './org.js';

const SENT = [
  ...['client_secret', 'client_assertion', 'actor_token', 'subject_token', 'assertion', 'code', 'code_verifier'],
  ...['refresh_token', 'password', 'token', 'sessionToken', 'id_token_hint', 'access_token'],
];
const ANSWERED = ['access_token', 'id_token', 'refresh_token', 'sessionToken'];

/** What of a secret would give it away: not a whole JWT, for a line may have cut it. Short words are no secrets, nor is one letter again and again. */
function traces(secret: string): string[] {
  const parts = secret.split('.');
  const telling = parts.length === 3 && secret.startsWith('ey') ? parts.slice(1) : [secret];
  return telling.map((part) => part.slice(0, 40)).filter((part) => part.length >= 12 && new Set(part).size > 1);
}

function ofForm(text: string): string[] {
  const form = new URLSearchParams(text);
  return SENT.flatMap((name) => form.getAll(name));
}

function ofHeader(authorization: string | null): string[] {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  if (scheme === 'SSWS') return [];
  if (scheme !== 'Basic') return [value];
  return [value, Buffer.from(value, 'base64').toString().split(':')[1] ?? ''];
}

function ofAnswer(text: string, location: string | null): string[] {
  const body = text.startsWith('{') ? JSON.parse(text) : {};
  const query = location === null ? '' : new URL(location, 'http://x').search;
  return [...ANSWERED.map((name) => body[name]).filter((value) => typeof value === 'string'), ...ofForm(query)];
}

export interface SecretWatch {
  /** Asserts that no secret noted so far stands in an event or a line of the orgs. */
  check(t: Test, orgs: readonly TestOrg[]): Promise<void>;
}

/** Watches all requests of this file from here on. */
export function watchSecrets(t: Test): SecretWatch {
  const noted = new Set<string>();
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    const sent = [...ofForm(url.search), ...ofForm(init?.body instanceof URLSearchParams ? String(init.body) : '')];
    const header = ofHeader(new Headers(init?.headers).get('authorization'));
    const response = await real(input, init);
    const answered = ofAnswer(await response.clone().text(), response.headers.get('location'));
    for (const secret of [...sent, ...header, ...answered]) for (const trace of traces(secret)) noted.add(trace);
    return response;
  };
  t.teardown(() => {
    globalThis.fetch = real;
  });
  return {
    async check(t, orgs) {
      t.ok(noted.size > 0, 'something was noted');
      const secrets = [...noted];
      for (const org of orgs) {
        const said = JSON.stringify([await allEvents(org), await allRecords(org), org.lines]);
        t.same(
          secrets.filter((secret) => said.includes(secret)),
          [],
        );
      }
    },
  };
}

async function allRecords(org: TestOrg): Promise<unknown> {
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}` };
  return (await org.fetch('/_mock/exchanges?limit=1000', { headers })).body;
}

async function allEvents(org: TestOrg): Promise<unknown[]> {
  const found: { uuid: string }[] = [];
  for (;;) {
    const after = found.at(-1)?.uuid;
    const page = await org.events(after === undefined ? '' : `after=${after}`);
    if (page.length === 0) return found;
    found.push(...page);
  }
}
