import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ComparisonProgress } from '../../shared/learned.ts';
import { CompareRequest, ComparisonRequest } from '../../shared/learning-protocol.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const GOOD = 'qwen2.5-coder:1.5b';
const BAD = 'qwen2.5-coder:0.5b';
const SOURCE = Array.from(
  { length: 40 },
  (_, i) => `export const total${i} = sumOf(prices${i}, taxes${i});`,
).join('\n');

/** What stands at the cursor in the source. */
function goldOf(prompt: string): string {
  const [, before = ''] = /<\|fim_prefix\|>(.*)<\|fim_suffix\|>/s.exec(prompt) ?? [];
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const whole = SOURCE.split('\n').find((one) => one.startsWith(line)) ?? '';
  return whole.slice(line.length);
}

for (const mode of MODES) {
  describe(`comparing models, ${mode}`, () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start() {
      const fake = await FakeOllama.start({
        models: [
          { name: BAD, digest: '1'.repeat(64) },
          { name: GOOD, digest: '2'.repeat(64) },
        ],
        answer: ({ body }) =>
          body['model'] === GOOD
            ? answering(goldOf(String(body['prompt'])), '\n')
            : answering('nothing', ' of', ' it', '\n'),
      });
      cleanUps.push(() => fake.stop());
      const stateDir = mkdtempSync(join(tmpdir(), 'shortstop-state-'));
      cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
      const connect = async () => {
        const daemon = await connectDaemon(mode, { url: fake.url, stateDir });
        cleanUps.push(() => daemon.stop());
        return daemon;
      };
      const daemon = await connect();
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
      const folder = mkdtempSync(join(tmpdir(), 'shortstop-compare-'));
      cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
      for (const name of ['first', 'second', 'third'])
        writeFileSync(join(folder, `${name}.ts`), `// ${name}\n${SOURCE}\n`);
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['add', '.'], { cwd: folder });
      return { daemon, connect, folder: pathToFileURL(folder).href };
    }

    test('asks each for the same places, tells how far it is, and recommends the better one', async () => {
      const { daemon, folder } = await start();
      const told: ComparisonProgress[] = [];
      daemon.connection.onProgress(CompareRequest.progress, 'token', (now) => void told.push(now));
      const comparison = await daemon.connection.sendRequest(CompareRequest.type, {
        ...{ folder, models: [BAD, GOOD], tasks: 15, partialResultToken: 'token' },
      });
      const [bad, good] = comparison.models;
      assert.equal(bad?.model, BAD);
      assert.equal(bad.em.value, 0);
      assert.ok((good?.em.value ?? 0) > 0.3, `EM ${String(good?.em.value)}`);
      assert.ok(good?.isParetoBest);
      assert.equal(bad.em.n, comparison.tasks);
      assert.equal(comparison.recommended, GOOD);
      const { tokens } = await daemon.connection.sendRequest(StatsRequest.type, {});
      assert.ok(tokens.spans >= comparison.tasks * (bad.tokens + good.tokens), `${tokens.spans}`);
      assert.equal(tokens.spent, 0);
      assert.deepEqual(new Set(told.map(({ model }) => model)), new Set([BAD, GOOD]));
    });

    test('keeps the last comparison in the database, where another daemon finds it', async () => {
      const { daemon, connect, folder } = await start();
      const last = () => daemon.connection.sendRequest(ComparisonRequest.type);
      assert.equal(await last(), null);
      const comparison = await daemon.connection.sendRequest(CompareRequest.type, {
        ...{ folder, models: [BAD, GOOD], tasks: 3, partialResultToken: 'token' },
      });
      assert.deepEqual(await last(), comparison);
      const next = await connect();
      assert.deepEqual(await next.connection.sendRequest(ComparisonRequest.type), comparison);
    });

    test('says what is wrong with what it is asked', async () => {
      const { daemon, folder } = await start();
      const ask = (models: string[], where = folder) =>
        daemon.connection.sendRequest(CompareRequest.type, {
          ...{ folder: where, models, tasks: 2, partialResultToken: 'token' },
        });
      await assert.rejects(ask([GOOD, GOOD]), /Name at least two models/);
      await assert.rejects(ask([GOOD, BAD], 'untitled:a'), /not on this machine/);
      await assert.rejects(ask([GOOD, 'missing:1b']), /missing:1b/);
    });
  });
}
