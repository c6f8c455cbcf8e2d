import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import {
  ExportLearningRequest,
  ImportLearningRequest,
  ResetLearningRequest,
} from '../../shared/learning-protocol.ts';
import {
  AskRequest,
  DeleteDataRequest,
  DoctorRequest,
  ExportRequest,
  ModelsRequest,
  PauseNotification,
  PullRequest,
  StatsRequest,
  WhyRequest,
  type PullProgress,
} from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES } from '../support/daemon.ts';
import { FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const URI = 'file:///project/total.ts';
const CURSOR = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const PIECES = ['Use ', '`reduce`', ':\n', '```ts\n', 'a\n', '```\n'];

for (const mode of MODES) {
  describe(`services, ${mode}`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(options: FakeOptions = {}) {
      const pace = { answer: () => answering('price', ';\n'), chatPieces: PIECES, ...options };
      const fake = await FakeOllama.start(pace);
      cleanUps.push(() => fake.stop());
      const settings = { controlRate: 0, withheldRate: 0, debounce: 0 };
      const daemon = await connectDaemon(mode, { url: fake.url, settings });
      cleanUps.push(() => daemon.stop());
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
      await editor.type('const a = ');
      return { fake, daemon, editor, pace };
    }

    test('what was learned is given as text, taken back, and forgotten', async () => {
      const { daemon } = await start();
      const { connection } = daemon;
      const { text, learners } = await connection.sendRequest(ExportLearningRequest.type);
      assert.ok(learners.includes('guard') && learners.includes('hedge'));
      const taken = await connection.sendRequest(ImportLearningRequest.type, { text });
      assert.deepEqual(taken, { learners, refused: [] });
      assert.deepEqual(await connection.sendRequest(ResetLearningRequest.type), { learners });
      await assert.rejects(
        connection.sendRequest(ImportLearningRequest.type, { text: 'no' }),
        /choose another file/,
      );
    });

    test('an answer to a question is streamed in pieces and given as a whole', async () => {
      const { daemon, fake } = await start();
      const pieces: string[] = [];
      daemon.connection.onProgress(AskRequest.piece, 'ask-1', (piece) => void pieces.push(piece));
      const answer = await daemon.connection.sendRequest(AskRequest.type, {
        question: 'How do I sum?',
        textDocument: { uri: URI },
        range: CURSOR,
        partialResultToken: 'ask-1',
      });
      assert.equal(answer.answer, PIECES.join(''));
      assert.equal(pieces.join(''), PIECES.join(''));
      assert.ok(pieces.length > 1);
      assert.equal(answer.ended, 'natural-end');
      const sent = JSON.stringify(fake.generations.at(-1)?.body);
      assert.match(sent, /How do I sum\?/);
      assert.match(sent, /const a = /);
    });

    test('a question that follows goes with what was said before, and with the code once', async () => {
      const { daemon, fake, editor } = await start();
      const earlier = [{ question: 'How do I sum?', answer: 'With `reduce`.' }];
      const asked = {
        textDocument: { uri: URI },
        range: CURSOR,
        partialResultToken: 'ask-4',
        question: 'And without it?',
      };
      await daemon.connection.sendRequest(AskRequest.type, { ...asked, earlier });
      const messages = fake.generations.at(-1)?.body['messages'] as { content: string }[];
      assert.equal(messages.length, 4);
      assert.match(messages[1]?.content ?? '', /const a = \n```\nHow do I sum\?$/);
      assert.equal(messages[2]?.content, 'With `reduce`.');
      assert.equal(messages[3]?.content, 'And without it?');

      const long = { question: '?', answer: 'x'.repeat(20_000) };
      await editor.type('1');
      await daemon.connection.sendRequest(AskRequest.type, { ...asked, earlier: [long] });
      const only = fake.generations.at(-1)?.body['messages'] as { content: string }[];
      assert.equal(only.length, 2);
      assert.match(only[1]?.content ?? '', /const a = 1\n```\nAnd without it\?$/);
    });

    test('an answer is ended where the code asked for is closed', async () => {
      const pieces = ['```ts\n', 'b();', '\n```', '\nThis ', 'calls b.'];
      const { daemon, fake, pace } = await start({ chatPieces: pieces });
      Object.assign(pace, { tokenMs: 50 });
      const answer = await daemon.connection.sendRequest(AskRequest.type, {
        question: 'Write a call of b.',
        textDocument: { uri: URI },
        range: CURSOR,
        partialResultToken: 'ask-5',
      });
      assert.equal(answer.answer, '```ts\nb();\n```');
      assert.equal(answer.ended, 'code-closed');
      assert.equal(answer.tokens, 3);
      assert.equal(answer.avoidedAtMost, 600 - 3);
      await until(() => fake.generations.at(-1)?.aborted === true, 'the stream is closed');
      assert.ok((fake.generations.at(-1)?.sent ?? 0) < pieces.length);
    });

    test('a cancelled question closes the stream and keeps what was written', async () => {
      const { daemon, fake, pace } = await start();
      Object.assign(pace, { tokenMs: 200 });
      const source = new CancellationTokenSource();
      daemon.connection.onProgress(AskRequest.piece, 'ask-2', () => source.cancel());
      const answer = await daemon.connection.sendRequest(
        AskRequest.type,
        { question: '?', textDocument: { uri: URI }, range: CURSOR, partialResultToken: 'ask-2' },
        source.token,
      );
      assert.equal(answer.ended, 'cancelled');
      assert.ok(answer.answer.startsWith('Use'));
      await until(() => fake.generations.at(-1)?.aborted === true, 'the stream is closed');
    });

    test('why the last request stopped is told until the data are deleted', async () => {
      const { daemon, editor } = await start();
      assert.equal(await daemon.connection.sendRequest(WhyRequest.type), null);
      await editor.ask();
      const why = await daemon.connection.sendRequest(WhyRequest.type);
      assert.equal(why?.steps[0]?.text, 'price');
      assert.ok(!daemon.log.join().includes('price'));
      await daemon.connection.sendRequest(DeleteDataRequest.type);
      assert.equal(await daemon.connection.sendRequest(WhyRequest.type), null);
    });

    test('the doctor says which rule is in force, and that it is not certified', async () => {
      const { daemon } = await start();
      const { checks } = await daemon.connection.sendRequest(DoctorRequest.type);
      const detail = checks.find(({ name }) => name === 'certificate')?.detail ?? '';
      assert.match(
        detail,
        /^preset balanced: not certified.*\. The rule is the learned policy, weights [0-9a-f]{12}, /,
      );
      assert.match(detail, /trained on \d+ traces/);
      const { rule } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(rule, detail);
    });

    test('a private file is not asked about', async () => {
      const { daemon, fake } = await start();
      const uri = 'file:///project/.env';
      await SimulatedEditor.open(daemon.connection, uri, 'dotenv', 'TOKEN=secret');
      const before = fake.generations.length;
      await assert.rejects(
        daemon.connection.sendRequest(AskRequest.type, {
          question: 'What is the token?',
          textDocument: { uri },
          range: CURSOR,
          partialResultToken: 'ask-3',
        }),
        /never read/,
      );
      assert.equal(fake.generations.length, before);
    });

    test('models are listed with what they can do', async () => {
      const { daemon } = await start({
        models: [
          { name: 'qwen2.5-coder:0.5b' },
          { name: 'smollm2:135m', capabilities: ['completion'] },
        ],
      });
      const models = await daemon.connection.sendRequest(ModelsRequest.type);
      assert.deepEqual(
        models.map(({ name, fillsIn }) => [name, fillsIn]),
        [
          ['qwen2.5-coder:0.5b', true],
          ['smollm2:135m', false],
        ],
      );
    });

    test('a model is pulled with progress; one that nobody has fails in words', async () => {
      const { daemon } = await start({ pullable: ['starcoder2:3b'] });
      const steps: PullProgress[] = [];
      daemon.connection.onProgress(PullRequest.progress, 'p', (step) => void steps.push(step));
      const params = { model: 'starcoder2:3b', partialResultToken: 'p' };
      await daemon.connection.sendRequest(PullRequest.type, params);
      assert.ok(steps.length > 0);
      const models = await daemon.connection.sendRequest(ModelsRequest.type);
      assert.ok(models.some(({ name }) => name === 'starcoder2:3b'));
      await assert.rejects(
        daemon.connection.sendRequest(PullRequest.type, { ...params, model: 'nobody-has-this' }),
        /nobody-has-this/,
      );
    });

    test('a pause stops automatic answers until it is lifted', async () => {
      const { daemon, editor, fake } = await start();
      fake.requests.length = 0;
      await daemon.connection.sendNotification(PauseNotification.type, { minutes: 10 });
      assert.equal(await editor.ask(), null);
      assert.equal(daemon.statuses.at(-1)?.state, 'paused');
      assert.equal(fake.generations.length, 0);
      await daemon.connection.sendNotification(PauseNotification.type, { minutes: 0 });
      assert.equal((await editor.ask())?.text, 'price;');
      assert.notEqual(daemon.statuses.at(-1)?.state, 'paused');
    });

    test('data are exported as JSON and deleted when asked', async () => {
      const { daemon, editor } = await start();
      assert.ok(await editor.ask());
      await editor.save();
      const path = join(daemon.stateDir, 'export.json');
      const { rows } = await daemon.connection.sendRequest(ExportRequest.type, { path });
      assert.ok(rows >= 2);
      const text = readFileSync(path, 'utf8');
      assert.ok(JSON.parse(text));
      assert.doesNotMatch(text, /price/);
      const deleted = await daemon.connection.sendRequest(DeleteDataRequest.type);
      assert.ok(deleted.rows >= 2);
      const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.equal(stats.requests.engine, 0);
      await assert.rejects(
        daemon.connection.sendRequest(ExportRequest.type, { path: '/nowhere/at/all.json' }),
      );
    });

    test('the doctor finds a healthy daemon healthy', async () => {
      const { daemon } = await start();
      const { checks } = await daemon.connection.sendRequest(DoctorRequest.type);
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
      for (const name of ['engine', 'model', 'fills in the middle', 'confidence', 'database']) {
        assert.ok(
          checks.some((check) => check.name === name),
          `${name} is checked`,
        );
      }
    });
  });
}
