/** Which cases are fired and with which answers: demands of the settings, what the user selects, and names that are unknown. */
import t from 'tap';
import { edgeCaseLibrary } from '../../../src/edge-case-library.js';
import { demandsOf } from '../../../src/probe/demands.js';
import type { ProbeOptionsInput } from '../../../src/probe/options.js';
import { selected, unknownNames } from '../../../src/probe/selection.js';
import { options } from './make.js';

const rows = await (await edgeCaseLibrary()).rows();
type Settings = NonNullable<ProbeOptionsInput['settings']>;
const demanded = (settings: Settings) => Object.fromEntries(demandsOf(options({ settings }).settings));

const OK = ['ok'];
const NO = ['invalid_grant'];

t.test('each setting demands what it says, of cases that there are', async (t) => {
  const table: readonly (readonly [Settings, object])[] = [
    [{}, {}],
    [{ replay: 'observe', resource: 'observe', scope: 'observe' }, {}],
    [{ replay: 'reject' }, { 'either-replay-same-client': NO, 'jti-reuse-new-token': NO, 'jti-missing': NO }],
    [{ replay: 'allow' }, { 'either-replay-same-client': OK }],
    [
      { resource: 'required' },
      {
        'ok-no-resource': ['invalid_grant', 'invalid_target'],
        'ok-minimal-required-only': ['invalid_grant', 'invalid_target'],
      },
    ],
    [{ resource: 'optional' }, { 'ok-no-resource': OK }],
    [
      { scope: 'required' },
      {
        'ok-no-scope': ['invalid_grant', 'invalid_scope'],
        'ok-minimal-required-only': ['invalid_grant', 'invalid_scope', 'invalid_target'],
      },
    ],
    [{ scope: 'optional' }, { 'ok-no-scope': OK }],
    [{ leeway: '0s' }, { 'ok-exp-within-leeway': NO }],
    [{ leeway: '3999ms' }, { 'ok-exp-within-leeway': NO }],
    [{ leeway: '4s' }, {}],
    [{ leeway: '7999ms' }, {}],
    [{ leeway: '8s' }, { 'ok-exp-within-leeway': OK }],
    [{ lifetime: '10m' }, { 'exp-far-future': NO, 'iat-ancient': NO, 'exp-10y': NO, 'exp-milliseconds': NO }],
    [{ lifetime: '24h' }, { 'iat-ancient': NO, 'exp-10y': NO, 'exp-milliseconds': NO }],
    [
      { algorithms: ['RS256'] },
      { 'ok-es256': NO, 'ok-ps256': NO, 'ok-eddsa': NO, 'ok-rs512': NO, 'alg-not-allow-listed': NO },
    ],
    [
      { algorithms: ['ES256', 'PS256', 'Ed25519', 'RS512'] },
      { 'ok-es256': OK, 'ok-ps256': OK, 'ok-eddsa': OK, 'ok-rs512': OK, 'alg-not-allow-listed': OK },
    ],
  ];
  for (const [settings, wanted] of table) {
    t.strictSame(demanded(settings), wanted, JSON.stringify(settings));
    for (const name of Object.keys(wanted)) t.ok(rows.has(name), `${name} is a case`);
  }
  t.strictSame(demanded({ algorithms: ['EdDSA'] })['ok-eddsa'], OK, 'by its older name');
});

const names = (more: Partial<ProbeOptionsInput>, today = '2026-11-28') =>
  selected(rows.values(), options(more), today).map(({ row }) => row.name);

t.test('everything is selected when nothing is said', async (t) => {
  t.strictSame(names({}), [...rows.keys()]);
  t.strictSame(names({ select: { groups: [] } }), [], 'an empty list is a list');
});

t.test('groups, levels, severities and names must all hold', async (t) => {
  const of = (test: (row: { group: string; level: string; severity: string }) => boolean) =>
    [...rows.values()].filter(test).map(({ name }) => name);
  t.strictSame(
    names({ select: { groups: ['A2', 'A4'] } }),
    of(({ group }) => group === 'A2' || group === 'A4'),
  );
  t.strictSame(
    names({ select: { levels: ['SHOULD'] } }),
    of(({ level }) => level === 'SHOULD'),
  );
  t.strictSame(
    names({ select: { severities: ['critical'] } }),
    of(({ severity }) => severity === 'critical'),
  );
  t.strictSame(names({ select: { names: ['exp-past', 'alg-none'] } }), ['alg-none', 'exp-past'], 'in their order');
  t.strictSame(names({ select: { groups: ['A1'], names: ['exp-past', 'alg-none'] } }), ['alg-none']);
});

t.test('what the baseline accepts is left out when asked', async (t) => {
  const baseline = { accepted: [{ name: 'exp-past', reason: 'We know it.', expires: '2026-11-28' }] };
  const both = { names: ['exp-past', 'alg-none'] };
  t.strictSame(names({ baseline, select: both }), ['alg-none', 'exp-past']);
  t.strictSame(names({ baseline, select: { ...both, sinceBaseline: true } }), ['alg-none']);
  t.strictSame(names({ baseline, select: { ...both, sinceBaseline: true } }, '2026-11-29'), ['alg-none', 'exp-past']);
  t.strictSame(names({ select: { ...both, sinceBaseline: true } }), ['alg-none', 'exp-past'], 'without a baseline');
});

t.test('a case is fired with the answers that are demanded', async (t) => {
  const said = options({ select: { names: ['ok-no-scope', 'alg-none'] }, settings: { scope: 'required' } });
  const [plain, changed] = [...selected(rows.values(), said, '2026-11-28')].sort((one) => (one.demanded ? 1 : -1));
  t.match(plain, { row: { name: 'alg-none' }, demanded: false });
  t.equal(plain?.row, rows.get('alg-none'));
  t.match(changed, { row: { name: 'ok-no-scope', expect: ['invalid_grant', 'invalid_scope'] }, demanded: true });
  t.notSame(rows.get('ok-no-scope')?.expect, changed?.row.expect, 'the catalogue is as it was');
});

t.test('names that no case has', async (t) => {
  t.strictSame(unknownNames(rows, options({ select: { names: ['alg-none', 'no-such-case'] } })), ['no-such-case']);
  t.strictSame(unknownNames(rows, options()), []);
});
