import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { getModel, MODELS, nameOfModel } from '../../scripts/model.mjs';

/** A small stand-in for weights, from a server that understands ranges. */
const WEIGHTS = Buffer.from('GGUF and then some weights, '.repeat(1000));
const NAME = 'tiny:test';
const outside = { cache: process.env['XDG_CACHE_HOME'], path: process.env['PATH'] };

let server: Server;
let folder = '';
let models = '';
let ranges: (string | undefined)[] = [];

before(async () => {
  server = createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range);
    const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200);
    response.end(WEIGHTS.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

after(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shortstop-cache-'));
  models = join(folder, 'shortstop', 'models');
  await mkdir(models, { recursive: true });
  process.env['XDG_CACHE_HOME'] = folder;
  // No Python to be found: the second source must not be tried on the real registry.
  process.env['PATH'] = folder;
  ranges = [];
  MODELS[NAME] = {
    file: 'tiny.gguf',
    bytes: WEIGHTS.length,
    sha256: createHash('sha256').update(WEIGHTS).digest('hex'),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tiny.gguf`,
    wheels: { name: 'none', count: 1, version: '0' },
  };
});

afterEach(async () => {
  Reflect.deleteProperty(MODELS, NAME);
  restore('XDG_CACHE_HOME', outside.cache);
  restore('PATH', outside.path);
  await rm(folder, { recursive: true });
});

test('a model is downloaded, checked and named in the manifest; the second time nothing is fetched', async () => {
  const file = await getModel(NAME);
  assert.equal(file, join(models, 'tiny.gguf'));
  assert.deepEqual(await readFile(file), WEIGHTS);
  const manifest = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8')) as unknown;
  const sha256 = MODELS[NAME]?.sha256;
  assert.deepEqual(manifest, { models: [{ name: NAME, file: 'tiny.gguf', sha256 }] });
  await getModel(NAME);
  assert.deepEqual(ranges, [undefined]);
});

test('a download that was cut off goes on where it ended', async () => {
  await writeFile(join(models, 'tiny.gguf.part'), WEIGHTS.subarray(0, 1000));
  assert.deepEqual(await readFile(await getModel(NAME)), WEIGHTS);
  assert.deepEqual(ranges, ['bytes=1000-']);
});

test('a wrong sum is refused and deleted, and the message says what to do by hand', async () => {
  const known = MODELS[NAME];
  assert.ok(known);
  MODELS[NAME] = { ...known, sha256: '0'.repeat(64) };
  await assert.rejects(getModel(NAME), /By hand: save http.*tiny\.gguf.*sha256 must be 0000/);
  assert.equal(existsSync(join(models, 'tiny.gguf')), false);
  assert.equal(existsSync(join(models, 'tiny.gguf.part')), false);
});

test('a damaged file in the folder is fetched anew', async () => {
  await writeFile(join(models, 'tiny.gguf'), Buffer.alloc(WEIGHTS.length));
  assert.deepEqual(await readFile(await getModel(NAME)), WEIGHTS);
});

test('an unknown name lists the known ones', async () => {
  await assert.rejects(getModel('nobody:1b'), /qwen2\.5-coder:0\.5b/);
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

test('a model is known by its tag, too', () => {
  assert.equal(nameOfModel('1.5b'), 'qwen2.5-coder:1.5b');
  assert.equal(nameOfModel('qwen2.5-coder:0.5b'), 'qwen2.5-coder:0.5b');
  assert.equal(nameOfModel('other:7b'), 'other:7b');
});
