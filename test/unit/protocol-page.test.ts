import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

const MESSAGES = ['protocol', 'learning-protocol'];
/** The shapes that they carry. */
const SHAPES = ['stats', 'learned', 'explanation'];
const read = (name: string) => readFileSync(join(root, `shared/${name}.ts`), 'utf8');

test('docs/protocol.md was looked at when the messages or their shapes last changed', () => {
  const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
  const sha = createHash('sha256');
  for (const name of [...MESSAGES, ...SHAPES]) sha.update(read(name));
  const hash = sha.digest('hex').slice(0, 16);
  assert.match(
    page,
    new RegExp(`compares it: ${hash} -->`),
    `Bring docs/protocol.md up to date, then set its hash to ${hash}.`,
  );
});

test('docs/protocol.md names every message', () => {
  const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
  const source = MESSAGES.map(read).join('\n');
  const methods = [...source.matchAll(/method: '(shortstop\/[\w/]+)'/g)].map(
    ([, method]) => method,
  );
  assert.ok(methods.length >= 20);
  for (const method of methods) assert.ok(page.includes(`\`${method}\``), `${method} is missing`);
});
