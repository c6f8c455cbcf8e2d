import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { DoctorRequest, StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import type { BadEngine } from '../support/bad-engines/bad-engine.ts';
import { dies } from '../support/bad-engines/dies.ts';
import { garbage } from '../support/bad-engines/garbage.ts';
import { noLastLine } from '../support/bad-engines/no-last-line.ts';
import { notRunning } from '../support/bad-engines/not-running.ts';
import { webPage } from '../support/bad-engines/web-page.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };
const ANSWER = answering('price', ' * 2', ';\n', 'const');

for (const mode of MODES) {
  describe(`bad input, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function connect(url: string, settings: object = {}): Promise<ConnectedDaemon> {
      const daemon = await connectDaemon(mode, { url, settings: { ...SETTINGS, ...settings } });
      cleanUps.push(() => daemon.stop());
      return daemon;
    }

    async function healthy(settings: object = {}): Promise<ConnectedDaemon> {
      const fake = await FakeOllama.start({ answer: () => ANSWER });
      cleanUps.push(() => fake.stop());
      const daemon = await connect(fake.url, settings);
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      return daemon;
    }

    async function ask(daemon: ConnectedDaemon, text: string, cursor = text.length, name = 'a.ts') {
      const uri = `file:///project/${name}`;
      const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', text);
      await editor.replace(cursor, cursor, '');
      return { editor, ghost: await editor.ask() };
    }

    const failures: readonly {
      readonly title: string;
      readonly engine: () => Promise<BadEngine>;
      readonly says: RegExp;
    }[] = [
      { title: 'an engine that does not run', engine: notRunning, says: /start|running/i },
      { title: 'a web page at the address', engine: webPage, says: /shortstop\.engine\.url/ },
      {
        title: 'an engine that dies in mid-stream',
        engine: dies,
        says: /broke off|restart|again/i,
      },
      { title: 'garbage in the stream', engine: garbage, says: /\w/ },
      { title: 'a stream without its last line', engine: noLastLine, says: /\w/ },
    ];
    for (const { title, engine, says } of failures) {
      test(`${title} is null, one message that says what to do, and no crash`, async () => {
        const bad = await engine();
        cleanUps.push(() => bad.stop());
        const daemon = await connect(bad.url);
        const { ghost, editor } = await ask(daemon, 'const a = ');
        assert.equal(ghost, null);
        await editor.type('b');
        assert.equal(await editor.ask(), null);
        await until(() => daemon.statuses.at(-1)?.state === 'error', 'an error status');
        const problems = new Set(daemon.statuses.flatMap(({ problem }) => problem ?? []));
        assert.equal(problems.size, 1, [...problems].join(' | '));
        const [problem = ''] = problems;
        assert.match(problem, says);
        assert.doesNotMatch(problem, /secret_code/);
        assert.ok(daemon.log.every((line) => !line.includes('secret_code')));
        const report = await daemon.connection.sendRequest(DoctorRequest.type);
        assert.ok(report.checks.some(({ ok, detail }) => !ok && says.test(detail)));
      });
    }

    test('a missing model is said with the command that brings it', async () => {
      const daemon = await healthy();
      await daemon.configure({ ...SETTINGS, model: 'nobody-has-this:1b' });
      await until(() => daemon.statuses.at(-1)?.state === 'error', 'an error status');
      const status = daemon.statuses.at(-1);
      assert.match(status?.problem ?? '', /nobody-has-this:1b/);
      assert.equal(status?.action?.command, 'shortstop.pullModel');
      assert.deepEqual(status.action.arguments, ['nobody-has-this:1b']);
      assert.equal((await ask(daemon, 'const a = ')).ghost, null);
    });

    test('a model that cannot fill in the middle is said, with what to choose', async () => {
      const fake = await FakeOllama.start({
        models: [{ name: 'smollm2:135m', capabilities: ['completion'] }],
        answer: () => ANSWER,
      });
      cleanUps.push(() => fake.stop());
      const daemon = await connect(fake.url, { model: 'smollm2:135m' });
      assert.equal((await ask(daemon, 'const a = ')).ghost, null);
      await until(() => daemon.statuses.some(({ problem }) => problem !== undefined), 'a problem');
      const status = daemon.statuses.find(({ problem }) => problem !== undefined);
      assert.match(status?.problem ?? '', /fill in the middle/);
      assert.equal(status?.action?.command, 'shortstop.selectModel');
    });

    test('a remote host that nobody confirmed gets nothing', async () => {
      const daemon = await connect('http://ollama.example:11434');
      assert.equal((await ask(daemon, 'const a = ')).ghost, null);
      await until(() => daemon.statuses.at(-1)?.state === 'error', 'an error status');
      assert.match(daemon.statuses.at(-1)?.problem ?? '', /ollama\.example/);
      assert.equal(daemon.statuses.at(-1)?.action?.command, 'shortstop.allowRemoteHost');
    });

    test('an engine that comes back works again without a restart', async () => {
      const bad = await notRunning();
      const daemon = await connect(bad.url);
      await ask(daemon, 'const a = ');
      await until(() => daemon.statuses.at(-1)?.state === 'error', 'an error status');
      const fake = await FakeOllama.start({
        answer: () => ANSWER,
        port: Number(new URL(bad.url).port),
      });
      cleanUps.push(() => fake.stop());
      await new Promise((resolve) => setTimeout(resolve, 3100));
      const { ghost } = await ask(daemon, 'const b = ', undefined, 'b.ts');
      assert.equal(ghost?.text, 'price * 2;');
      assert.equal(daemon.statuses.at(-1)?.problem, undefined);
    });

    const documents: readonly { title: string; text: string; cursor?: number }[] = [
      { title: 'an empty file', text: '' },
      { title: 'a file without anything after the cursor', text: 'const a = ' },
      {
        title: 'a file of 5 MB',
        text: `${'export const x = 1;\n'.repeat(131_072)}const a = \n${'export const y = 2;\n'.repeat(131_072)}`,
        cursor: 'export const x = 1;\n'.length * 131_072 + 'const a = '.length,
      },
      { title: 'CRLF', text: 'let b = 1;\r\nconst a = \r\nlet c = 2;\r\n', cursor: 22 },
      { title: 'an emoji at the cursor', text: 'const smile = "😀"; const a = ', cursor: 30 },
      { title: 'half an emoji before the cursor', text: 'const s = "😀";', cursor: 12 },
    ];
    for (const { title, text, cursor } of documents) {
      test(`${title} is completed, and accepting keeps the document in step`, async () => {
        const daemon = await healthy();
        const { editor, ghost } = await ask(daemon, text, cursor);
        if (ghost) {
          assert.ok(ghost.text.isWellFormed());
          await editor.accept(ghost);
        }
        await editor.save();
        const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
        assert.equal(stats.requests.engine, 1);
        assert.equal(stats.requests.failed, 0);
        if (ghost) assert.equal(stats.exactMatch.value, 1);
      });
    }

    test('a binary file costs nothing', async () => {
      const daemon = await healthy();
      assert.equal((await ask(daemon, 'PK\u0003\u0004\0\0\0 const a = ')).ghost, null);
      const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(stats.requests.engine, 0);
    });

    test('a database locked by another process delays rows and loses none', async () => {
      const daemon = await healthy();
      await ask(daemon, 'const a = ', undefined, 'first.ts');
      await daemon.connection.sendRequest(StatsRequest.type, {});
      const other = new Database(join(daemon.stateDir, 'shortstop.db'));
      other.exec('BEGIN EXCLUSIVE');
      const { editor, ghost } = await ask(daemon, 'const b = ', undefined, 'second.ts');
      assert.equal(ghost?.text, 'price * 2;');
      await editor.accept(ghost);
      await editor.save();
      other.exec('COMMIT');
      other.close();
      await until(() => rows(daemon.stateDir) === 2, 'both requests are in the database');
    });
  });
}

function rows(stateDir: string): number {
  const database = new Database(join(stateDir, 'shortstop.db'), { readonly: true });
  try {
    return (database.prepare('SELECT count(*) AS n FROM requests').get() as { n: number }).n;
  } finally {
    database.close();
  }
}
