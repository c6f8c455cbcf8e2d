import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startDaemon } from '../../bench/session/daemon-client.ts';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import type { Profile } from '../../shared/learned.ts';
import type { CompletionReport, DoctorReport } from '../../shared/protocol.ts';
import type { Stats } from '../../shared/stats.ts';
import { answering } from '../support/answers.ts';
import { notRunning } from '../support/bad-engines/not-running.ts';
import { ROOT, shortstop } from '../support/cli.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

describe('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-cli-'));
  const state = join(folder, 'state');
  const file = join(folder, 'sum.py');
  let engine: FakeOllama;
  let where: string[];

  before(async () => {
    engine = await FakeOllama.start({ answer: () => answering('a', ' +', ' b', '\n', '\n') });
    where = ['--state', state, '--url', engine.url];
    writeFileSync(file, 'def add(a, b):\n    return \n');
    writeFileSync(join(folder, '.env'), 'TOKEN=');
  });

  after(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  const complete = (line: string, character: string, ...more: string[]) =>
    shortstop(['complete', '--file', file, '--line', line, '--character', character, ...more]);

  test('lists its commands with --help, and exits with 2 without any', async () => {
    const help = await shortstop(['--help']);
    assert.equal(help.code, 0);
    const names = ['serve', 'complete', 'stats', 'doctor', 'profile', 'learning', 'demo', 'bench'];
    for (const name of names) {
      assert.match(help.stdout, new RegExp(`^ {2}${name} `, 'm'));
    }
    assert.equal((await shortstop([])).code, 2);
  });

  test('refuses a command, an option or an engine that it does not know, with the usage', async () => {
    for (const args of [['compleet'], ['stats', '--jsonn'], ['stats', '--engine', 'openai']]) {
      const { code, stderr } = await shortstop(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /usage: shortstop/);
    }
  });

  test('exports, takes over and forgets what was learned, and refuses what is no such file', async () => {
    const kept = join(folder, 'learned.json');
    const exported = await shortstop(['learning', 'export', kept, ...where]);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stdout, /guard, .*hedge/);
    const taken = await shortstop(['learning', 'import', kept, ...where]);
    assert.deepEqual([taken.code, taken.stdout.includes('guard')], [0, true]);
    assert.match((await shortstop(['learning', 'reset', ...where])).stdout, /begun anew: guard/);
    const other = await shortstop(['learning', 'import', file, ...where]);
    assert.deepEqual([other.code, /choose another file/.test(other.stderr)], [1, true]);
    for (const args of [[], ['learn'], ['export'], ['reset', kept]])
      assert.equal((await shortstop(['learning', ...args, ...where])).code, 2, args.join());
  });

  test('completes at a position and prints text, reason, tokens and time', async () => {
    const { code, stdout, stderr } = await complete('1', '11', ...where);
    assert.equal(code, 0, stderr);
    const tail = '(, control run: \\d+ tokens in all)?';
    const line = `-- line-end · line-end · \\d+ tokens · [\\d.]+\\sm?s${tail}`;
    assert.match(stdout, new RegExp(`^a \\+ b\n${line}\n$`));
  });

  test('prints the same as JSON', async () => {
    const { stdout } = await complete('1', '11', '--json', ...where);
    const report = JSON.parse(stdout) as CompletionReport;
    assert.equal(report.served, 'a + b');
    assert.equal(report.reason, 'line-end');
    assert.ok(report.tokensAtStop >= 3 && report.stopMs >= 0);
  });

  test('refuses a position that the file does not have', async () => {
    for (const [line, character] of [
      ['1', '12'],
      ['9', '0'],
      ['-1', '0'],
      ['one', '0'],
    ] as const) {
      const { code, stderr } = await complete(line, character, ...where);
      assert.equal(code, 2, `${line}:${character}`);
      assert.match(stderr, /position|whole number|argument/);
    }
  });

  test('sends nothing of a file that is never read', async () => {
    const asked = engine.generations.length;
    const { code, stderr } = await shortstop([
      ...['complete', '--file', join(folder, '.env'), '--line', '0', '--character', '6'],
      ...where,
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /never-read/);
    assert.equal(engine.generations.length, asked);
  });

  test('says in one sentence that the engine is not there', async () => {
    const { code, stderr } = await complete(
      ...(['1', '11'] as const),
      ...['--state', state, '--url', 'http://127.0.0.1:9'],
    );
    assert.equal(code, 1);
    assert.match(stderr, /^shortstop complete: .*127\.0\.0\.1:9/);
    assert.equal(stderr.trim().split('\n').length, 1);
  });

  test('tells the profile in words and as JSON', async () => {
    assert.match((await shortstop(['profile', ...where])).stdout, /Nothing was learned yet/);
    const { stdout } = await shortstop(['profile', '--json', '--workspace', folder, ...where]);
    const { everywhere, contexts } = JSON.parse(stdout) as Profile;
    assert.deepEqual([everywhere?.boldness, contexts], [1, []]);
  });

  test('counts in stats what complete asked', async () => {
    const { stdout } = await shortstop(['stats', '--json', ...where]);
    const stats = JSON.parse(stdout) as Stats;
    assert.equal(stats.requests.engine, 2);
    assert.equal(stats.simulated, 0);
  });

  test('the doctor is content with a working engine, and not without one', async () => {
    const well = await shortstop(['doctor', '--json', ...where]);
    const { checks } = JSON.parse(well.stdout) as DoctorReport;
    assert.ok(checks.length >= 4 && checks.every(({ ok }) => ok));
    assert.equal(well.code, 0);

    const ill = await shortstop(['doctor', '--state', state, '--url', 'http://127.0.0.1:9']);
    assert.equal(ill.code, 1);
    assert.match(ill.stdout, /^FAIL {2}engine: /m);
  });

  test('the doctor says once that no engine answers, in plain words, and where to get one', async () => {
    const { url } = await notRunning();
    const { stdout } = await shortstop(['doctor', '--state', state, '--url', url]);
    assert.equal(stdout.match(/Nothing answers/g)?.length, 1, stdout);
    assert.doesNotMatch(stdout, /`/);
    assert.match(stdout, /https:\/\/ollama\.com\/download/);
  });

  test('the demo wants a folder of its own', async () => {
    assert.equal((await shortstop(['demo', '--url', engine.url])).code, 2);
    const { code, stderr } = await shortstop(['demo', ...where]);
    assert.equal(code, 2);
    assert.match(stderr, /already holds a database/);
  });

  test('serves an editor over standard input and output', async () => {
    const daemon = await startDaemon({
      node: process.execPath,
      args: [join(ROOT, 'cli/bin.mjs'), 'serve', '--stdio', ...where],
      folder,
      settings: { debounce: 0, controlRate: 0, withheldRate: 0 },
      initializationOptions: {},
      onLog: () => undefined,
    });
    const text = 'def add(a, b):\n    return \n';
    const editor = await SimulatedEditor.open(daemon.connection, 'file:///a.py', 'python', text);
    await editor.replace(text.length - 1, text.length - 1, '');
    assert.equal((await editor.ask())?.text, 'a + b');
    await daemon.stop();
  });

  test('runs on a plain Node whatever the folder it is called from', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'cli/bin.mjs'), '--help'], { cwd: tmpdir() });
    assert.equal(await new Promise((resolve) => child.once('close', resolve)), 0);
  });
});
