/** SCIM filters: what each operator matches in values of every kind, what is refused, and that nothing else is swallowed. */
import t from 'tap';
import { scimFilter } from '../../src/protocol/scim-filter.js';

const thing = {
  ...{ name: 'Alice', nothing: null, empty: '', count: 7, on: true, at: '2026-01-02T03:04:05.000Z' },
  profile: { login: 'alice@example.com', Nick: 'Al', deep: { er: 1 } },
  tags: [{ id: 'a' }, { id: 'b' }, 'text', null],
};

const matches = (filter: string) => {
  const predicate = scimFilter(filter);
  return typeof predicate === 'function' ? predicate(thing) : 'unreadable';
};

t.test('what matches and what does not', async (t) => {
  const holds = [
    ...['name eq "alice"', 'NAME EQ "ALICE"', 'name ne "bob"', 'name co "LIC"', 'name sw "al"', 'name ew "CE"'],
    ...[
      'count eq 7',
      'count gt 6',
      'count ge 7',
      'count lt 8',
      'count le 7',
      'count ne 8',
      'on eq true',
      'on ne false',
    ],
    ...['nothing eq null', 'name gt "aaa"', 'name le "alice"', 'at eq "2026-01-02T03:04:05Z"', 'at gt "2026-01-01"'],
    ...[
      'at lt "2026-01-02T05:00:00+01:00"',
      'profile.nick eq "al"',
      'profile.deep.er pr',
      'tags.id eq "b"',
      'tags eq "text"',
    ],
    ...['not (name eq "bob")', 'name pr and not (empty pr)', 'empty eq "" or count eq 1', 'missing ne "x"'],
    ...[
      'name eq "bob" and count eq 1 or on eq true',
      '(name eq "bob" or on eq true) and count eq 7',
      'name eq "al\\u0069ce"',
    ],
  ];
  for (const filter of holds) t.equal(matches(filter), true, filter);
  const fails = [
    ...['name eq "al"', 'name ne "ALICE"', 'count eq "7"', 'count gt "6"', 'name gt 1', 'on gt false', 'nothing pr'],
    ...[
      'empty pr',
      'missing pr',
      'missing eq "x"',
      'nothing.deeper pr',
      'name.deeper pr',
      'count co "7"',
      'on sw "t"',
      'count ew "7"',
    ],
    ...['tags.id eq "c"', 'nothing gt "a"', 'name eq "bob" and (count eq 1 or on eq true)', 'at eq "2026-01-02"'],
  ];
  for (const filter of fails) t.equal(matches(filter), false, filter);
});

t.test('what is no filter', async (t) => {
  const nested = (depth: number) => `${'('.repeat(depth)}name pr${')'.repeat(depth)}`;
  t.equal(matches(nested(20)), true);
  for (const filter of [
    ...[
      '',
      ' ',
      'name',
      'name eq',
      'name eq x',
      'name eq 1x',
      'name eq "\\q"',
      'name is "x"',
      'name hasOwnProperty "x"',
    ],
    ...[
      'not name pr',
      '(name pr',
      'name pr)',
      'name pr name pr',
      'and',
      'name pr and',
      '1name pr',
      'a..b pr',
      '"name" pr',
    ],
    ...[nested(21), `name eq "${'x'.repeat(4000)}"`, 'name eq "x', 'tags[id eq "a"]'],
  ]) {
    t.equal(matches(filter), 'unreadable', filter.slice(0, 60));
  }
});

t.test('attributes that a list does not know', async (t) => {
  const reads = (filter: string) => typeof scimFilter(filter, ['id', 'profile.*']) === 'function';
  for (const filter of ['id pr', 'ID pr', 'profile.login pr', 'Profile.a.b pr']) t.ok(reads(filter), filter);
  for (const filter of ['name pr', 'profile pr', 'profilex.a pr', 'idx pr', 'id pr and name pr'])
    t.notOk(reads(filter), filter);
});

t.test('what is wrong in the program is not taken for a wrong filter', async (t) => {
  const noText = { length: 1 } as unknown as string;
  t.throws(() => scimFilter(noText), TypeError);
});
