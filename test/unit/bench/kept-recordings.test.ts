import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { createGunzip } from 'node:zlib';
import { partFile, relabelCommand, TRACES } from '../../../bench/features/relabel.ts';
import { readFeatures } from '../../../bench/features/table.ts';
import { contentHash } from '../../../server/learning/calibrate/content.ts';
import { folderOf } from '../../../bench/packages/fetch-package.ts';
import {
  packageId,
  parseExactName,
  readPackageList,
  type ListedPackage,
} from '../../../bench/packages/package-list.ts';
import { refuseOverlap } from '../../../server/learning/certify/calibrate.ts';

const DATA = dirname(TRACES);
const list = await readPackageList(join(DATA, 'packages.json'));

interface Row {
  readonly id: string;
  readonly at: { readonly package: string; readonly path: string; readonly sha256: string };
  readonly tokens: readonly unknown[];
}

async function keptRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const lines = createInterface({ input: createReadStream(TRACES).pipe(createGunzip()) });
  for await (const line of lines) rows.push(JSON.parse(line) as Row);
  return rows;
}

describe('the recordings of packages in this repository', () => {
  test('hold the model’s tokens and a pointer, and nothing of a package’s code', async () => {
    const rows = await keptRows();
    assert.ok(rows.length > 0);
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    const known = ['at', 'cap', 'done', 'eval_ms', 'id', 'kind', 'lang', 'model', 'order'];
    known.push('prompt_ms', 'prompt_tokens', 'tokens', 'typed', 'wall_ms');
    const names = new Set(
      list.map(({ registry, name, version }) => `${registry}:${name}@${version}`),
    );
    for (const row of rows) {
      assert.deepEqual(Object.keys(row).sort(), known);
      const { package: name, path } = row.at;
      assert.ok(names.has(name), name);
      assert.deepEqual(
        Object.keys(row.at).sort(),
        ['cursor', 'end', 'from', 'package', 'path', 'sha256', 'to'],
        path,
      );
    }
  });

  test('take less than 25 MB with all that is kept beside them', async () => {
    const sizes = await Promise.all(
      (await readdir(DATA)).map(async (name) => (await stat(join(DATA, name))).size),
    );
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 25 * 2 ** 20);
  });

  test('are of a package and a file of one part alone, and were labelled in that part', async () => {
    const partOf = new Map(list.map((one) => [packageId(one), one.part]));
    const files = new Map<string, string>();
    const counts = { training: 0, calibration: 0 };
    for (const { at } of await keptRows()) {
      const part = partOf.get(packageId(parseExactName(at.package)));
      assert.ok(part);
      counts[part] += 1;
      assert.equal(files.get(at.sha256) ?? part, part, `${at.path} is in two parts`);
      files.set(at.sha256, part);
    }
    const training = await readFeatures(partFile('training'));
    const calibration = await readFeatures(partFile('calibration'));
    assert.deepEqual([training.length, calibration.length], [counts.training, counts.calibration]);
    refuseOverlap(training, calibration);
    for (const { packageId: id = '' } of calibration) assert.equal(partOf.get(id), 'calibration');
  });
});

test('a change of labels needs one command, which refuses a file in two parts', async () => {
  const home = await mkdtemp(join(tmpdir(), 'relabel-'));
  const cache = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = home;
  try {
    const packages = (['training', 'calibration'] as const).map((part): ListedPackage => ({
      registry: 'pypi',
      name: part,
      version: '1.0.0',
      licence: 'MIT',
      part,
    }));
    const codeOf = ({ name }: ListedPackage) => `def ${name}(x):\n    return print(x)\n`;
    const write = async (one: ListedPackage, code: string) => {
      const file = join(folderOf(one), 'a.py');
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, code);
      const cursor = code.indexOf('print');
      const end = code.indexOf('\n', cursor);
      const at = { from: 0, cursor, end, to: code.length, path: 'a.py', sha256: contentHash(code) };
      return JSON.stringify({
        id: one.name,
        at: { ...at, package: `pypi:${one.name}@1.0.0` },
        lang: 'python',
        kind: 'lineend',
        typed: 0,
        model: 'm',
        cap: 9,
        tokens: [
          ['print', -0.1],
          ['(x', -0.1],
          [')\n', -0.1],
          ['more', -0.1],
        ],
        done: 'label',
      });
    };
    const listFile = join(home, 'packages.json');
    const traces = join(home, 'traces.jsonl');
    await writeFile(listFile, JSON.stringify(packages));
    const relabel = async (rows: readonly string[]) => {
      await writeFile(traces, rows.join('\n'));
      const lines: string[] = [];
      const args = ['--traces', traces, '--packages', listFile, '--out', home];
      await relabelCommand(args, (line) => lines.push(line));
      return lines;
    };
    const rows = await Promise.all(packages.map((one) => write(one, codeOf(one))));
    const [training = ''] = await relabel(rows);
    assert.match(training, /^training: 1 traces of 1 files in 1 packages, 1 matches .*none before/);
    const [read] = await readFeatures(partFile('calibration', home));
    assert.deepEqual(
      [read?.matched, read?.decided, read?.packageId],
      [true, true, 'pypi:calibration'],
    );
    const again = await relabel(rows);
    assert.match(again[1] ?? '', /before: 1 traces .* 1 matches/);

    const same = await Promise.all(packages.map((one) => write(one, 'def f(x):\n    print(x)\n')));
    await assert.rejects(relabel(same), /1 of 1 calibration problems are of the training/);
    await writeFile(listFile, JSON.stringify(packages.slice(1)));
    await assert.rejects(relabel(rows.slice(0, 1)), /another file|of no package/);
  } finally {
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    await rm(home, { recursive: true });
  }
});
