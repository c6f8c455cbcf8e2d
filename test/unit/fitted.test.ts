import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitted } from '../../client/features/fitted.ts';

const CODE = 'def a():\n    pass\n\n    return 1';

for (const [name, code, selected, before, expected] of [
  ['at the margin it stays as it is', CODE, 'def a(): ...', '', CODE],
  [
    'whole lines keep their indent and their line break',
    CODE,
    '    def a():\n        ...\n',
    '',
    '    def a():\n        pass\n\n        return 1\n',
  ],
  [
    'a selection that begins behind the indent does not get it twice',
    'if x:\n    y()',
    'y()',
    '        ',
    'if x:\n            y()',
  ],
  ['in mid-line only further lines are indented', 'f(\n  1\n)', 'g()', '  x = ', 'f(\n    1\n  )'],
  ['code that is indented already loses its own', '      a\n        b', '  c', '', '  a\n    b'],
  ['a blank first line does not count', 'a', '\n  b', '', '  a'],
] as const) {
  test(`code in the place of a selection: ${name}`, () => {
    assert.equal(fitted(code, selected, before), expected);
  });
}
