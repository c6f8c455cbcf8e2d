import { extract } from '../features/extract.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readAllFeatures } from '../features/table.ts';
import { candidates } from '../replay/rules.ts';
import { replay } from '../replay/run.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { loadTraces } from '../traces.ts';
import { outcomesOf, outcomesOfRun, type RuleOutcomes } from './scored.ts';

/** Kinds of cut that count in no goal: their ends lie in mid-word. */
export const LEFT_OUT: readonly string[] = ['span'];

/** Complete traces as numbers, and what the rules without learning make of them. */
export interface ReportInput {
  readonly features: readonly FeatureTrace[];
  readonly rules: readonly RuleOutcomes[];
}

/**
 * Every rule on recorded traces, cuts of some kinds left out; ours as it ships is left to `learnedPresets`,
 * since its training may have seen these traces.
 * @throws TraceError on a file that can't be used
 */
export async function readRecorded(
  files: readonly string[],
  without: readonly string[],
): Promise<ReportInput> {
  const traces = (await loadTraces(files)).filter(
    ({ kind, end }) => !without.includes(kind) && end !== 'cut',
  );
  const others = candidates(traces).filter(({ id }) => !id.startsWith('shortstop-'));
  const rules = others.map((candidate) =>
    outcomesOfRun(traces, replay(candidate, traces, REPLAY_SETTINGS)),
  );
  return { features: traces.map(extract), rules };
}

/**
 * The few rules whose outcomes are kept with the numbers of traces.
 * @throws TraceError on a file that can't be used
 */
export async function readNumbers(files: readonly string[]): Promise<ReportInput> {
  const all = await readAllFeatures(files);
  const features = all.filter(({ complete }) => complete);
  const baseline = (id: string) =>
    outcomesOf(id, features, (trace) => {
      const own = trace.baselines[id];
      if (!own) throw new Error(`the feature file has no outcomes of ${id}`);
      return own;
    });
  return { features, rules: ['peer-first-newline', 'simple'].map(baseline) };
}
