import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { buildFim, familyOf } from '../../server/completion/families.ts';
import {
  EngineError,
  type Engine,
  type EngineErrorCode,
  type GenerateEnd,
  type GenerateRequest,
} from '../../server/engines/engine.ts';
import { probe } from '../../server/engines/probe.ts';
import type { TraceToken } from '../../server/stopping/trace.ts';
import type { Exchange } from '../../shared/protocol.ts';

/** What the suite runs on. */
export interface Subject {
  readonly engine: Engine;
  readonly model: string;
  stop(): Promise<void>;
}

export interface Suite {
  /** As `SHORTSTOP_REQUIRE_ENGINES` names it, a list with commas. */
  readonly name: string;
  /** Null where the engine is not on this machine. */
  readonly start: () => Promise<Subject | null>;
  /** What to do about a missing engine. */
  readonly advice: string;
}

interface Run {
  readonly text: string;
  readonly tokens: readonly TraceToken[];
  readonly end: GenerateEnd;
  readonly firstMs: number;
}

const PREFIX = 'def add(a, b):\n    return ';
const SUFFIX = '\n\n\nprint(add(1, 2))\n';
const AREA = 'def area(width, height):\n    return ';
const END_OF_FILE =
  'import json\n\n\ndef load(path):\n    with open(path) as file:\n        return ';
const EMOJI = 'MOODS = {\n    "happy": "😀",\n    "sad": "😢",\n    "angry": "😡",\n    "love": "';
/** For one case, milliseconds; a loaded machine of two cores is ten times slower than an idle one. */
const LONGEST_MS = 180_000;
/** A cold prompt of this length takes a second or more on a slow CPU. */
const LONG = Array.from({ length: 60 }, (_, n) => `const value${n} = compute(${n});`).join('\n');

