import { probabilityOf, type LogisticModel } from '../../server/stopping/policy/model.ts';
import type { ScoredTrace } from '../../server/learning/fit/frontier.ts';
import { fitLogistic, type Sample } from '../../server/learning/fit/logistic.ts';

/** Maps of both probabilities: a logistic regression each on the log-odds alone. */
export interface PlattMaps {
  readonly alive: LogisticModel;
  readonly done: LogisticModel;
}

/** As good as none: two parameters need no penalty. */
const PENALTY = 1e-6;
/** Log-odds beyond which a double tells probabilities from 0 and 1 no more. */
const CLIP = 1e-9;

function logOdds(p: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, p));
  return Math.log(clipped / (1 - clipped));
}

/**
 * Fits slope and offset of one map. Targets are drawn in from 0 and 1 (Platt 1999, 2.2), so that labels
 * which all agree give no infinite slope; each becomes a share of both labels here.
 */
function fitMap(samples: readonly Sample[]): LogisticModel {
  const weightOf = (label: boolean) =>
    samples.reduce((sum, sample) => sum + (sample.label === label ? sample.weight : 0), 0);
  const positive = (weightOf(true) + 1) / (weightOf(true) + 2);
  const negative = 1 / (weightOf(false) + 2);
  const softened = samples.flatMap(({ features, label, weight }): Sample[] => {
    const target = label ? positive : negative;
    return [
      { features, label: true, weight: weight * target },
      { features, label: false, weight: weight * (1 - target) },
    ];
  });
  return fitLogistic(softened, PENALTY);
}

/** Fits both maps; a trace's tokens share a weight as they do in training (`fitPolicy`). */
export function fitPlatt(scored: readonly ScoredTrace[]): PlattMaps {
  const samplesOf = (
    scores: (one: ScoredTrace) => readonly number[],
    label: (one: ScoredTrace, row: number) => boolean,
  ): Sample[] =>
    scored.flatMap((one) =>
      scores(one).map((p, row) => ({
        features: [logOdds(p)],
        label: label(one, row),
        weight: 1 / Math.sqrt(one.trace.rows.length),
      })),
    );
  return {
    alive: fitMap(
      samplesOf(
        ({ alive }) => alive,
        ({ trace }) => trace.matched,
      ),
    ),
    done: fitMap(
      samplesOf(
        ({ done }) => done,
        ({ trace }, row) => trace.rows[row]?.done ?? false,
      ),
    ),
  };
}

export function applyPlatt({ alive, done }: PlattMaps, one: ScoredTrace): ScoredTrace {
  return {
    trace: one.trace,
    alive: one.alive.map((p) => probabilityOf(alive, [logOdds(p)])),
    done: one.done.map((p) => probabilityOf(done, [logOdds(p)])),
  };
}

/** Mean log loss of both probabilities in nats per token, tokens weighted as in the fit. */
export function logLosses(scored: readonly ScoredTrace[]): { alive: number; done: number } {
  let total = 0;
  const sums = { alive: 0, done: 0 };
  const loss = (p: number, label: boolean) => Math.log1p(Math.exp((label ? -1 : 1) * logOdds(p)));
  for (const { trace, alive, done } of scored) {
    const weight = 1 / Math.sqrt(trace.rows.length);
    trace.rows.forEach((row, t) => {
      total += weight;
      sums.alive += weight * loss(alive[t] ?? 0, trace.matched);
      sums.done += weight * loss(done[t] ?? 0, row.done);
    });
  }
  return { alive: sums.alive / total, done: sums.done / total };
}
