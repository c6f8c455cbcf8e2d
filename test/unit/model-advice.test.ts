import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOllama } from '../../client/features/find-ollama.ts';
import { choiceInWords, machineInWords } from '../../client/features/model-words.ts';
import { adviseOn, largestGpu } from '../../server/model-advice.ts';
import { slownessOf } from '../../server/slowness.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { MANUAL_CAPABILITIES } from '../support/manual-engine.ts';

const GB = 2 ** 30;
const LAPTOP = { memory: 16 * GB, gpu: null };
const SMALL = { name: 'qwen2.5-coder:0.5b', bytes: 398e6 };

test('with nothing measured, a machine without a GPU is advised the smallest model', () => {
  assert.equal(adviseOn(LAPTOP, [], null).recommended, SMALL.name);
});

test('with nothing measured, a GPU is advised the largest model that fits into its memory', () => {
  const withGpu = (memory: number) =>
    adviseOn({ memory: 32 * GB, gpu: { name: 'GPU', memory } }, [], null).recommended;
  assert.equal(withGpu(24 * GB), 'qwen2.5-coder:7b');
  assert.equal(withGpu(4 * GB), 'qwen2.5-coder:3b');
  assert.equal(withGpu(1 * GB), SMALL.name);
});

test('a measured speed tells of the other models by their size', () => {
  const { choices, recommended } = adviseOn(LAPTOP, [SMALL], { model: SMALL, msPerToken: 20 });
  assert.deepEqual(choices[0], {
    ...SMALL,
    ...{ isInstalled: true, fits: true, lineMs: 160, isMeasured: true },
  });
  assert.equal(choices[1]?.lineMs, (160 * 986) / 398);
  assert.equal(choices[1].isMeasured, false);
  // 396 ms for a line of the second, 776 ms of the third.
  assert.equal(recommended, 'qwen2.5-coder:1.5b');
});

test('what does not fit is never recommended, however quick', () => {
  const tiny = { memory: 4 * GB, gpu: null };
  const { choices, recommended } = adviseOn(tiny, [SMALL], { model: SMALL, msPerToken: 1 });
  assert.equal(recommended, SMALL.name);
  assert.match(choiceInWords(choices[3] ?? assert.fail()), /may be too large.*by its size/);
});

test('the largest of several GPUs counts, and an answer without one is none', () => {
  const answer = 'NVIDIA T400, 2048\nNVIDIA H100 80GB HBM3, 81559\n';
  const gpu = largestGpu(answer);
  assert.deepEqual(gpu, { name: 'NVIDIA H100 80GB HBM3', memory: 81559 * 2 ** 20 });
  assert.equal(largestGpu('No devices were found\n'), null);
  const words = machineInWords(adviseOn({ memory: 64 * GB, gpu }, [], null));
  assert.match(words, /64 GB of memory, NVIDIA H100 80GB HBM3, 80 GB$/);
});

test('a slow engine is told what helps: a smaller model, or to be asked less where there is none', () => {
  const slow = { ...MANUAL_CAPABILITIES, msPerToken: 200, prefillTokensPerSecond: 200 };
  const sized = (bytes: number) => ({ ...slow, model: { ...slow.model, bytes } });
  const advice = slownessOf(sized(4.7e9), DEFAULT_SETTINGS);
  assert.match(advice?.text ?? '', /^A line takes about 1\.\d.s here: a smaller model/);
  assert.equal(advice?.action.title, 'Choose a Smaller Model');
  assert.equal(slownessOf(sized(398e6), DEFAULT_SETTINGS)?.action.title, 'Suggest on a Key Only');
  assert.equal(slownessOf({ ...slow, msPerToken: 20 }, DEFAULT_SETTINGS), null);
  assert.equal(slownessOf({ ...slow, msPerToken: null }, DEFAULT_SETTINGS), null);
});

test('Ollama is found on the PATH, where its installer puts it, or not at all', () => {
  const only = (path: string) => (asked: string) => asked === path;
  assert.equal(findOllama({ PATH: '/a:/b' }, 'linux', only('/b/ollama')), '/b/ollama');
  const usual = '/opt/homebrew/bin/ollama';
  assert.equal(findOllama({}, 'darwin', only(usual)), usual);
  assert.equal(
    findOllama({ PATH: '/a' }, 'linux', () => false),
    null,
  );
});
