/** Lengths of time: what is read as one, and what is not. */
import t from 'tap';
import { Duration, durationOf, milliseconds, WrittenDuration } from '../../src/protocol/duration.js';

t.test('what a text comes to', async (t) => {
  const lengths: Readonly<Record<string, number>> = {
    ...{ '10m': 600_000, '1h30m': 5_400_000, '90s': 90_000, '250ms': 250, '1d': 86_400_000, '1.5s': 1500 },
    ...{ '-5m': -300_000, '+5m': 300_000, '90': 90_000, '-0.5': -500, '0': 0, '1m1m': 120_000 },
  };
  for (const [text, length] of Object.entries(lengths)) t.equal(durationOf(text), length, text);
  for (const text of ['', ' ', 'm', '10', '1 m', '10M', '1h-5m', '1e3', '10m ', '１０m'].filter(
    (one) => one !== '10',
  )) {
    t.equal(durationOf(text), undefined, JSON.stringify(text));
  }
});

t.test('a length that is asked for, within its limits', async (t) => {
  const schema = Duration(0, 10_000);
  t.equal(schema.parse('2s'), 2000);
  t.equal(schema.parse(2.0004), 2000);
  for (const [given, says] of [
    ['soon', /no length of time, such as 10m/],
    ['-1s', /below what is allowed: 0 to 10 seconds/],
    ['11s', /above what is allowed/],
    [Number.NaN, /./],
    [{}, /./],
  ] as const) {
    t.match(schema.safeParse(given).error?.issues[0]?.message, says, String(given));
  }
  t.equal(Duration().parse('-400d'), -400 * 86_400_000);
});

t.test('one that is kept is kept as it was written, however often it is read', async (t) => {
  const schema = WrittenDuration(0, 10_000);
  for (const written of ['2s', 2, '0.5s']) t.equal(schema.parse(schema.parse(written)), written);
  t.strictSame(['2s', 2, '1ms'].map(milliseconds), [2000, 2000, 1]);
  t.notOk(schema.safeParse('11s').success);
});
