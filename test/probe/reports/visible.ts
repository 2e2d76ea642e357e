/** Text of elsewhere is made visible, and cut where it is too long. */
import t from 'tap';
import { compact, cut, onOneLine, pretty, visible } from '../../../src/probe/reports/visible.js';

t.test('what one does not see, or a terminal obeys, is written out', async (t) => {
  t.equal(
    visible('a\u0000b\u001b[31m\u009b\r\u202e\u200d\u2028\ufeff\uffff'),
    'a\\u{0}b\\u{1b}[31m\\u{9b}\\u{d}\\u{202e}\\u{200d}\\u{2028}\\u{feff}\\u{ffff}',
  );
  t.equal(visible('\ud83d-\udc00'), '\\u{d83d}-\\u{dc00}', 'half a pair');
  t.equal(visible('ä \u{1f600}\n\tb'), 'ä \u{1f600}\n\tb', 'the rest stays');
  t.equal(onOneLine('  a\n\n  b\tc '), 'a b c');
});

t.test('cut: between characters, with the number of what is missing', async (t) => {
  t.equal(cut('abc', 3), 'abc');
  t.equal(cut('abcde', 3), 'abc… (2 characters more)');
  t.equal(cut('\u{1f600}\u{1f600}\u{1f600}', 2), '\u{1f600}\u{1f600}… (1 characters more)');
});

t.test('JSON, and a text that is none', async (t) => {
  t.equal(pretty({ a: 1 }), '{\n  "a": 1\n}');
  t.equal(compact({ a: [1, '\u202e'] }), '{"a":[1,"\\u{202e}"]}');
  t.equal(pretty('{"alg":\u0000'), '{"alg":\\u{0}', 'as it is');
  t.equal(compact(undefined), 'null');
});
