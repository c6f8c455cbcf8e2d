import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { repair } from '../../../server/post-process/repairs.ts';
import type { StopRule, StopSettings } from '../../../server/stopping/controller.ts';
import { PATIENT } from '../../../server/stopping/policy/point.ts';
import { PRESET_POINTS } from '../../../server/stopping/policy/presets.ts';
import { sameText } from '../../../server/stopping/reading/normalise.ts';
import { firstNewlineRule } from '../../../server/stopping/rules/first-newline.ts';
import { replay } from '../../../server/stopping/replay.ts';
import { shortstopRule } from '../../../server/stopping/rules/shortstop-rule.ts';
import { SKIP_RECORDED, TRACE_FILES, recordedTraces, type Recorded } from './recorded-traces.ts';

const CUSTOM: StopSettings = { ...PATIENT, maxTokens: 128 };
const PRESETS = ['faithful', 'balanced', 'saver'] as const;

interface Score {
  /** Mean tokens up to and including the deciding one. */
  readonly tokens: number;
  readonly matches: number;
  /** Matches after the repairs, and matches that the repairs broke. */
  readonly repaired: number;
  readonly broken: number;
}

function score<S>(rule: StopRule<S>, settings: StopSettings, traces: readonly Recorded[]): Score {
  let tokens = 0;
  let matches = 0;
  let repaired = 0;
  let broken = 0;
  for (const { context, gold, tokens: trace, end } of traces) {
    const { decision, served } = replay(rule, context, settings, trace, end);
    const wanted = gold.trim() !== '';
    const before = wanted && sameText(served, gold);
    const after = wanted && sameText(repair(served, context, decision.reason).text, gold);
    tokens += decision.tokens;
    matches += Number(before);
    repaired += Number(after);
    broken += Number(before && !after);
  }
  return { tokens: tokens / traces.length, matches, repaired, broken };
}

function tell(t: TestContext, name: string, { tokens, matches, repaired }: Score, n: number): void {
  const share = (count: number) => ((100 * count) / n).toFixed(1);
  t.diagnostic(
    `${name}: ${tokens.toFixed(2)} tokens, EM ${share(matches)} % (${matches} of ${n}), repaired ${share(repaired)} %`,
  );
}

/**
 * Mean tokens and matches of two rules of the same boundaries by an independent script: serve at the
 * first of them; and the same, giving up once the cumulative log-probability falls below -2.
 */
const SIMPLE = {
  'traces-dev-0.5b': { patient: [7.08, 65], abandoning: [4.92, 65] },
  'traces-dev-0.5b-2': { patient: [7.7, 56], abandoning: [4.77, 52] },
} as const;

for (const file of TRACE_FILES) {
  test(`on ${file} the presets beat the best simple rule`, { skip: SKIP_RECORDED }, (t) => {
    const traces = recordedTraces(file);
    tell(t, 'first newline', score(firstNewlineRule, CUSTOM, traces), traces.length);
    tell(t, 'without giving up', score(shortstopRule, CUSTOM, traces), traces.length);
    const [faithful, balanced, saver] = PRESETS.map((preset) => {
      const got = score(shortstopRule, { ...CUSTOM, ...PRESET_POINTS[preset] }, traces);
      tell(t, preset, got, traces.length);
      return got;
    });
    assert.ok(faithful && balanced && saver);
    const { patient, abandoning } = SIMPLE[file];
    assert.ok(faithful.matches >= patient[1] && faithful.tokens <= patient[0]);
    // Being sure of the rest takes a little more than the other script's first one or two characters.
    assert.ok(balanced.matches >= abandoning[1] && balanced.tokens <= abandoning[0] + 0.05);
    assert.ok(saver.matches >= 0.8 * faithful.matches && saver.tokens < 0.9 * balanced.tokens);
  });

  test(`on ${file} no repair breaks a match`, { skip: SKIP_RECORDED }, () => {
    const traces = recordedTraces(file);
    for (const preset of PRESETS) {
      const ours = score(shortstopRule, { ...CUSTOM, ...PRESET_POINTS[preset] }, traces);
      assert.equal(ours.broken, 0);
      assert.ok(ours.repaired >= ours.matches);
    }
    const peer = score(firstNewlineRule, CUSTOM, traces);
    assert.equal(peer.broken, 0);
    assert.ok(peer.repaired > peer.matches);
  });
}
