/** The escaping template: nothing that is interpolated becomes markup. */
import t from 'tap';
import { html } from '../../src/html/html.js';

t.test('whatever is interpolated is escaped', async (t) => {
  const hostile = `<script>alert("1" + '2') && 3</script>`;
  t.equal(
    html`<p title="${hostile}">${hostile}</p>`.markup,
    '<p title="&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;) &amp;&amp; 3&lt;/script&gt;">&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;) &amp;&amp; 3&lt;/script&gt;</p>',
  );
});

t.test('markup, lists, numbers and nothing', async (t) => {
  t.equal(html`${[html`<b>${1}</b>`, '<']}${undefined}${false}`.markup, '<b>1</b>&lt;');
});
