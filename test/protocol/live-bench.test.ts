import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { liveCommand } from '../../bench/live/command.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/server.cjs');
const SAMPLES = join(import.meta.dirname, '../../samples');
const PROMPT_TOKENS = 20;

/** Writes what the real engine's log would say of a request, once the fake is done with it. */
function logOf(fake: FakeOllama, file: string): () => void {
  const logged = new Set<FakeRequest>();
  const timer = setInterval(() => {
    for (const [task, request] of fake.generations.entries()) {
      if (logged.has(request) || !(request.finished || request.aborted)) continue;
      logged.add(request);
      const held = PROMPT_TOKENS + request.sent - 1;
      const say = (text: string) => appendFileSync(file, `slot: id 0 | task ${task} | ${text}\n`);
      say(`new prompt, n_ctx_slot = 4096, task.n_tokens = ${PROMPT_TOKENS}`);
      say(`stop processing: n_tokens = ${held}, truncated = 0`);
    }
  }, 2);
  return () => clearInterval(timer);
}

test(
  'the live benchmark counts at the engine, compares three rules, and replays its control requests',
  { skip: existsSync(BUNDLE) ? false : 'needs a build: npm run build' },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shortstop-live-test-'));
    const log = join(folder, 'engine.log');
    writeFileSync(log, '');
    const fake = await FakeOllama.start({ tokenMs: 3 });
    const stopLogging = logOf(fake, log);
    const out = join(folder, 'rows.jsonl');
    const args = ['--url', fake.url, '--engine-log', log, '--from', SAMPLES, '--out', out];
    const run = async (count: string) => {
      const lines: string[] = [];
      await liveCommand([...args, '--count', count, '--controls', '2'], (line) => lines.push(line));
      return lines.join('\n');
    };
    try {
      const said = await run('3');
      const tokens = (name: string) =>
        Number(new RegExp(`^${name}: ([\\d.]+) tokens`, 'm').exec(said)?.[1]);
      assert.ok(tokens('as shipped') < tokens('stopping off'), said);
      assert.ok(tokens('first newline') < tokens('stopping off'));
      assert.match(said, /fidelity: (\d) of \1 control requests that ran on/);
      assert.equal(fake.loads, 1);

      const [first = '', ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n');
      assert.equal(rows.length, 11);
      const neutral = fake.generations.filter(({ body }) => body['prompt'] === '0').length;
      assert.equal(neutral, 11);
      writeFileSync(out, [first, ...rows.slice(0, 8), ''].join('\n'));
      assert.match(await run('3'), /^8 requests done before$/m);
      assert.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, 12);
      await assert.rejects(run('2'), /of another run/);
    } finally {
      stopLogging();
      await fake.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
