import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLineFollows, lingering } from '../../../server/engines/ollama/lingering.ts';

interface Line {
  readonly text: string;
  readonly done: boolean;
}

/** Gives out lines with their pauses before them, and tells which were taken. */
async function* linesWith(pauses: readonly number[], taken: number[]): AsyncGenerator<Line> {
  for (const [place, pause] of pauses.entries()) {
    await sleep(pause);
    taken.push(place);
    yield { text: String(place), done: place === pauses.length - 1 };
  }
}

test('who leaves as the last line is on its way takes it along', async () => {
  const taken: number[] = [];
  const lines = lingering(linesWith([0, 0, 0], taken), () => true);
  await lines.next();
  await lines.next();
  await lines.return(undefined);
  assert.deepEqual(taken, [0, 1, 2]);
});

test('who leaves in mid-stream waits no longer than a moment', async () => {
  const taken: number[] = [];
  const lines = lingering(linesWith([0, 300, 300], taken), () => true);
  await lines.next();
  const at = performance.now();
  await lines.return(undefined);
  assert.ok(performance.now() - at < 200);
  assert.deepEqual(taken, [0]);
});

test('who leaves where the last line can not follow at once waits for nothing', async () => {
  const taken: number[] = [];
  const lines = lingering(linesWith([0, 0, 0], taken), () => false);
  await lines.next();
  await lines.return(undefined);
  assert.deepEqual(taken, [0]);
});

test('the last line may follow at once at the cap and where a line break was cut off', () => {
  const follows = (texts: readonly string[], maxTokens: number, stop: readonly string[]) => {
    const told = lastLineFollows(maxTokens, stop);
    return texts.map((text) => told({ text, done: false }));
  };
  assert.deepEqual(follows(['a', ' b', ')', ' '], 9, ['\n']), [false, false, true, true]);
  assert.deepEqual(follows(['a', ' b', ')', ' '], 9, []), [false, false, false, false]);
  assert.deepEqual(follows(['a', ' b'], 2, []), [false, true]);
  assert.deepEqual(follows(['a', '😀', 'b'], 9, []), [false, true, true], 'lines are no tokens');
});

test('nothing is waited for behind the last line, and every line comes through', async () => {
  const found: string[] = [];
  for await (const { text } of lingering(linesWith([0, 0, 0], []), () => true)) {
    found.push(text);
  }
  assert.deepEqual(found, ['0', '1', '2']);
});

test('a failure below comes through', async () => {
  const broken = async function* (): AsyncGenerator<Line> {
    yield await Promise.resolve({ text: 'a', done: false });
    throw new Error('broken');
  };
  const lines = lingering(broken(), () => true);
  await lines.next();
  await assert.rejects(lines.next(), /broken/);
});
