import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import {
  DeleteDataRequest,
  ExportRequest,
  StatsRequest,
  WhyRequest,
} from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

for (const mode of MODES) {
  describe(`nothing leaks, ${mode}`, () => {
    const cleanUps: (() => Promise<void> | void)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function startFake(options: FakeOptions = {}): Promise<FakeOllama> {
      const fake = await FakeOllama.start({ answer: () => answering('price', ';\n'), ...options });
      cleanUps.push(() => fake.stop());
      return fake;
    }

    function stateFolder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'shortstop-leaks-'));
      cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
      return folder;
    }

    async function connect(url: string, stateDir = stateFolder()): Promise<ConnectedDaemon> {
      const daemon = await connectDaemon(mode, { url, settings: SETTINGS, stateDir });
      cleanUps.push(() => daemon.stop());
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      return daemon;
    }

    async function offered(daemon: ConnectedDaemon, name = 'a.ts'): Promise<SimulatedEditor> {
      const uri = `file:///project/${name}`;
      const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
      await editor.type('const telltale = ');
      assert.equal((await editor.ask())?.text, 'price;');
      return editor;
    }

    test('state folder, database, log and export are for their owner alone', async () => {
      const folder = stateFolder();
      chmodSync(folder, 0o755);
      const daemon = await connect((await startFake()).url, folder);
      await offered(daemon);
      await daemon.connection.sendRequest(ExportRequest.type, { path: join(folder, 'all.json') });
      await until(() => readdirSync(folder).includes('shortstop.log'), 'the log is there');
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      const names = readdirSync(folder);
      for (const name of ['shortstop.db', 'shortstop.db-wal', 'shortstop.log', 'all.json']) {
        assert.ok(names.includes(name), name);
      }
      for (const name of names) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
    });

    test('an export to what is no regular file is refused in words', async () => {
      const daemon = await connect((await startFake()).url);
      for (const path of ['/dev/null', '/dev/stdout', daemon.stateDir]) {
        await assert.rejects(
          daemon.connection.sendRequest(ExportRequest.type, { path }),
          /not a regular file; choose another file/,
          path,
        );
      }
    });

    test('deleting the data ends what is open in every window, and no key brings it back', async () => {
      const { url } = await startFake();
      const here = await connect(url);
      const there = await connect(url, here.stateDir);
      await offered(here, 'here.ts');
      const editor = await offered(there, 'there.ts');
      await until(() => onDisk(here.stateDir), 'the code of both is on the disk');
      const { rows } = await here.connection.sendRequest(DeleteDataRequest.type);
      assert.ok(rows >= 4);
      for (const key of 'pri') {
        await editor.type(key);
        await pause(400);
      }
      await editor.save();
      await until(() => !onDisk(here.stateDir), 'no code is on the disk any more');
      assert.deepEqual(rowsIn(here.stateDir), { episodes: 0, open_episodes: 0, requests: 0 });
      assert.equal(await there.connection.sendRequest(WhyRequest.type), null);
      await offered(there, 'later.ts');
      const { requests } = await there.connection.sendRequest(StatsRequest.type, {});
      assert.equal(requests.engine, 1, 'what comes after is recorded');
    });

    test('what a reader still holds of deleted data is said', async () => {
      const daemon = await connect((await startFake()).url);
      await offered(daemon);
      const reader = new Database(join(daemon.stateDir, 'shortstop.db'), { readonly: true });
      cleanUps.push(() => void reader.close());
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM episodes').get();
      const held = await daemon.connection.sendRequest(DeleteDataRequest.type);
      assert.equal(held.isHeld, true);
      reader.exec('COMMIT');
      const after = await daemon.connection.sendRequest(DeleteDataRequest.type);
      assert.equal(after.isHeld, false);
    });

    test('what an engine says of itself forges no line of the log', async () => {
      const forged = '2026-01-01T00:00:00.000Z info all is well';
      const daemon = await connect(
        (await startFake({ version: `1.0\n${forged}\r\n\u001b[2K\u2028\u202e${forged}` })).url,
      );
      await until(() => daemon.log.some((line) => line.includes('all is well')), 'it is logged');
      const file = join(daemon.stateDir, 'shortstop.log');
      await until(() => readFileSync(file, 'utf8').includes('all is well'), 'it is in the file');
      for (const line of [...readFileSync(file, 'utf8').split(/[\r\n\u2028]/), ...daemon.log]) {
        assert.ok(!line.startsWith(forged), line);
        assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
      }
    });
  });
}

/** Whether the code of an open episode stands in any file of the state folder. */
function onDisk(folder: string): boolean {
  return readdirSync(folder).some((name) =>
    readFileSync(join(folder, name)).includes('const telltale'),
  );
}

function rowsIn(folder: string): Record<string, number> {
  const database = new Database(join(folder, 'shortstop.db'), { readonly: true });
  try {
    const tables = ['episodes', 'open_episodes', 'requests'];
    return Object.fromEntries(
      tables.map((table) => [
        table,
        database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0,
      ]),
    );
  } finally {
    database.close();
  }
}
