import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { slotReleases } from '../../../bench/slot-releases.ts';

/** Lines as Ollama 0.32.15's model runner writes them; the engine said `eval_count` 12 for task 0. */
const LOG = `slot   operator(): id  0 | task 0 | new prompt, n_ctx_slot = 2048, n_keep = 4, task.n_tokens = 18
slot   operator(): id  0 | task 0 | cached n_tokens = 0, memory_seq_rm [0, end)
slot print_timing: id  0 | task 0 |       total time =     405.96 ms /    30 tokens
slot      release: id  0 | task 0 | stop processing: n_tokens = 29, truncated = 0
srv  update_slots: all slots are idle
`;
const SECOND = `slot   operator(): id  0 | task 14 | new prompt, n_ctx_slot = 2048, n_keep = 4, task.n_tokens = 20
slot   operator(): id  0 | task 14 | cached n_tokens = 17, memory_seq_rm [17, end)
srv          stop: cancel task, id_task = 14
slot      release: id  0 | task 14 | stop processing: n_tokens = 24, truncated = 0
`;

test('the runner’s log tells how many tokens each request generated, and how much was cached', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-log-'));
  const file = join(folder, 'server.log');
  writeFileSync(file, LOG + SECOND);
  try {
    assert.deepEqual(slotReleases(file), [
      { task: 0, promptTokens: 18, cachedTokens: 0, generatedTokens: 12 },
      { task: 14, promptTokens: 20, cachedTokens: 17, generatedTokens: 5 },
    ]);
    assert.equal(slotReleases(file, LOG.length).length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
