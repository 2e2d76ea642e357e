/** The configuration: flags, environment variables, and the sentences for what is wrong with them. */
import t from 'tap';
import { helpText, readConfig } from '../src/config.js';

t.test('defaults', async (t) => {
  t.strictSame(readConfig([], {}), {
    command: 'serve',
    settings: {
      ...{ host: '127.0.0.1', port: 8080, store: 'file:data/store.json', reset: false, logLevel: 'info' },
      ...{ noControl: false, maxOrgs: 500 },
    },
  });
  t.strictSame(readConfig(['serve'], {}), readConfig([], {}));
  t.match(readConfig(['health', '--port', '81'], {}), { command: 'health', settings: { port: 81 } });
});

t.test('every flag has a variable, and the flag wins', async (t) => {
  const flags = ['--host', '::1', '--port', '0', '--issuer', 'https://okta.example', '--org', 'o.json', '--store'];
  const more = [
    'memory:',
    '--reset',
    '--api-token',
    'a-token-of-sixteen',
    '--tls-cert',
    'c',
    '--tls-key',
    'k',
    '--control-port',
    '0',
  ];
  const settings = {
    ...{ host: '::1', port: 0, issuer: 'https://okta.example', org: 'o.json', store: 'memory:', reset: true },
    ...{ apiToken: 'a-token-of-sixteen', tlsCert: 'c', tlsKey: 'k', logLevel: 'debug' },
    ...{ controlPort: 0, noControl: false, maxOrgs: 7 },
  };
  t.strictSame(readConfig([...flags, ...more, '--log-level', 'debug', '--max-orgs', '7'], {}), {
    command: 'serve',
    settings,
  });
  const env = {
    ...{ XAA_HOST: '::1', XAA_PORT: '0', XAA_ISSUER: 'https://okta.example', XAA_ORG: 'o.json', XAA_STORE: 'memory:' },
    ...{ XAA_RESET: 'true', XAA_API_TOKEN: 'a-token-of-sixteen', XAA_TLS_CERT: 'c', XAA_TLS_KEY: 'k' },
    ...{ XAA_LOG_LEVEL: 'debug', XAA_CONTROL_PORT: '0', XAA_MAX_ORGS: '7', PATH: '/bin' },
  };
  t.strictSame(readConfig([], env), { command: 'serve', settings });
  t.match(readConfig(['--port', '1'], env), { settings: { port: 1 } });
  t.match(readConfig([], { XAA_PORT: '' }), { settings: { port: 8080 } }, 'an empty variable is none');
});

const MISTAKES: Record<string, { argv?: string[]; env?: Record<string, string>; says: RegExp }> = {
  'unknown flag': { argv: ['--prot', '1'], says: /'--prot'.*--help/ },
  'unknown variable': { env: { XAA_PROT: '1' }, says: /XAA_PROT is not known.*--help/ },
  'unknown variable beside an unknown flag': { argv: ['--x'], env: { XAA_PROT: '1' }, says: /XAA_PROT/ },
  'port that is no number': { argv: ['--port', 'http'], says: /^--port \(or XAA_PORT\) is not a number\.$/ },
  'port too high': { argv: ['--port', '65536'], says: /--port .* is above 65535/ },
  'port below zero': { argv: ['--port=-1'], says: /--port .* is below 0/ },
  'half a port': { argv: ['--port', '80.5'], says: /not a whole number/ },
  'issuer with a path': {
    argv: ['--issuer', 'https://a.example/'],
    says: /^--issuer .*origin in its plain form/,
  },
  'issuer of another scheme': { env: { XAA_ISSUER: 'ftp://a.example' }, says: /XAA_ISSUER.*http/ },
  'issuer with a user in it': { argv: ['--issuer', 'https://u:p@a.example'], says: /origin in its plain form/ },
  'empty org': { argv: ['--org', ''], says: /^--org \(or XAA_ORG\) is empty\.$/ },
  'short API token': { argv: ['--api-token', 'short'], says: /--api-token .*16 characters/ },
  'unknown log level': { argv: ['--log-level', 'loud'], says: /--log-level .*silent, info, debug/ },
  'reset that is neither': { env: { XAA_RESET: 'perhaps' }, says: /--reset .*neither true nor false/ },
  'a port for no control API': {
    argv: ['--control-port', '0', '--no-control'],
    says: /^--control-port and --no-control contradict each other: give one\.$/,
  },
  'too many orgs': { argv: ['--max-orgs', '100001'], says: /--max-orgs .* is above 100000/ },
  'certificate without key': { argv: ['--tls-cert', 'c'], says: /--tls-cert and --tls-key go together/ },
  'flag without its value': { argv: ['--port'], says: /--port.*--help/ },
  'unknown command': { argv: ['dance'], says: /"dance" is not a command/ },
  'a token in place of a command': { argv: ['eyJhbGciOiJub25lIn0.e30.'], says: /^What stands there is not a command/ },
  'a flag that counts once, twice': {
    argv: ['--port', '1', '--port', '2'],
    says: /^--port stands 2 times, and counts once/,
  },
  'a switch twice': { argv: ['--reset', '--reset'], says: /^--reset stands 2 times/ },
  'a flag of a command, twice': { argv: ['mint', '--scope', 'a', '--scope', 'b'], says: /^--scope stands 2 times/ },
  'two commands': { argv: ['serve', 'health'], says: /^serve takes nothing but flags\. See --help\.$/ },
};

for (const [what, { argv = [], env = {}, says }] of Object.entries(MISTAKES)) {
  t.test(what, async (t) => {
    t.throws(() => readConfig(argv, env), { name: 'ConfigError', message: says });
  });
}

t.test('several mistakes are told at once', async (t) => {
  t.throws(() => readConfig(['--port', 'x', '--log-level', 'y'], {}), { message: /--port.*--log-level/ });
});

t.test('help and version', async (t) => {
  t.strictSame(readConfig(['--help'], {}), { command: 'help' });
  t.strictSame(readConfig(['-v'], {}), { command: 'version' });
  for (const word of ['testing only', '--host', 'XAA_API_TOKEN', '--tls-key', 'health']) t.match(helpText(), word);
});
