import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import {
  InlineCompletionTriggerKind,
  type InlineCompletionContext,
  type InlineCompletionItem,
} from 'vscode-languageserver-protocol/node';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import {
  AskRequest,
  CompleteHereRequest,
  PauseNotification,
  StatsRequest,
  SuggestRequest,
} from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import type { EngineTrace } from '../support/engine-traces.ts';
import { fail } from '../support/failures.ts';
import { FAKE_MODEL, FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
const URI = 'file:///project/total.ts';

interface Nothing {
  readonly title: string;
  readonly uri?: string;
  readonly answer?: FakeOptions['answer'];
  readonly says: RegExp;
}

/** Improbable from its first token on. */
const UNSURE: Nothing = {
  title: 'where the model is unsure',
  answer: () => ({
    ...answering('xyz', ' abc'),
    tokens: [
      ['xyz', -2, [], 0],
      [' abc', -2, [], 0],
    ] satisfies EngineTrace['tokens'],
  }),
  says: /too unsure of what comes here \(\d/,
};

describe(`what somebody asked for by a command, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(options: FakeOptions = {}, uri = URI) {
    const answer = options.answer ?? (() => answering('price', ';\n'));
    const fake = await FakeOllama.start(Object.assign(options, { answer }));
    cleanUps.push(() => fake.stop());
    const settings = { controlRate: 0, withheldRate: 0, debounce: 0 };
    const daemon = await connectDaemon(MODE, { url: fake.url, settings });
    cleanUps.push(() => daemon.stop());
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'typescript', '');
    await editor.type('const a = ');
    return { fake, daemon, editor };
  }

  const nothings: readonly Nothing[] = [
    { title: 'of a private file', uri: 'file:///project/.env', says: /never read/ },
    { title: 'where the model ends at once', answer: () => answering(), says: /nothing to add/ },
    {
      title: 'where the model writes blanks',
      answer: () => answering(' ', '\n', '\n'),
      says: /\w/,
    },
    {
      title: 'where the model repeats itself',
      answer: () => answering(...Array.from({ length: 60 }, () => '\n')),
      says: /\w/,
    },
  ];
  for (const { title, uri = URI, answer, says } of nothings) {
    test(`Complete Here ${title} says why nothing came`, async () => {
      const { daemon, editor } = await start({ ...(answer && { answer }) }, uri);
      await assert.rejects(completeHere(daemon, editor, uri), says);
    });
  }

  for (const { title, uri = URI, answer, says } of [...nothings, UNSURE]) {
    test(`Suggest Here ${title} says why nothing came, also where that is known by then`, async () => {
      const { daemon, editor, fake } = await start({ ...(answer && { answer }) }, uri);
      await assert.rejects(suggest(daemon, editor, uri), says);
      const asked = fake.generations.length;
      await assert.rejects(suggest(daemon, editor, uri), says);
      assert.equal(fake.generations.length, asked);
    });
  }

  test('Suggest Here is answered while Shortstop is paused, and by one suggestion', async () => {
    const { daemon, editor } = await start();
    await daemon.connection.sendNotification(PauseNotification.type, { minutes: 10 });
    assert.equal(await editor.ask(), null);
    const items = await suggest(daemon, editor, URI);
    assert.deepEqual(
      items?.map(({ insertText }) => insertText),
      ['price;'],
    );
  });

  test('Suggest Here in the presence of a list entry that leads elsewhere says so', async () => {
    const { daemon, editor } = await start();
    const { cursor } = editor;
    const range = {
      start: { line: 0, character: cursor - 2 },
      end: { line: 0, character: cursor },
    };
    const selectedCompletionInfo = { range, text: 'elsewhere' };
    await assert.rejects(
      suggest(daemon, editor, URI, { selectedCompletionInfo }),
      /list does not continue/,
    );
  });

  test('Suggest Here of an engine that has gone says that it does not answer', async () => {
    const { daemon, editor, fake } = await start();
    await fake.stop();
    await assert.rejects(suggest(daemon, editor, URI), /Nothing answers as Ollama at .* start it/);
  });

  test('Complete Here of an engine that fails says what is wrong with it', async () => {
    let broken = false;
    const { daemon, editor } = await start({
      instead: (request, response) => {
        if (!broken || request.path !== '/api/generate') return false;
        fail('500', response);
        return true;
      },
    });
    broken = true;
    await assert.rejects(completeHere(daemon, editor, URI), /refused the request \(status 500\)/);
    broken = false;
    assert.equal((await completeHere(daemon, editor, URI))?.[0]?.insertText, 'price;');
  });

  test('a question whose first word does not come keeps no completion waiting, and is answered', async () => {
    let silent = true;
    const { daemon, editor, fake } = await start({
      instead: ({ path }) => silent && path === '/api/chat',
    });
    const asked = ask(daemon);
    await until(() => fake.generations.at(-1)?.path === '/api/chat', 'the question is asked');
    const begun = performance.now();
    assert.equal((await editor.ask())?.text, 'price;');
    const ms = performance.now() - begun;
    assert.ok(ms < 3_000, `${Math.round(ms)} ms`);
    await until(() => fake.generations.at(-1)?.path === '/api/chat', 'it is asked again');
    silent = false;
    await editor.type('price;\nconst b = ');
    assert.equal((await editor.ask())?.text, 'price;');
    assert.equal((await asked).answer, 'It adds two numbers.');
  });

  test('a question about a model of unknown context length is sent with its code', async () => {
    const { daemon, fake } = await start({ models: [{ name: FAKE_MODEL, contextLength: 0 }] });
    await ask(daemon);
    assert.match(JSON.stringify(fake.generations.at(-1)?.body), /const a = /);
  });

  test('an empty answer says why', async () => {
    const { daemon } = await start({ chatPieces: [] });
    await assert.rejects(ask(daemon), /ended its answer without a word/);
  });

  test('an answer of blanks up to the limit says why', async () => {
    const { daemon } = await start({ chatPieces: Array.from({ length: 700 }, () => ' ') });
    await assert.rejects(ask(daemon), /wrote nothing to read within its limit of 600 tokens/);
  });

  test('a question to an engine that fails says what is wrong with it', async () => {
    const { daemon } = await start({
      instead: ({ path }, response) => {
        if (path !== '/api/chat') return false;
        fail('503', response);
        return true;
      },
    });
    await assert.rejects(ask(daemon), /refused the request \(status 503\)/);
  });

  test('an answer that took half a minute, accepted at once, has its outcome', async () => {
    const pace = { firstTokenMs: 0 };
    const { daemon, editor } = await start(pace);
    pace.firstTokenMs = 32_000;
    const [item] = (await completeHere(daemon, editor, URI)) ?? [];
    assert.equal(item?.insertText, 'price;');
    const suggestionId = String(item.command?.arguments?.[0]);
    const { cursor } = editor;
    await editor.accept({ suggestionId, text: 'price;', start: cursor, end: cursor });
    await editor.save();
    const { outcomes, exactMatch } = await daemon.connection.sendRequest(StatsRequest.type, {});
    assert.equal(outcomes.accepted, 1);
    assert.equal(exactMatch.n, 1);
  });
});

function suggest(
  daemon: ConnectedDaemon,
  editor: SimulatedEditor,
  uri: string,
  context: Partial<InlineCompletionContext> = {},
): Promise<InlineCompletionItem[] | null> {
  return daemon.connection.sendRequest(SuggestRequest.type, {
    textDocument: { uri },
    position: { line: 0, character: editor.cursor },
    context: { triggerKind: InlineCompletionTriggerKind.Invoked, ...context },
  });
}

function completeHere(
  daemon: ConnectedDaemon,
  editor: SimulatedEditor,
  uri: string,
): Promise<InlineCompletionItem[] | null> {
  return daemon.connection.sendRequest(CompleteHereRequest.type, {
    textDocument: { uri },
    position: { line: 0, character: editor.cursor },
    context: { triggerKind: InlineCompletionTriggerKind.Invoked },
  });
}

function ask(daemon: ConnectedDaemon) {
  const cursor = { line: 0, character: 0 };
  return daemon.connection.sendRequest(AskRequest.type, {
    question: 'What does it do?',
    textDocument: { uri: URI },
    range: { start: cursor, end: cursor },
    partialResultToken: 'ask',
  });
}
