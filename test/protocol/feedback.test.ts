import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { FeedbackRequest, ProfileRequest } from '../../shared/learning-protocol.ts';
import { DeleteDataRequest, WhyRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const FOLDERS = [{ uri: 'file:///project', name: 'project' }];

for (const mode of MODES) {
  describe(`feedback, ${mode}`, () => {
    const cleanUps: (() => Promise<void> | void)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(stateDir: string, settings: Record<string, unknown> = {}) {
      const fake = await FakeOllama.start({ answer: () => answering('price', ';\n') });
      cleanUps.push(() => fake.stop());
      const daemon = await connectDaemon(mode, {
        ...{ url: fake.url, stateDir, workspaceFolders: FOLDERS },
        settings: { controlRate: 0, withheldRate: 0, debounce: 0, ...settings },
      });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      return daemon;
    }

    function folder(): string {
      const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-feedback-'));
      cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
      return stateDir;
    }

    let files = 0;

    /** One suggestion at the end of a line of a new file, and the thresholds that it was stopped by. */
    async function thresholds(daemon: ConnectedDaemon) {
      const uri = `file:///project/file-${++files}.ts`;
      const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
      await editor.type('const a = ');
      assert.ok(await editor.ask());
      const why = await daemon.connection.sendRequest(WhyRequest.type);
      assert.ok(why?.thresholds);
      return why.thresholds;
    }

    const say = (daemon: ConnectedDaemon, said: 'too-short' | 'too-long' | 'good') =>
      daemon.connection.sendRequest(FeedbackRequest.type, { said });

    test('Too Short makes the next request there more patient, is stored, and survives a restart', async () => {
      const stateDir = folder();
      const first = await start(stateDir);
      assert.match((await say(first, 'too-short')).message, /No suggestion was offered yet/);
      const before = await thresholds(first);
      const { message } = await say(first, 'too-short');
      assert.match(
        message,
        /^Suggestions may get longer at the end of lines in TypeScript\. They end early from /,
      );
      const after = await thresholds(first);
      assert.ok(after.tauAlive < before.tauAlive && after.tauDone >= before.tauDone);
      await first.stop();

      const rows = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
      const row = rows.prepare("SELECT state FROM policy_state WHERE id = 'profile'").get();
      const { state } = row as { state: string };
      const names = rows.prepare('SELECT DISTINCT workspace FROM requests').pluck().all();
      rows.close();
      assert.match(state, /"too-short":1/);
      assert.ok(!state.includes('project') && !state.includes('price'));
      assert.equal(names.length, 1);
      assert.match(String(names[0]), /^[0-9a-f]{16}$/);
      assert.ok(state.includes(String(names[0])));

      const second = await start(stateDir);
      assert.deepEqual(await thresholds(second), after);
      const profile = await second.connection.sendRequest(ProfileRequest.type);
      const [context] = profile.contexts;
      assert.equal(context?.clicks['too-short'], 1);
      assert.equal(context.tauAlive, after.tauAlive);
      await say(second, 'too-long');
      assert.deepEqual(await thresholds(second), before);
      await second.stop();
    });

    test('what cannot move says why', async () => {
      const daemon = await start(folder());
      cleanUps.push(() => daemon.stop());
      await thresholds(daemon);
      assert.match((await say(daemon, 'too-long')).message, /as early there as is certified/);
      assert.match(
        (await say(daemon, 'good')).message,
        /stay as long as they are .* Later feedback moves them less/,
      );
      await daemon.configure({ profile: { targetTokens: 3 } });
      await thresholds(daemon);
      assert.match((await say(daemon, 'too-short')).message, /The targets in the settings/);
      await daemon.configure({ stopping: { preset: 'custom' } });
      await thresholds(daemon);
      assert.match((await say(daemon, 'too-short')).message, /your own thresholds hold/);
      await daemon.configure({ learning: { enabled: false } });
      await thresholds(daemon);
      assert.match((await say(daemon, 'too-short')).message, /nothing was counted/);
    });

    test('a target in the settings is what the next request is stopped by', async () => {
      const daemon = await start(folder(), { profile: { targetTokens: 3 } });
      cleanUps.push(() => daemon.stop());
      const { tauAlive } = await thresholds(daemon);
      const { target } = await daemon.connection.sendRequest(ProfileRequest.type);
      assert.ok(tauAlive > 0.1157, 'bolder than the preset saver');
      assert.ok(target?.expected?.met && target.expected.boldness > 1);
    });

    test('deleting the data forgets the profile', async () => {
      const daemon = await start(folder());
      cleanUps.push(() => daemon.stop());
      const before = await thresholds(daemon);
      await say(daemon, 'too-short');
      await daemon.connection.sendRequest(DeleteDataRequest.type);
      assert.match((await say(daemon, 'too-short')).message, /No suggestion was offered yet/);
      assert.deepEqual(await thresholds(daemon), before);
    });
  });
}
