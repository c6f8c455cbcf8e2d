import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { circles } from '../../scripts/circles.mjs';

test('no file of ours imports itself by way of others', async () => {
  assert.deepEqual(await circles(), []);
});

test('a circle that runs over a type import counts', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'shortstop-circles-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'server'));
  const write = (name: string, text: string) => writeFileSync(join(root, 'server', name), text);
  write(
    'one.ts',
    `import { b } from './two.ts';\nexport interface A { n: number }\nexport const a = b;\n`,
  );
  write('two.ts', `import type { A } from './one.ts';\nexport const b: A = { n: 1 };\n`);
  write('three.ts', `import { a } from './one.ts';\nexport const c = a;\n`);
  const found = await circles(root, ['server']);
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /server\/one\.ts/);
});
