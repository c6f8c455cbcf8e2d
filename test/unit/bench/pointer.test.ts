import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { contentHash, normalisedText } from '../../../server/learning/calibrate/content.ts';
import { folderOf, packagesFolder } from '../../../bench/packages/fetch-package.ts';
import {
  packageId,
  parseExactName,
  readPackageList,
  type ListedPackage,
} from '../../../bench/packages/package-list.ts';
import { tasksOfPackage } from '../../../bench/record/plan.ts';
import { interleaved } from '../../../server/learning/calibrate/order.ts';
import { recordTask } from '../../../bench/record/recorder.ts';
import { loadTraces, readTasks, type Task } from '../../../bench/traces.ts';

const KEPT = new URL('../../../bench/data/packages.json', import.meta.url).pathname;
const CODE = Array.from(
  { length: 20 },
  (_, i) => `export const secret${i} = readSecret(config.path, 'wörd-${i}', ${i});`,
).join('\r\n');
const COPY = CODE.replaceAll(';\r\n', ';  \n');
const PACKAGE: ListedPackage = {
  registry: 'npm',
  name: '@some/thing',
  version: '1.2.3',
  licence: 'MIT',
  part: 'training',
};

describe('a recording of a package', () => {
  let home = '';
  let cache: string | undefined;
  const file = () => join(folderOf(PACKAGE), 'package/src/secrets.ts');
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'pointers-'));
    cache = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = home;
    await mkdir(dirname(file()), { recursive: true });
    await writeFile(file(), CODE);
    await writeFile(join(dirname(file()), 'copy.ts'), COPY);
  });
  after(async () => {
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
    await rm(home, { recursive: true });
  });

  /** Records tasks with an engine that says two tokens of its own. */
  async function recorded(tasks: readonly Task[]): Promise<string> {
    const engine = async function* () {
      await Promise.resolve();
      yield { text: 'own', logprob: -1 };
      yield { text: '()\n', logprob: -2 };
      return { done: 'stop', promptTokens: 1, promptMs: 1, evalMs: 1 } as const;
    };
    const never = new AbortController().signal;
    const rows = tasks.map((task) =>
      recordTask({ task, labelsOnly: false }, 'm', 9, engine, never),
    );
    const out = join(home, 'traces.jsonl');
    await writeFile(out, (await Promise.all(rows)).map((row) => JSON.stringify(row)).join('\n'));
    return out;
  }

  test('keeps no code but the model’s, and its tasks are cut again as they were', async () => {
    const tasks = await tasksOfPackage(PACKAGE, 4, 1);
    assert.equal(tasks.length, 4);
    const out = await recorded(tasks);
    const kept = await readFile(out, 'utf8');
    assert.doesNotMatch(kept, /secret\d|readSecret|wörd/);
    const read = await loadTraces([out]);
    const fields = ({ id, problem, prompt, gold, suffix, typed, kind, at }: Task) =>
      [id, problem, prompt, gold, suffix, typed, kind, at] as const;
    assert.deepEqual(read.map(fields), tasks.map(fields));
    const texts = [CODE, COPY].map(normalisedText);
    for (const { prompt, gold, suffix, problem, packageId: id } of read) {
      assert.ok(texts.some((text) => text.includes(prompt + gold + suffix)));
      assert.equal(problem, contentHash(CODE));
      assert.equal(id, 'npm:@some/thing');
    }
    const again: Task[] = [];
    for await (const task of readTasks(out)) again.push(task);
    assert.deepEqual(again.map(fields), tasks.map(fields));
  });

  test('a copy of a file under another name is the same problem, and is cut once', async () => {
    const tasks = await tasksOfPackage(PACKAGE, 3, 1);
    assert.equal(new Set(tasks.map(({ at }) => at?.path)).size, 1);
    assert.equal(contentHash(CODE), contentHash(`\uFEFF${CODE.replaceAll('\r\n', '  \n')}\n\n`));
    assert.notEqual(contentHash(CODE), contentHash(CODE.replace('secret3', 'secret4')));
  });

  test('says what to fetch where a package is missing, and refuses another file', async () => {
    const out = await recorded(await tasksOfPackage(PACKAGE, 1, 1));
    const at = file();
    const missing = join(home, 'empty');
    await assert.rejects(loadTraces([out], missing), /npm:@some\/thing@1\.2\.3 .*bench fetch/);
    await writeFile(at, `// changed\n${CODE}`);
    await writeFile(join(dirname(at), 'copy.ts'), `// changed\n${CODE}`);
    await assert.rejects(loadTraces([out]), /is another file than was recorded/);
    await rm(dirname(at), { recursive: true });
    await assert.rejects(loadTraces([out]), /npm:@some\/thing@1\.2\.3 has no package\/src\//);
  });
});

test('every source gives its first task before any gives its second, in the same order each time', () => {
  const of = (source: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `${source}${i}` }) as Task);
  const sources = [of('a', 5), of('b', 2), of('c', 1)];
  const order = interleaved(sources, 1).map(({ id }) => id);
  assert.deepEqual(new Set(order.slice(0, 3).map((id) => id[0])), new Set(['a', 'b', 'c']));
  assert.deepEqual(new Set(order.slice(3, 5).map((id) => id[0])), new Set(['a', 'b']));
  assert.equal(order.length, 8);
  assert.deepEqual(
    interleaved(sources, 1).map(({ id }) => id),
    order,
  );
  assert.equal(interleaved(sources, 1, 1).length, 3);
});

test('the kept list names each package once, in one part, with an exact version and a permissive licence', async () => {
  const list = await readPackageList(KEPT);
  for (const one of list) {
    assert.match(one.licence, /^(MIT|Apache-2\.0|BSD-\d-Clause|ISC)/);
    assert.match(one.version, /^v?\d+\.\d+\.\d+/);
  }
  const folder = await mkdtemp(join(tmpdir(), 'packages-'));
  try {
    const twice = join(folder, 'twice.json');
    const [first] = list;
    const other = { ...first, version: '9.9.9', part: 'calibration' };
    await writeFile(twice, JSON.stringify([first, other]));
    await assert.rejects(readPackageList(twice), /twice/);
  } finally {
    await rm(folder, { recursive: true });
  }
  const go = parseExactName('go:charm.land/bubbletea/v2@v2.1.1');
  assert.equal(packageId(go), 'go:charm.land/bubbletea/v2');
  assert.ok(folderOf(go).startsWith(packagesFolder()));
  assert.throws(() => parseExactName('bubbletea'), /names no package/);
});
