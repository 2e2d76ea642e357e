/** What each case waits for, and when it is played: of made rows, and of every row that ships. */
import t from 'tap';
import { edgeCaseLibrary } from '../../../src/edge-case-library.js';
import type { EdgeCaseInput } from '../../../src/edge-cases/edge-case.js';
import { inOrder, PHASES, type Phase, phaseOf, UNTIL_EXPIRED, waitOf } from '../../../src/probe/waits.js';
import { developmentKeys } from '../../../src/shipped.js';
import type { EdgeCaseKey } from '../../../src/tokens/bend/edge-case-keys.js';
import { SIGNER_MAKERS } from '../../../src/tokens/bend/signers.js';
import { row } from './make.js';

const library = await edgeCaseLibrary();
const rows = [...(await library.rows()).values()];

type More = Partial<EdgeCaseInput>;
const FRESH: More = { idp: { jwks: 'empty', cached: false } };
const MINUTES = 15 * 60_000;

t.test('what a case waits for, with patience and a way to restart, or without', async (t) => {
  const wait = (more: More, patience = 0, restartCommand?: string) => waitOf(row(more), { patience, restartCommand });
  const SECONDS: More = { meanwhile: 'expired-within-leeway' };
  const AGED: More = { meanwhile: 'cache-expired' };
  t.strictSame(wait({}), { kind: 'none', about: 0 });
  t.strictSame(wait({ meanwhile: 'other-node' }), { kind: 'none', about: 0 });
  t.match(wait(SECONDS, UNTIL_EXPIRED - 1), { kind: 'seconds', about: UNTIL_EXPIRED, lack: /--patience 10s/ });
  t.strictSame(wait(SECONDS, UNTIL_EXPIRED), { kind: 'seconds', about: UNTIL_EXPIRED });
  t.match(wait(AGED), { kind: 'aged', about: 0, lack: /--patience 15m, or as long as it keeps one\.$/ });
  t.strictSame(wait(AGED, MINUTES), { kind: 'aged', about: MINUTES });
  t.match(wait(AGED, 0, 'restart'), { lack: /--patience/ }, 'a restart makes no cache old');
  t.strictSame(wait({ meanwhile: 'restart' }), { kind: 'restart', about: 5000 });
  t.match(wait(FRESH), { kind: 'fetch', about: 0, lack: /--patience 15m, or --restart-command\.$/ });
  t.strictSame(wait(FRESH, 10_000), { kind: 'fetch', about: 10_000 });
  t.strictSame(wait(FRESH, MINUTES), { kind: 'fetch', about: 35_000 });
  t.strictSame(wait(FRESH, 0, 'restart'), { kind: 'fetch', about: 5000 });
  t.equal(wait({ idp: { jwks: 'rollback' } }).kind, 'fetch');
  t.equal(wait({ idp: { only: ['active'] } }).kind, 'fetch');
  t.equal(wait({ idp: { only: ['active', 'retired'] } }).kind, 'none');
});

t.test('when a case is played', async (t) => {
  const table: readonly (readonly [More, Phase])[] = [
    [{ group: 'A0', expect: ['ok'] }, 'controls'],
    [{}, 'ordinary'],
    [{ meanwhile: 'nothing-at-once' }, 'ordinary'],
    [{ meanwhile: 'other-node' }, 'ordinary'],
    [{ meanwhile: 'restart' }, 'waiting'],
    [{ meanwhile: 'cache-expired', idp: { withdraw: ['withdrawn'] } }, 'waiting'],
    [FRESH, 'waiting'],
    [{ idp: { publish: ['es256'] }, sign: 'es256' }, 'odd'],
    [{ idp: { publishLate: ['newcomer'] }, group: 'A0' }, 'odd'],
    [{ idp: { jwks: 'foreign-members' } }, 'strange'],
    [{ idp: { withdraw: ['withdrawn'] } }, 'cached'],
    [{ idp: { jwks: 'down' } }, 'cached'],
    [{ idp: { jwks: 'attacker' } }, 'ordinary'],
    [{ sign: 'attacker' }, 'strangers'],
    [{ header: { set: { kid: 'x' } } }, 'strangers'],
    [{ header: { only: { alg: 'none' } } }, 'strangers'],
    [{ headerText: '[]' }, 'strangers'],
    [{ header: { set: { typ: 'JWT' } } }, 'ordinary'],
    [{ sign: 'none' }, 'ordinary'],
  ];
  for (const [more, phase] of table) t.equal(phaseOf(row(more)), phase, JSON.stringify(more));
});

t.test('phase by phase, and within one as they come', async (t) => {
  const made: readonly More[] = [
    ...[FRESH, { sign: 'attacker' }, {}, { idp: { jwks: 'down' } }, { idp: { publish: ['es256'] } }, { group: 'A0' }],
    ...[FRESH, { sign: 'attacker' }, {}, { idp: { jwks: 'down' } }, { idp: { publish: ['es256'] } }, { group: 'A0' }],
  ] as More[];
  const all = made.map((more, at) => row({ ...more, name: `row-${at}` }));
  t.strictSame(
    inOrder(all).map(({ name }) => Number(name.slice(4))),
    [5, 11, 2, 8, 4, 10, 1, 7, 3, 9, 0, 6],
  );
});

t.test('every row that ships is played once, in the order of the phases', async (t) => {
  const order = inOrder(rows);
  t.strictSame(new Set(order), new Set(rows));
  t.equal(order.length, rows.length);
  const phases = [...new Set(order.map(phaseOf))];
  t.strictSame(phases, Object.keys(PHASES), 'each phase has rows');
});

t.test('what is played with the keys as they are names no key that is not published', async (t) => {
  const [active, retired] = developmentKeys().map(({ id, jwk }) => ({ kid: id, jwk }) as EdgeCaseKey);
  const keys = {
    ...{ active: active as EdgeCaseKey, retired, clientSecret: 's' },
    ...{ edge: library.keys(), importKey: library.importKey },
  };
  const known = [active?.kid, retired?.kid];
  const early = rows.filter((one) => ['controls', 'ordinary'].includes(phaseOf(one)));
  t.ok(early.length > 200);
  for (const { name, sign = 'active', idp } of early) {
    t.ok(known.includes(SIGNER_MAKERS[sign](keys).kid), `${name} is signed by ${sign}`);
    t.notOk(idp?.publish ?? idp?.withdraw ?? idp?.only?.length === 1, `${name} leaves the key set alone`);
  }
});

t.test('no row that ships lacks anything where there is patience and a way to restart', async (t) => {
  const lacking = rows.filter(
    (one) => waitOf(one, { patience: MINUTES, restartCommand: 'restart' }).lack !== undefined,
  );
  t.strictSame(lacking, []);
  for (const one of rows) {
    const isWaiting = phaseOf(one) === 'waiting';
    t.equal(waitOf(one, { patience: 0, restartCommand: undefined }).kind !== 'none', isWaiting, one.name);
  }
});
