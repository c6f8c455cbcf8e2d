import { FEATURE_NAMES } from '../../server/stopping/features.ts';
import { completeIfAlive } from '../../server/stopping/learned-rule.ts';
import type { PolicyWeights } from '../../server/stopping/model.ts';
import type { FeatureTrace } from '../features/extract.ts';
import { compare, familyOf, goalsOf, type Family, type Reading } from '../policy/variants.ts';
import { lite } from '../policy/expected.ts';
import { fitBoth } from '../train/fit.ts';
import { crossScore, type ScoredTrace } from '../train/frontier.ts';
import type { SyntaxTrace } from './reading.ts';
import { SYNTAX_FEATURES } from './syntax-features.ts';

const FOLDS = 5;

/** A trace's rows with more features behind the lite ones. */
function withMore(trace: FeatureTrace, more: readonly (readonly number[])[]): FeatureTrace {
  const rows = trace.rows.map((row, t) => ({
    ...row,
    features: [...lite(row), ...(more[t] ?? [])],
  }));
  return { ...trace, rows };
}

const UNREAD = [...SYNTAX_FEATURES, 'a line break was read'].map(() => 0);

/** What may be learned of beside the lite features. */
const EXTRAS: Readonly<Record<string, (one: SyntaxTrace) => readonly (readonly number[])[]>> = {
  'lite features (today)': ({ everyToken }) => everyToken.map(() => []),
  '+ syntax at newlines': ({ atNewlines }) => atNewlines.map((row) => (row ? [...row, 1] : UNREAD)),
  '+ syntax at every token': ({ everyToken }) => everyToken,
};

/** Scores by policies that were trained without a trace's problem, one list for each of `EXTRAS`. */
export function trainedScores(
  traces: readonly SyntaxTrace[],
  seeds: readonly number[],
): ReadonlyMap<string, ScoredTrace[]> {
  const scores = Object.entries(EXTRAS).map(([name, more]): [string, ScoredTrace[]] => {
    const rows = traces.map((one) => withMore(one.trace, more(one)));
    const width = rows[0]?.rows[0]?.features.length ?? 0;
    const names = [...FEATURE_NAMES.lite, ...SYNTAX_FEATURES, 'a line break was read'];
    const fit = (part: readonly FeatureTrace[]): PolicyWeights => ({
      set: 'lite',
      features: names.slice(0, width),
      ...fitBoth(part, width, 'mean'),
    });
    return [name, crossScore(rows, fit, FOLDS, seeds)];
  });
  return new Map(scores);
}

/** What a family spends for so many matches, and how many matches it has for the first family's tokens. */
export interface FrontierReading extends Reading {
  readonly matches: number;
}

/** Most matches of a family for at most so many tokens a trace. */
function mostMatches({ curves }: Family, tokens: number, traces: number): number {
  const size = curves[0]?.tokens.length ?? 0;
  let most = 0;
  for (let at = 0; at < size; at += 1) {
    const spent = curves.reduce((sum, curve) => sum + (curve.tokens[at] ?? 0), 0);
    if (spent > tokens * traces + 1e-6) continue;
    const matches = curves.reduce((sum, curve) => sum + (curve.matches[at] ?? 0), 0);
    most = Math.max(most, matches);
  }
  return most;
}

/**
 * Every family at three goals: as many matches as the best peer, 95 % and 90 % of the patient rule's.
 * Thresholds are chosen on the held-out scores themselves, which flatters all alike.
 */
export function frontiers(
  scores: ReadonlyMap<string, readonly ScoredTrace[]>,
  draws: number,
): { readonly name: string; readonly readings: readonly FrontierReading[] }[] {
  const families = [...scores].map(([name, scored]) =>
    familyOf(
      name,
      scored
        .filter(({ trace }) => trace.complete)
        .map(({ trace, alive, done }) => ({
          trace,
          keep: alive,
          serve: alive.map((p, t) => completeIfAlive(done[t] ?? 0, p)),
        })),
    ),
  );
  const [first = []] = scores.values();
  const traces = first.map(({ trace }) => trace).filter(({ complete }) => complete);
  const readings = compare(families, goalsOf(traces), traces.length, draws);
  return families.map((family, f) => ({
    name: family.name,
    readings: (readings[f] ?? []).map((reading, g) => ({
      ...reading,
      matches: mostMatches(family, readings[0]?.[g]?.tokens ?? 0, traces.length),
    })),
  }));
}
