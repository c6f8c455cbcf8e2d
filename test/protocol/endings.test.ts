import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { ShowMessageNotification } from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { DoctorRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
const SPAWNED = MODES.includes('spawned') ? false : 'the daemon is not built (npm run build)';
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };
const DAY_MS = 86_400_000;

describe(`when it ends, and when its folder is gone, ${MODE}`, () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'shortstop-endings-'));
    cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  async function start(stateDir: string) {
    const fake = await FakeOllama.start({ answer: () => answering('price', ' * 2', ';\n') });
    cleanUps.push(() => fake.stop());
    const daemon = await connectDaemon(MODE, { url: fake.url, settings: SETTINGS, stateDir });
    const messages: string[] = [];
    daemon.connection.onNotification(ShowMessageNotification.type, ({ message }) => {
      messages.push(message);
    });
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    return { daemon, messages };
  }

  async function complete(daemon: ConnectedDaemon, name: string) {
    const uri = `file:///project/${name}`;
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const a = ');
    const ghost = await editor.ask();
    assert.equal(ghost?.text, 'price * 2;');
    return { editor, ghost };
  }

  for (const how of ['stdin', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) {
    test(`every waiting row is written at the end: ${how}`, { skip: SPAWNED }, async () => {
      const stateDir = folder();
      const { daemon } = await start(stateDir);
      const { editor, ghost } = await complete(daemon, 'a.ts');
      const lock = new Database(join(stateDir, 'shortstop.db'));
      lock.exec('BEGIN EXCLUSIVE');
      await editor.accept(ghost);
      await editor.save();
      await complete(daemon, 'b.ts');
      await daemon.end(how);
      lock.exec('COMMIT');
      lock.close();
      const { daemon: next } = await start(stateDir);
      const stats = await next.connection.sendRequest(StatsRequest.type, {});
      await next.stop();
      assert.equal(stats.requests.engine, 2);
      assert.equal(stats.outcomes.accepted, 1);
      assert.equal(stats.outcomes.pending, 1);
    });
  }

  test('a state folder that cannot be made is a message; completions go on', async () => {
    const file = join(folder(), 'taken');
    writeFileSync(file, '');
    const { daemon, messages } = await start(join(file, 'state'));
    cleanUps.push(() => daemon.stop());
    await complete(daemon, 'a.ts');
    await until(() => messages.length > 0, 'it is said');
    assert.match(messages[0] ?? '', /state folder .*can't be made or used/);
    const { checks } = await daemon.connection.sendRequest(DoctorRequest.type);
    assert.ok(checks.some(({ name, ok, detail }) => name === 'database' && !ok && detail !== ''));
  });

  test('a state folder that vanishes is a message; it is made anew and recording goes on', async () => {
    const stateDir = join(folder(), 'state');
    const { daemon, messages } = await start(stateDir);
    cleanUps.push(() => daemon.stop());
    await complete(daemon, 'a.ts');
    rmSync(stateDir, { recursive: true });
    await complete(daemon, 'b.ts');
    await until(
      () => messages.some((message) => /was deleted or replaced/.test(message)),
      'it is said',
    );
    const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
    assert.equal(stats.requests.engine, 1);
    assert.ok(existsSync(join(stateDir, 'shortstop.db')));
  });

  test('a state folder that vanishes for good is a message, and no crash', async () => {
    const parent = folder();
    const stateDir = join(parent, 'state');
    const { daemon, messages } = await start(stateDir);
    cleanUps.push(() => daemon.stop());
    await complete(daemon, 'a.ts');
    rmSync(stateDir, { recursive: true });
    writeFileSync(stateDir, 'a file now');
    await complete(daemon, 'b.ts');
    await until(() => messages.some((message) => /can't be written/.test(message)), 'it is said');
    await complete(daemon, 'c.ts');
  });

  for (const state of [
    '{"before": secret_code(',
    'null',
    '{"before":"secret_code("}',
    '["secret_code("]',
    '{"lastEditAt":"secret_code("}',
  ]) {
    test(`an open episode whose state is ${state} is given up, and the others go on`, async () => {
      const stateDir = folder();
      const first = await start(stateDir);
      await complete(first.daemon, 'a.ts');
      await complete(first.daemon, 'b.ts');
      await first.daemon.stop();
      const path = join(stateDir, 'shortstop.db');
      edit(path, (database) => {
        database
          .prepare(`UPDATE open_episodes SET state = ? WHERE state LIKE '%/a.ts%'`)
          .run(state);
      });
      const { daemon } = await start(stateDir);
      cleanUps.push(() => daemon.stop());
      const { outcomes } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(outcomes.unknown, 1);
      assert.equal(outcomes.pending, 1);
      const left = edit(path, (database) =>
        database.prepare('SELECT state FROM open_episodes').all(),
      );
      assert.equal(left.length, 1);
      assert.doesNotMatch(JSON.stringify(left), /secret_code/);
    });
  }

  test('a clock 400 days ahead deletes nothing, and once it is right again old rows still go', async () => {
    const stateDir = folder();
    const first = await start(stateDir);
    await complete(first.daemon, 'a.ts');
    await first.daemon.stop();
    const path = join(stateDir, 'shortstop.db');
    // For the rows it is the same whether the clock leaps ahead or they were written long ago.
    const shift = (days: number) =>
      edit(path, (database) => {
        const ms = days * DAY_MS;
        database.exec(`UPDATE episodes SET started_at = started_at - ${ms};
          UPDATE meta SET value = value - ${ms} WHERE key LIKE 'clock%';`);
      });
    const episodes = () =>
      edit(path, (database) => database.prepare('SELECT id FROM episodes').all()).length;
    const startAndEnd = async () => (await start(stateDir)).daemon.stop();
    shift(400);
    await startAndEnd();
    await startAndEnd();
    assert.equal(episodes(), 1);
    shift(8);
    await startAndEnd();
    assert.equal(episodes(), 0);
  });
});

function edit<T>(path: string, work: (database: Database.Database) => T): T {
  const database = new Database(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
