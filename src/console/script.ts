/**
 * The one script of the console. Nothing needs it: it adds buttons that copy, and keeps what is shown of a list that grows or
 * a probe that runs up to date. It writes no markup but what the server has written.
 */
import { createHash } from 'node:crypto';

export const SCRIPT = `'use strict';
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      button.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

// A part of the page that lives is read anew, whole, from the page's own address.
async function renew(part) {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id);
  if (!fresh) return;
  const held = part.contains(document.activeElement) ? document.activeElement.id : '';
  part.replaceChildren(...fresh.childNodes);
  for (const name of ['every', 'events']) {
    if (fresh.dataset[name] === undefined) delete part.dataset[name];
  }
  if (held) document.getElementById(held)?.focus();
}

for (const part of document.querySelectorAll('[data-every]')) {
  const again = async () => {
    await renew(part);
    if (part.dataset.every) setTimeout(again, Number(part.dataset.every));
  };
  setTimeout(again, Number(part.dataset.every));
}

for (const part of document.querySelectorAll('[data-events]')) {
  let waiting = false;
  new EventSource(part.dataset.events).addEventListener('exchange', () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; renew(part); }, 200);
  });
}
`;

/** Names the content, so that a browser may keep it. */
export const SCRIPT_URL = `/console/console.js?${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12)}`;
