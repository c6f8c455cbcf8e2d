import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { digestOf, modelFiles } from '../../../server/engines/embedded/files.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shortstop-models-'));
  await writeFile(join(folder, 'named.gguf'), 'one');
  await writeFile(join(folder, 'other.gguf'), 'two!');
  await writeFile(join(folder, 'notes.txt'), '');
  const models = [
    { name: 'coder:1b', file: 'named.gguf', sha256: 'x' },
    { name: 'gone:1b', file: 'gone.gguf', sha256: 'x' },
  ];
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ models }));
});

after(() => rm(folder, { recursive: true }));

test('files go by the manifest’s names, the rest by their own', async () => {
  const found = await modelFiles(folder);
  const byName = found.map(({ name, bytes }) => [name, bytes]).sort();
  assert.deepEqual(byName, [
    ['coder:1b', 3],
    ['other', 4],
  ]);
});

test('a folder that is not there holds no models', async () => {
  assert.deepEqual(await modelFiles(join(folder, 'nowhere')), []);
});

test('a damaged manifest leaves the files under their own names', async () => {
  const damaged = await mkdtemp(join(tmpdir(), 'shortstop-models-'));
  try {
    await writeFile(join(damaged, 'a.gguf'), '');
    await writeFile(join(damaged, 'manifest.json'), '{"models": [{');
    assert.deepEqual(
      (await modelFiles(damaged)).map(({ name }) => name),
      ['a'],
    );
  } finally {
    await rm(damaged, { recursive: true });
  }
});

test('a digest is the file’s sum, remembered until its size or time changes', async () => {
  const path = join(folder, 'named.gguf');
  const sum = createHash('sha256').update('one').digest('hex');
  assert.equal(await digestOf(path), `sha256:${sum}`);

  const memory = `${path}.sha256.json`;
  const { size, mtimeMs } = await stat(path);
  const known = JSON.parse(await readFile(memory, 'utf8')) as unknown;
  assert.deepEqual(known, { bytes: size, mtimeMs, sha256: sum });

  await writeFile(memory, JSON.stringify({ bytes: size, mtimeMs, sha256: 'remembered' }));
  assert.equal(await digestOf(path), 'sha256:remembered');
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  assert.equal(await digestOf(path), `sha256:${sum}`);
});
