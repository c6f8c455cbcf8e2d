import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EngineLoad } from '../../../server/completion/engine-load.ts';
import { MANUAL_CAPABILITIES } from '../../support/manual-engine.ts';

/** An engine that took 200 ms to each of six first tokens. */
function known(prefillTokensPerSecond: number | null = null) {
  const load = new EngineLoad();
  const capabilities = { ...MANUAL_CAPABILITIES, prefillTokensPerSecond };
  const told = (ms: number, at = 0, came = true) =>
    load.told({ capabilities, promptChars: 3_000, ms, came }, at);
  for (let n = 0; n < 6; n++) told(200);
  return { load, told };
}

describe('an engine is slow to answer', () => {
  test('after two first tokens in a row that took more than three times the usual', () => {
    const { load, told } = known();
    told(601);
    assert.equal(load.isBusy(0), false);
    told(601);
    assert.equal(load.isBusy(0), true);
  });

  test('also where the user gave up before any came', () => {
    const { load, told } = known();
    told(601, 0, false);
    told(100, 0, false);
    told(601, 0, false);
    assert.equal(load.isBusy(0), true);
  });

  test('for 2 s, and longer with each further late one, 30 s at most', () => {
    const { load, told } = known();
    told(601);
    for (const wait of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      told(5_000, 0, false);
      assert.deepEqual([load.isBusy(wait - 1), load.isBusy(wait)], [true, false], String(wait));
    }
  });

  test('no longer once one comes in time', () => {
    const { load, told } = known();
    told(900);
    told(900);
    told(250);
    assert.equal(load.isBusy(0), false);
    told(900);
    assert.equal(load.isBusy(0), false);
  });

  test('no longer than it may be, whatever becomes of the clock', () => {
    const { load, told } = known();
    told(900, 1_000_000);
    told(900, 1_000_000);
    assert.equal(load.isBusy(0), false);
  });
});

describe('an engine does not answer', () => {
  test('where one request waits 15 s for its first token', () => {
    const { told } = known();
    const waits = [5_000, 10_000, 14_999, 15_000].map((ms) => told(ms, ms, false));
    assert.deepEqual(waits, [false, false, false, true]);
  });

  test('where those given up in 15 s waited 5 s in all', () => {
    const { told } = known();
    const said = [2, 6, 14, 17].map((s) => told(2_000, s * 1000, false));
    assert.deepEqual(said, [false, false, false, true]);
    assert.equal(told(2_000, 19_000, false), false, 'it is counted anew');
  });

  test('not where those that were given up waited too short to tell', () => {
    const { told } = known();
    for (let s = 1; s < 7; s++) assert.equal(told(700, s * 10_000, false), false);
  });

  test('not where a token came meanwhile, however late, or in less than 15 s', () => {
    const { told } = known();
    for (const s of [2, 6, 11]) assert.equal(told(2_000, s * 1000, false), false);
    assert.equal(told(20_000, 12_000), false);
    for (const s of [15, 20, 25, 27]) assert.equal(told(2_000, s * 1000, false), false);
  });
});

describe('an engine is not busy', () => {
  test('where three times the usual is still too short to be noticed', () => {
    const load = new EngineLoad();
    const first = { capabilities: MANUAL_CAPABILITIES, promptChars: 0, came: true };
    for (let n = 0; n < 6; n++) load.told({ ...first, ms: 10 }, 0);
    for (let n = 0; n < 3; n++) load.told({ ...first, ms: 299 }, 0);
    assert.equal(load.isBusy(0), false);
  });

  test('where prompts had to be read anew: 1,000 tokens at 500 a second', () => {
    const { load, told } = known(500);
    for (let n = 0; n < 3; n++) told(5_900);
    assert.equal(load.isBusy(0), false);
    for (let n = 0; n < 2; n++) told(6_100);
    assert.equal(load.isBusy(0), true);
  });

  test('before it is known what is usual, and for another engine', () => {
    const load = new EngineLoad();
    const first = { capabilities: MANUAL_CAPABILITIES, promptChars: 0, came: true };
    for (const ms of [10, 10, 9_000, 9_000]) load.told({ ...first, ms }, 0);
    assert.equal(load.isBusy(0), false);
    const { load: other, told } = known();
    told(900);
    told(900);
    other.forget();
    assert.equal(other.isBusy(0), false);
  });
});
