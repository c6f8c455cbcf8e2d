import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { liveCommand } from '../../bench/live/command.ts';
import { FakeOllama, type FakeRequest } from '../support/fake-ollama.ts';

const BUNDLE = join(import.meta.dirname, '../../dist/server.cjs');
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
    const lines: string[] = [];
    try {
      await liveCommand(
        ['--url', fake.url, '--engine-log', log, '--tasks', join(folder, 'none')].concat([
          '--count',
          '3',
          '--controls',
          '2',
        ]),
        (line) => lines.push(line),
      );
    } finally {
      stopLogging();
      await fake.stop();
      rmSync(folder, { recursive: true, force: true });
    }
    const tokens = (name: string) =>
      Number(new RegExp(`^${name}: ([\\d.]+) tokens`, 'm').exec(lines.join('\n'))?.[1]);
    assert.ok(tokens('as shipped') < tokens('stopping off'), lines.join('\n'));
    assert.ok(tokens('first newline') < tokens('stopping off'));
    assert.match(lines.join('\n'), /fidelity: 2 of 2 control requests/);
  },
);
