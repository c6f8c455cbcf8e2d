import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareModels } from '../../server/comparison/compare.ts';
import type { SpanText } from '../../server/comparison/try-span.ts';
import type { Capabilities } from '../../server/engines/engine.ts';
import { failures } from '../../server/engines/failures.ts';
import { Scheduler } from '../../server/engines/scheduler.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { ManualEngine } from '../support/manual-engine.ts';
import { decideWith } from '../support/weights.ts';
import { CAPABILITIES } from './stopping/capabilities.ts';

const STALLED = failures.stalled({ engine: 'The engine of a test' }, 10);

/** Ten places, each with a word of its own before the cursor, at which `right` stands in truth. */
const SPANS: readonly SpanText[] = Array.from({ length: 10 }, (_, i) => {
  const before = `const place${i} = `;
  return {
    languageId: 'typescript',
    without: `${before}\n`,
    cursor: before.length,
    gold: 'right;',
  };
});

const capabilitiesOf = (name: string): Capabilities => ({
  ...CAPABILITIES,
  model: { ...CAPABILITIES.model, name },
});

/** Both models are right everywhere but where the engine is said to stall: by model, place, and how often so far. */
function comparing(
  stalls: (model: string, place: number, tries: number) => boolean,
  { spans = SPANS, silences = 0 } = {},
) {
  const tries = new Map<string, number>();
  let spent = 0;
  const engine = new ManualEngine();
  engine.generate = async function* ({ model, prompt }) {
    await Promise.resolve();
    const place = Number(/place(\d+)/.exec(JSON.stringify(prompt))?.[1]);
    const key = `${model} ${place}`;
    tries.set(key, (tries.get(key) ?? 0) + 1);
    yield { text: 'right', logprob: 0 };
    if (stalls(model, place, tries.get(key) ?? 0)) throw STALLED;
    yield { text: ';', logprob: 0 };
    return { end: 'natural-end', promptTokens: null, tokens: null };
  };
  const ports = {
    models: {
      engine,
      measured: (name: string) => {
        const isSilent = name === 'large' && silences-- > 0;
        return isSilent
          ? Promise.reject(STALLED)
          : Promise.resolve({ capabilities: capabilitiesOf(name) });
      },
    },
    scheduler: new Scheduler(),
    sleep: () => Promise.resolve(),
    now: () => 0,
    decide: decideWith(null),
    meter: () => () => ({ joules: 1, meter: null, engineMs: 1 }),
    spent: (tokens: number) => void (spent += tokens),
  };
  const abort = new AbortController();
  const done = compareModels(
    ['small', 'large'],
    spans,
    DEFAULT_SETTINGS,
    ports,
    abort.signal,
    () => undefined,
  );
  return { done, tries, spent: () => spent, cancel: () => abort.abort() };
}

describe('a comparison beside an engine that stalls', () => {
  test('asks once more, and goes on as if nothing had happened', async () => {
    const { done, tries } = comparing(
      (model, place, n) => model === 'small' && place === 4 && n === 1,
    );
    const { tasks, leftOut, models } = await done;
    assert.deepEqual([tasks, leftOut, tries.get('small 4')], [10, 0, 2]);
    assert.deepEqual(
      models.map(({ em }) => [em.value, em.n]),
      [
        [1, 10],
        [1, 10],
      ],
    );
  });

  test('leaves a place out for all models where it stalls again, and says how many', async () => {
    const { done, tries, spent } = comparing(
      (model, place) => (model === 'large' && place === 2) || (model === 'small' && place === 7),
    );
    const { tasks, leftOut, models } = await done;
    assert.deepEqual([tasks, leftOut], [8, 2]);
    assert.deepEqual(
      models.map(({ em }) => em.n),
      [8, 8],
    );
    // What the first left out the second is not asked for.
    assert.equal(tries.get('large 7'), undefined);
    assert.equal(tries.get('large 2'), 2);
    // Stalled answers cost what came of them: 1 token in each of 4 tries, 2 in each of 17 answers and of 2 loadings.
    assert.equal(spent(), 4 + 2 * (17 + 2));
  });

  test('ends with the failure where several in a row have no answer', async () => {
    const { done, tries } = comparing((model, place) => model === 'large' && place >= 5);
    await assert.rejects(done, (error) => error === STALLED);
    assert.deepEqual([tries.get('large 7'), tries.get('large 8')], [2, undefined]);
  });

  test('measures a model once more where that stalls, and ends where it stalls again', async () => {
    assert.equal((await comparing(() => false, { silences: 1 }).done).tasks, 10);
    await assert.rejects(
      comparing(() => false, { silences: 2 }).done,
      (error) => error === STALLED,
    );
  });

  test('ends with the failure where no place is left', async () => {
    const { done } = comparing(() => true, { spans: SPANS.slice(0, 2) });
    await assert.rejects(done, (error) => error === STALLED);
  });

  test('ends at once where it is cancelled', async () => {
    const { done, tries, cancel } = comparing((_, place) => {
      if (place === 3) cancel();
      return place === 3;
    });
    await assert.rejects(done);
    assert.deepEqual([tries.get('small 3'), tries.get('small 4')], [1, undefined]);
  });
});