/** The same cases for every engine behind the port. */
export function conformance(suite: Suite): void {
  const required = (process.env['SHORTSTOP_REQUIRE_ENGINES'] ?? '').split(',');
  let subject: Subject | null = null;

  describe(`engine ${suite.name}`, () => {
    before(async () => {
      subject = await suite.start();
    });
    after(async () => {
      await subject?.engine.dispose();
      await subject?.stop();
    });

    const check = (name: string, work: (subject: Subject) => Promise<void>): void => {
      test(name, { timeout: LONGEST_MS }, async (context) => {
        if (subject) return work(subject);
        const line = `${suite.name} is not on this machine: ${suite.advice}`;
        if (required.includes(suite.name)) assert.fail(line);
        context.skip(line);
      });
    };

    check('a completion streams tokens with logprobs of at most 0', async (on) => {
      const { tokens, text } = await complete(on, PREFIX, SUFFIX, 8);
      assert.ok(tokens.length >= 2, `${tokens.length} tokens`);
      assert.ok(text.trim().length > 0);
      for (const { logprob } of tokens) assert.ok(logprob !== null && logprob <= 0);
      const arrivals = tokens.map(({ arrivedMs }) => arrivedMs ?? -1);
      assert.deepEqual(
        arrivals,
        arrivals.toSorted((a, b) => a - b),
      );
      assert.ok((arrivals[0] ?? -1) >= 0);
    });

    check('greedy text is the same each time', async (on) => {
      await complete(on, PREFIX, SUFFIX, 10);
      const first = await complete(on, PREFIX, SUFFIX, 10);
      const second = await complete(on, PREFIX, SUFFIX, 10);
      assert.equal(second.text, first.text);
    });

    check('the cap ends the stream, and says so', async (on) => {
      const { tokens, end } = await complete(on, PREFIX, SUFFIX, 5);
      assert.equal(end.end, 'cap');
      assert.ok(tokens.length <= 5);
      assert.equal(end.tokens, 5);
      assert.ok((end.promptTokens ?? 0) > 0);
    });

    check('a natural end says so, and comes before the cap', async (on) => {
      const { end, tokens } = await complete(on, AREA, '\n\n\nprint(area(2, 3))\n', 40);
      assert.equal(end.end, 'natural-end');
      assert.ok(tokens.length < 40);
      assert.equal(end.tokens, tokens.length + 1, 'the end token counts');
    });

    check('leaving the loop closes the stream: the next request is served at once', async (on) => {
      const stream = on.engine.generate(request(on, PREFIX, SUFFIX, 120));
      const first = await stream.next();
      const second = await stream.next();
      assert.ok(!first.done && !second.done);
      const msPerToken = (second.value.arrivedMs ?? 0) - (first.value.arrivedMs ?? 0);
      await stream.return({ end: 'cap', promptTokens: null, tokens: null });
      const next = await complete(on, 'def sub(a, b):\n    return ', SUFFIX, 2);
      assert.ok(
        next.firstMs < Math.max(5000, 100 * msPerToken),
        `${Math.round(next.firstMs)} ms to the first token`,
      );
    });

    check('leaving at the very last token, again and again, loses no slot', async (on) => {
      for (let round = 0; round < 12; round++) {
        const stream = on.engine.generate(request(on, `${PREFIX}x${round}`, SUFFIX, 1));
        assert.equal((await stream.next()).done, false);
        await stream.return({ end: 'cap', promptTokens: null, tokens: null });
      }
      assert.ok((await complete(on, PREFIX, SUFFIX, 2)).tokens.length > 0);
    });

    check('leaving a chat answer closes it too', async (on) => {
      const stream = chatOf(on, 'Write a poem of twenty lines about rivers.', 200);
      assert.equal((await stream.next()).done, false);
      const at = performance.now();
      assert.equal((await stream.next()).done, false);
      const msPerToken = performance.now() - at;
      await stream.return({ end: 'cap', promptTokens: null, tokens: null });
      const { firstMs } = await complete(on, PREFIX, SUFFIX, 2);
      assert.ok(firstMs < Math.max(5000, 150 * msPerToken), `${Math.round(firstMs)} ms`);
    });

    check('aborting in mid-stream ends it as cancelled', async (on) => {
      const abort = new AbortController();
      const stream = on.engine.generate({
        ...request(on, PREFIX, SUFFIX, 120),
        signal: abort.signal,
      });
      assert.equal((await stream.next()).done, false);
      abort.abort();
      await rejectsWith(drain(stream), 'cancelled');
      assert.ok((await complete(on, PREFIX, SUFFIX, 2)).tokens.length > 0);
    });

    check('aborting in prefill ends it within half a second', async (on) => {
      const abort = new AbortController();
      const long = request(on, `// ${performance.now()}\n${LONG}\n`, SUFFIX, 2);
      const stream = drain(on.engine.generate({ ...long, signal: abort.signal }));
      const rejected = rejectsWith(stream, 'cancelled');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const at = performance.now();
      abort.abort();
      await rejected;
      assert.ok(performance.now() - at < 500);
      assert.ok((await complete(on, PREFIX, SUFFIX, 2)).tokens.length > 0);
    });

    check('aborting while queued leaves the running request alone', async (on) => {
      const running = complete(on, PREFIX, SUFFIX, 12);
      const abort = new AbortController();
      const queued = on.engine.generate({ ...request(on, LONG, SUFFIX, 12), signal: abort.signal });
      const rejected = rejectsWith(drain(queued), 'cancelled');
      await new Promise((resolve) => setTimeout(resolve, 30));
      abort.abort();
      await rejected;
      assert.ok((await running).tokens.length > 0);
    });

    check('a signal that is aborted already sends nothing', async (on) => {
      const signal = AbortSignal.abort();
      await rejectsWith(
        drain(on.engine.generate({ ...request(on, 'a', 'b', 2), signal })),
        'cancelled',
      );
    });

    check('at the end of a file comes code, not chat', async (on) => {
      for (const prompt of [fim(on, END_OF_FILE, ''), { prefix: END_OF_FILE, suffix: '' }]) {
        const { text } = await run(on, { ...request(on, '', '', 12), prompt });
        assert.match(text, /json|load|file/);
        assert.doesNotMatch(text, /```|Sure|Here('s| is)|The code/);
      }
    });

    check('prefix and suffix go through the template of the model itself', async (on) => {
      const prompt = { prefix: PREFIX, suffix: SUFFIX };
      const { text } = await run(on, { ...request(on, '', '', 6), prompt });
      assert.ok(text.trim().length > 0);
    });

    check('characters of several tokens arrive whole', async (on) => {
      const { tokens, text } = await complete(on, EMOJI, '",\n}\n', 12);
      for (const token of tokens) assert.ok(token.text.isWellFormed());
      assert.doesNotMatch(text, /\ufffd/);
      assert.match(text, /\p{Extended_Pictographic}/u);
    });

    check('a model that is not there is said to be missing', async (on) => {
      const missing = { ...request(on, 'a', 'b', 2), model: 'no-such-model:1b' };
      await rejectsWith(drain(on.engine.generate(missing)), 'model-missing');
      await rejectsWith(on.engine.describe('no-such-model:1b'), 'model-missing');
    });

    check('a chat answer streams in pieces', async (on) => {
      const pieces: string[] = [];
      for await (const piece of chatOf(on, 'Count from one to five in words.', 16)) {
        pieces.push(piece);
      }
      assert.ok(pieces.length >= 2);
      assert.ok(pieces.join('').trim().length > 0);
    });

    check('a chat answer goes on from what was said before', async (on) => {
      const earlier = [
        { question: 'The password is "marzipan".', answer: 'I will remember "marzipan".' },
      ];
      let answer = '';
      const question = 'Repeat the password.';
      for await (const piece of chatOf(on, question, 24, earlier)) answer += piece;
      assert.match(answer, /marzipan/i);
    });

    check('the model is described, with a digest that stays', async (on) => {
      const described = await on.engine.describe(on.model);
      assert.match(described.digest, /^sha256:[0-9a-f]{64}$/);
      assert.equal((await on.engine.describe(on.model)).digest, described.digest);
      assert.equal(described.insert, true);
      assert.equal(described.chat, true);
      assert.equal(described.quantisation, 'Q4_K_M');
      assert.ok(described.contextLength > 0 && described.bytes > 0);
      const names = (await on.engine.models()).map(({ name }) => name);
      assert.ok(names.includes(on.model));
    });

    check('the probe gives finite, positive figures', async (on) => {
      const found = await probe(on.engine, on.model);
      assert.equal(found.logprobs, true);
      assert.match(found.version, /^\d+\.\d+\.\d+/);
      assert.ok(found.contextLength >= 2048);
      assert.ok(found.msPerToken !== null && found.msPerToken > 0);
      for (const figure of [
        found.msPerToken,
        found.msPerTokenWithAlternatives,
        found.prefillTokensPerSecond,
        found.gpuShare,
      ]) {
        assert.ok(figure === null || (Number.isFinite(figure) && figure >= 0), String(figure));
      }
    });
  });
}

function fim(on: Subject, prefix: string, suffix: string): GenerateRequest['prompt'] {
  const family = familyOf(on.model);
  assert.ok(family);
  return { raw: buildFim(family, prefix, suffix) };
}

function request(on: Subject, prefix: string, suffix: string, maxTokens: number): GenerateRequest {
  const { signal } = new AbortController();
  return { model: on.model, prompt: fim(on, prefix, suffix), maxTokens, alternatives: 0, signal };
}

function complete(on: Subject, prefix: string, suffix: string, maxTokens: number): Promise<Run> {
  return run(on, request(on, prefix, suffix, maxTokens));
}

function run(on: Subject, ask: GenerateRequest): Promise<Run> {
  return drain(on.engine.generate(ask));
}

async function drain(stream: AsyncGenerator<TraceToken, GenerateEnd, void>): Promise<Run> {
  const at = performance.now();
  const tokens: TraceToken[] = [];
  let firstMs = Number.NaN;
  for (;;) {
    const next = await stream.next();
    if (tokens.length === 0) firstMs = performance.now() - at;
    if (next.done) {
      const text = tokens.map((token) => token.text).join('');
      return { text, tokens, end: next.value, firstMs };
    }
    tokens.push(next.value);
  }
}

function chatOf(
  on: Subject,
  question: string,
  maxTokens: number,
  earlier: readonly Exchange[] = [],
) {
  const system = 'You are a brief assistant.';
  const { signal } = new AbortController();
  return on.engine.chat({ model: on.model, system, earlier, question, maxTokens, signal });
}

async function rejectsWith(promise: Promise<unknown>, code: EngineErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}
