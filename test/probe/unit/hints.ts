/** Hints: every case that ships has one, and the longest beginning of its name decides which. */
import t from 'tap';
import { edgeCaseLibrary } from '../../../src/edge-case-library.js';
import { hintFor } from '../../../src/probe/hints.js';

const rows = await (await edgeCaseLibrary()).rows();

t.test('every case that ships', async (t) => {
  for (const name of rows.keys()) t.match(hintFor(name), /^.{20,}\.$/s, name);
});

t.test('the longest beginning wins, in whole words only', async (t) => {
  t.match(hintFor('hdr-typ-missing'), /Demand typ to be oauth-id-jag\+jwt/);
  t.match(hintFor('hdr-typo'), /Demand of the header what you know/);
  t.equal(hintFor('hdr-typ'), hintFor('hdr-typ-missing'), 'the beginning itself');
  t.not(hintFor('sub-id-x'), hintFor('sub-x'));
  t.not(hintFor('aud-tenant-wrong'), hintFor('aud-wrong'));
  t.equal(hintFor('expired-by-us'), undefined, 'exp is no word of it');
  t.equal(hintFor('my-own-case'), undefined);
});
