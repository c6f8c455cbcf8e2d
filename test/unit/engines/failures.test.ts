import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  EngineError,
  type EngineErrorCode,
  type GenerateRequest,
} from '../../../server/engines/engine.ts';
import { OllamaEngine, type OllamaOptions } from '../../../server/engines/ollama/ollama.ts';
import type { BadEngine } from '../../support/bad-engines/bad-engine.ts';
import { blankRun } from '../../support/bad-engines/blank-run.ts';
import { dies } from '../../support/bad-engines/dies.ts';
import { garbage } from '../../support/bad-engines/garbage.ts';
import { modelMissing } from '../../support/bad-engines/model-missing.ts';
import { noFillIn } from '../../support/bad-engines/no-fill-in.ts';
import { noLastLine } from '../../support/bad-engines/no-last-line.ts';
import { notRunning } from '../../support/bad-engines/not-running.ts';
import { redirects } from '../../support/bad-engines/redirects.ts';
import { saysError } from '../../support/bad-engines/says-error.ts';
import { stallsBeforeFirstChunk } from '../../support/bad-engines/stalls-before.ts';
import { stallsBetweenChunks } from '../../support/bad-engines/stalls-between.ts';
import { wantsLogin } from '../../support/bad-engines/wants-login.ts';
import { webPage } from '../../support/bad-engines/web-page.ts';
import { FakeOllama } from '../../support/fake-ollama.ts';

interface Case {
  readonly name: string;
  readonly start: () => Promise<BadEngine>;
  readonly code: EngineErrorCode;
  /** What the message tells the user to do. */
  readonly advice: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'an engine that is not running is unreachable',
    start: notRunning,
    code: 'unreachable',
    advice: /start it .*ollama serve.*shortstop\.engine\.url/,
  },
  {
    name: 'a web page at the address is no engine',
    start: webPage,
    code: 'not-an-engine',
    advice: /correct shortstop\.engine\.url/,
  },
  {
    name: 'a model that is missing can be pulled',
    start: modelMissing,
    code: 'model-missing',
    advice: /ollama pull qwen2\.5-coder:0\.5b.*Select Model/,
  },
  {
    name: 'a model that cannot fill in asks for another',
    start: noFillIn,
    code: 'cannot-fill-in',
    advice: /choose a code model/,
  },
  {
    name: 'an engine that dies in mid-stream is to be started again',
    start: dies,
    code: 'died',
    advice: /start it again/,
  },
  {
    name: 'garbage instead of JSON is no engine',
    start: garbage,
    code: 'not-an-engine',
    advice: /correct shortstop\.engine\.url/,
  },
  {
    name: 'silence before the first chunk is a stall',
    start: stallsBeforeFirstChunk,
    code: 'stalled',
    advice: /sent nothing for 0\.2 s; .*restart it, or choose a smaller model/,
  },
  {
    name: 'silence between chunks is a stall',
    start: stallsBetweenChunks,
    code: 'stalled',
    advice: /sent nothing for 0\.1 s; .*restart it, or choose a smaller model/,
  },
  {
    name: 'a stream without its last line was cut short',
    start: noLastLine,
    code: 'cut-short',
    advice: /update it/,
  },
  {
    name: 'an error line is a refusal that points to the log',
    start: saysError,
    code: 'refused',
    advice: /its log says why/,
  },
  {
    name: 'a proxy that wants a login names the variable to set',
    start: wantsLogin,
    code: 'refused',
    advice: /SHORTSTOP_OLLAMA_AUTHORIZATION/,
  },
];

for (const { name, start, code, advice } of CASES) {
  test(name, async () => {
    const bad = await start();
    try {
      const error = await failureOf({ url: bad.url });
      assert.equal(error.code, code, error.message);
      assert.match(error.message, advice);
      assert.match(error.message, /^\S.*\.$/, 'one sentence');
      assert.doesNotMatch(
        error.message,
        /`/,
        'plain text: most places that show it know no markup',
      );
      assert.doesNotMatch(error.message + String(error.cause), /secret_code/);
    } finally {
      await bad.stop();
    }
  });
}

test('a run of blank chunks ends the stream naturally, though its last line is missing', async () => {
  const bad = await blankRun();
  try {
    const stream = new OllamaEngine({ url: bad.url }).generate(request());
    let text = '';
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        assert.deepEqual(next.value, { end: 'natural-end', promptTokens: null, tokens: null });
        break;
      }
      text += next.value.text;
    }
    assert.equal(text, `x${'\n'.repeat(31)}`);
  } finally {
    await bad.stop();
  }
});

test('a model that is loaded and never begins is unloaded, which frees a slot that was lost', async () => {
  const fake = await FakeOllama.start({ firstTokenMs: 5000 });
  fake.load('qwen2.5-coder:0.5b', 4096);
  try {
    const error = await failureOf({ url: fake.url });
    assert.equal(error.code, 'stalled', error.message);
    assert.deepEqual(fake.unloaded, ['qwen2.5-coder:0.5b']);
  } finally {
    await fake.stop();
  }
});

test('a redirect is not followed: code goes nowhere else', async () => {
  const fake = await FakeOllama.start();
  const bad = await redirects(fake.url);
  try {
    const error = await failureOf({ url: bad.url });
    assert.equal(error.code, 'not-an-engine', error.message);
    assert.deepEqual(fake.requests, []);
  } finally {
    await bad.stop();
    await fake.stop();
  }
});

test('a slow reader is not taken for a stalled engine', async () => {
  const fake = await FakeOllama.start();
  try {
    const stream = new OllamaEngine({
      url: fake.url,
      patience: { first: 200, between: 100 },
    }).generate(request());
    assert.equal((await stream.next()).done, false);
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal((await stream.next()).done, false);
    await stream.return({ end: 'cap', promptTokens: null, tokens: null });
  } finally {
    await fake.stop();
  }
});

function request(): GenerateRequest {
  return {
    model: 'qwen2.5-coder:0.5b',
    prompt: { prefix: 'secret_code(', suffix: ')' },
    maxTokens: 64,
    alternatives: 0,
    signal: new AbortController().signal,
  };
}

async function failureOf(options: OllamaOptions): Promise<EngineError> {
  const engine = new OllamaEngine({ patience: { first: 200, between: 100 }, ...options });
  const stream = engine.generate(request());
  try {
    for (let next = await stream.next(); !next.done; next = await stream.next());
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    return error;
  }
  assert.fail('the stream ended well');
}
