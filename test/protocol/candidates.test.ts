import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { SimulatedEditor, type GhostText } from '../../bench/session/editor.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import { until } from '../support/answers.ts';
import { branching, givenOf } from '../support/branching-engine.ts';
import { connectDaemon, MODES } from '../support/daemon.ts';
import { FakeOllama, type FakeOptions } from '../support/fake-ollama.ts';

const MODE = MODES.at(-1) ?? 'in-band';
const URI = 'file:///project/total.ts';

/** The model is least sure of the first word, then of the operator. */
const ANSWER = branching({
  '': { next: { price: 0.6, total: 0.3, sum: 0.001 }, then: [' * amount', ';\n'] },
  price: { next: { ' * amount': 0.8, ' + tax': 0.15 }, then: [';\n'] },
  total: { next: { ' + tax': 0.9 }, then: [';\n'] },
  'price + tax': { next: { ';\n': 0.9 }, then: [] },
});

interface Row {
  readonly candidate: number;
  readonly accepted: number | null;
  readonly matched: number | null;
  readonly offered: number;
  readonly ended: string;
  readonly tokens_at_stop: number;
  readonly first: number;
}

describe(`further candidates, ${MODE}`, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(options: FakeOptions = {}) {
    const fake = await FakeOllama.start(
      Object.assign(options, { answer: options.answer ?? ANSWER }),
    );
    cleanUps.push(() => fake.stop());
    const settings = { controlRate: 1, withheldRate: 0, debounce: 0 };
    const daemon = await connectDaemon(MODE, { url: fake.url, settings });
    cleanUps.push(() => daemon.stop());
    await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    const editor = await SimulatedEditor.open(daemon.connection, URI, 'typescript', '');
    await editor.type('const a = ');
    const asked = fake.generations.length;
    const rows = () => {
      const database = new Database(join(daemon.stateDir, 'shortstop.db'), { readonly: true });
      try {
        return database.prepare<[], Row>('SELECT * FROM requests ORDER BY at, rowid').all();
      } finally {
        database.close();
      }
    };
    return { fake, daemon, editor, rows, generations: () => fake.generations.slice(asked) };
  }

  test('are asked for on demand only, once, the likeliest first', async () => {
    const { editor, generations } = await start();
    const shown = await editor.ask();
    assert.equal(shown?.text, 'price * amount;');
    assert.equal(generations().length, 1);

    const all = await editor.askAll();
    assert.deepEqual(texts(all), ['price * amount;', 'total + tax;', 'price + tax;']);
    assert.equal(all[0]?.suggestionId, shown.suggestionId);
    assert.deepEqual(generations().slice(1).map(givenOf), ['', 'total', 'price', 'price + tax']);

    assert.deepEqual(await editor.askAll(), all);
    assert.deepEqual(await editor.ask(), shown);
    assert.equal(generations().length, 5);
  });

  test('one that is accepted is in the database, and the one on show is not what was kept', async () => {
    const { daemon, editor, rows } = await start();
    await editor.ask();
    const [, second] = await editor.askAll();
    assert.ok(second);
    await editor.accept(second);
    await editor.save();
    const stats = await daemon.connection.sendRequest(StatsRequest.type, {});
    assert.deepEqual(
      rows().map(({ candidate, accepted, matched, offered, first }) => ({
        ...{ candidate, accepted, matched, offered, first },
      })),
      [
        { candidate: 1, accepted: null, matched: null, offered: 1, first: 1 },
        { candidate: 2, accepted: 1, matched: 1, offered: 1, first: 0 },
        { candidate: 3, accepted: 0, matched: 0, offered: 1, first: 0 },
      ],
    );
    assert.equal(stats.outcomes.rejected, 1);
    assert.equal(stats.exactMatch.n, 1);
    assert.equal(stats.exactMatch.value, 0);
    assert.deepEqual(
      stats.recent.map(({ outcome }) => outcome),
      [null, 'accepted', 'rejected'],
    );
  });

  test('their tokens are spent ones, those by which they were found among them', async () => {
    const { daemon, editor, rows } = await start();
    await editor.ask();
    const before = await daemon.connection.sendRequest(StatsRequest.type, {});
    await editor.askAll();
    const after = await daemon.connection.sendRequest(StatsRequest.type, {});
    const spent = rows()
      .slice(1)
      .map((row) => row.tokens_at_stop);
    assert.deepEqual(spent, [3, 2]);
    assert.equal(after.tokens.spent - before.tokens.spent, 5);
  });

  test('typing on along one of them is answered by its rest, without the engine', async () => {
    const { editor, generations } = await start();
    await editor.ask();
    const [, second] = await editor.askAll();
    const asked = generations().length;
    await editor.type('tot');
    const rest = await editor.ask();
    assert.equal(rest?.text, 'al + tax;');
    assert.equal(rest.suggestionId, second?.suggestionId);
    assert.equal(generations().length, asked);
  });

  test('begin with what is typed of the one on show', async () => {
    const { editor } = await start();
    await editor.ask();
    await editor.type('price');
    assert.deepEqual(texts(await editor.askAll()), [' * amount;', ' + tax;']);
  });

  test('one that is how another begins is none', async () => {
    const { editor, rows } = await start({
      answer: branching({
        '': { next: { price: 0.9, total: 0.02 }, then: [' * amount', '\n'] },
        price: { next: { ' * amount': 0.6, '\n': 0.3, ' +': 0.01 }, then: ['\n'] },
        total: { next: { ' - tax': 0.9 }, then: ['\n'] },
        'price +': { next: { ' tax': 0.9 }, then: ['\n'] },
      }),
    });
    assert.equal((await editor.ask())?.text, 'price * amount');
    assert.deepEqual(texts(await editor.askAll()), [
      'price * amount',
      'total - tax',
      'price + tax',
    ]);
    assert.ok(rows().some(({ candidate, offered }) => candidate > 1 && offered === 0));
  });

  test('a cancel ends their stream, none is offered, and the next time they are asked for again', async () => {
    const pace = { firstTokenMs: 0 };
    const { editor, generations, rows } = await start(pace);
    await editor.ask();
    pace.firstTokenMs = 30_000;
    const cancel = new CancellationTokenSource();
    const asked = editor.askAll(cancel.token);
    await until(() => generations().length === 2, 'a stream has begun');
    cancel.cancel();
    assert.deepEqual(texts(await asked), ['price * amount;']);
    await until(() => generations().at(-1)?.aborted === true, 'it is closed');
    pace.firstTokenMs = 0;
    assert.equal((await editor.askAll()).length, 3);
    assert.deepEqual(
      rows().map(({ candidate, offered, ended }) => [candidate, offered, ended]),
      [
        [1, 1, 'stopped'],
        [2, 0, 'cancelled'],
        [2, 1, 'stopped'],
        [3, 1, 'stopped'],
      ],
    );
  });

  test('in a private file there is none, nor the first', async () => {
    const { daemon, generations } = await start();
    const uri = 'file:///project/.env';
    const editor = await SimulatedEditor.open(daemon.connection, uri, 'plaintext', '');
    await editor.type('const a = ');
    assert.deepEqual(await editor.askAll(), []);
    assert.equal(generations().length, 0);
  });
});

function texts(all: readonly GhostText[]): string[] {
  return all.map(({ text }) => text);
}
