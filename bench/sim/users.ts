import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { fitPolicy, hasAllRows } from '../../server/learning/fit/fit.ts';
import { foldsOf } from '../../server/learning/fit/folds.ts';
import { scoreTrace } from '../../server/learning/fit/frontier.ts';
import { pointAtBoldness, replayedAt, type Replayed } from '../../server/learning/fit/replayed.ts';
import {
  BOLDNESSES,
  boldnessOf,
  HEDGE,
  learned,
  TOKENS_A_MATCH,
} from '../../server/learning/hedge/policies.ts';
import { sum } from '../../server/learning/hedge/fixed-share.ts';
import type { Random } from '../../server/learning/random.ts';
import type { OwnPreset } from '../../server/stopping/policy/certificate.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { readFeatures } from '../features/table.ts';

const TRACES = join(import.meta.dirname, '../data/features-0.5b.jsonl.gz');
const HUNDREDTHS = Array.from({ length: 101 }, (_, i) => i / 100);

/** What each hundredth of boldness makes of one recorded trace. */
export interface Place {
  readonly outcomes: readonly Replayed[];
}

/** Places that a simulated person may write at. */
export interface Places {
  readonly all: readonly Place[];
  /** Those at which the preset's own point loses a match of the reference. */
  readonly lost: readonly Place[];
}

let held: Promise<{
  readonly traces: readonly FeatureTrace[];
  readonly policy: ReturnType<typeof fitPolicy>;
}> | null = null;

/** Half of the problems fit both probabilities; the other half, as far as all their tokens are known, is replayed. */
async function heldOut() {
  const traces = await readFeatures(TRACES);
  const half = foldsOf(
    traces.map(({ problem }) => problem),
    2,
    1,
  );
  const policy = fitPolicy(
    traces.filter((_, i) => half[i] === 0),
    'lite',
    'mean',
  );
  return { policy, traces: traces.filter((trace, i) => half[i] === 1 && hasAllRows(trace)) };
}

/** Real traces of 0.5B at the shipped path's points, by models that saw none of their problems. */
export async function placesOf(preset: OwnPreset): Promise<Places> {
  const weights = weightsFor({ name: DEFAULT_SETTINGS.model, digest: '' });
  if (!weights) throw new Error(`nothing was learned for ${DEFAULT_SETTINGS.model}`);
  held ??= heldOut();
  const { traces, policy } = await held;
  const points = HUNDREDTHS.map((boldness) => pointAtBoldness(weights, preset, boldness));
  const all = traces.map((trace): Place => {
    const scored = scoreTrace(trace, policy);
    return { outcomes: points.flatMap((point) => replayedAt(scored, point) ?? []) };
  });
  const lost = all.filter((place) => outcomeAt(place, 0).matched && !outcomeAt(place, 1).matched);
  return { all, lost };
}

export function outcomeAt({ outcomes }: Place, boldness: number): Replayed {
  const outcome = outcomes[Math.round(100 * boldness)];
  if (!outcome) throw new RangeError(`no outcome at boldness ${boldness}`);
  return outcome;
}

/** Draws places; so many of them are ones at which the preset's own point loses a match. */
export function writer(places: Places, losing: number, random: Random): () => Place {
  return () => {
    const from = random() < losing ? places.lost : places.all;
    const place = from[Math.floor(random() * from.length)];
    if (!place) throw new Error('no place to write at');
    return place;
  };
}

/** What one policy made of some labels; a lost match is one that the reference has. */
export interface Tally {
  tokens: number;
  lost: number;
}

export const nothing = (): Tally => ({ tokens: 0, lost: 0 });

/** Tokens, with those that the lost matches are worth. */
export function priced({ tokens, lost }: Tally, preset: OwnPreset): number {
  return tokens + TOKENS_A_MATCH[preset] * lost;
}

export interface Run {
  /** Of the adapting policy. */
  readonly own: Tally;
  /** By boldness, in the order of `BOLDNESSES`. */
  readonly fixed: readonly Tally[];
  readonly weights: readonly number[];
}

/** So many labels, each served before it is learned from. */
export function adapt(
  preset: OwnPreset,
  next: () => Place,
  labels: number,
  from: readonly number[] = HEDGE.prior,
): Run {
  const own = nothing();
  const fixed = BOLDNESSES.map(nothing);
  let weights = from;
  for (let label = 0; label < labels; label += 1) {
    const place = next();
    count(own, place, boldnessOf(weights));
    for (const [i, boldness] of BOLDNESSES.entries()) count(fixed[i] ?? own, place, boldness);
    const outcomes = BOLDNESSES.map((boldness) => outcomeAt(place, boldness));
    weights = learned(weights, outcomes, preset, 1);
  }
  return { own, fixed, weights };
}

function count(tally: Tally, place: Place, boldness: number): void {
  const { matched, tokens } = outcomeAt(place, boldness);
  tally.tokens += tokens;
  tally.lost += Number(outcomeAt(place, 0).matched) - Number(matched);
}

export function bestOf(fixed: readonly Tally[], preset: OwnPreset): Tally {
  return fixed.reduce((best, one) => (priced(one, preset) < priced(best, preset) ? one : best));
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
