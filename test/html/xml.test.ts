/** The escaping template for XML: nothing that is interpolated becomes markup, and what XML cannot carry is known. */
import t from 'tap';
import { unwritableIn, xml } from '../../src/html/xml.js';

t.test('whatever is interpolated is escaped, and reads back as it was', async (t) => {
  const hostile = `<a b="1" c='2'>&\t\n\r\u0085\u2028`;
  const escaped = '&lt;a b=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&#9;&#10;&#13;&#133;&#8232;';
  t.equal(xml`<a b="${hostile}">${hostile}</a>`.markup, `<a b="${escaped}">${escaped}</a>`);
});

t.test('markup, lists, numbers and nothing', async (t) => {
  t.equal(xml`${[xml`<b>${1}</b>`, '<']}${undefined}`.markup, '<b>1</b>&lt;');
});

t.test('characters that XML 1.0 has no place for', async (t) => {
  for (const character of ['\u0000', '\u001f', '\ufffe', '\ud800', '\udc00']) {
    t.equal(unwritableIn(`a${character}b\u0001`), character);
    t.equal(xml`${`a${character}b`}`.markup, 'ab', 'are left out by the template');
  }
  for (const text of ['', '\t\n\r', 'ä€', '\u{1f600}', '\u0085\u2028']) t.equal(unwritableIn(text), undefined);
});
