import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { FeatureSet } from '../../server/stopping/reading/features.ts';
import type { PolicyWeights } from '../../server/stopping/policy/model.ts';
import { OWN_PRESETS, type OwnPreset } from '../../server/stopping/policy/certificate.ts';
import { checkedWeights } from '../../server/stopping/policy/weights-file.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readAllFeatures, sha256Of } from '../features/table.ts';
import { fitPolicy } from '../../server/learning/fit/fit.ts';
import { crossScore } from '../../server/learning/fit/frontier.ts';
import { choosePreset } from '../../server/learning/fit/presets.ts';
import { shortNumber } from '../train/weights.ts';
import { pathOf, type PathStep } from '../../server/learning/certify/path.ts';

export const KIND = 'mean';
const FOLDS = 5;
const SEEDS = [1, 2, 3];

const fittedSchema = z.object({
  trainedOn: z.object({
    traces: z.number().int(),
    complete: z.number().int(),
    /** Of the feature files, one after the other. */
    sha256: z.string(),
    problems: z.array(z.string()),
  }),
  /** Of the path's points from the reference on: mean tokens and matches, on traces that the fits did not see. */
  heldOut: z.array(z.tuple([z.number(), z.number().int()])).min(1),
});

/** What training gives: everything that a certificate needs, and nothing that knows a calibration. */
export interface Fitted extends z.infer<typeof fittedSchema> {
  /** As it ships, rounded: that is what is certified. */
  readonly policy: PolicyWeights;
  readonly path: readonly PathStep[];
  /** Tokens at the share of the matches that each preset means to keep. */
  readonly spends: Readonly<Record<OwnPreset, number>>;
}

/** @throws TraceError where a file is of another form */
export async function fitOn(files: readonly string[], set: FeatureSet): Promise<Fitted> {
  const traces = await readAllFeatures(files);
  const fit = (part: readonly FeatureTrace[]) => fitPolicy(part, set, KIND);
  const held = crossScore(traces, fit, FOLDS, SEEDS).filter(({ trace }) => trace.complete);
  const path = pathOf(held);
  const spends = OWN_PRESETS.map((preset) => [preset, choosePreset(held, preset).tokens]);
  return {
    policy: JSON.parse(JSON.stringify(fit(traces), shortNumber)) as PolicyWeights,
    path,
    spends: Object.fromEntries(spends) as Fitted['spends'],
    trainedOn: {
      traces: traces.length,
      complete: held.length,
      sha256: await sha256Of(files),
      problems: [...new Set(traces.map(({ problem }) => problem))].sort(),
    },
    heldOut: path.map(({ scored }) => [scored.tokens, scored.matches]),
  };
}

/**
 * The fit that a weights file holds: certified anew, it needs no other one.
 * @throws Error where the file holds no path with its scores, or is of another set of features
 */
export async function fitOf(file: string, set: FeatureSet): Promise<Fitted> {
  const json: unknown = JSON.parse(await readFile(file, 'utf8'));
  const { path, spends, ...weights } = checkedWeights(json);
  const { trainedOn, heldOut } = fittedSchema.parse(json);
  if (!path || !spends || weights.set !== set || heldOut.length !== path.length + 1) {
    throw new Error(
      `${file} holds no fit of the ${set} set of features that can be certified anew`,
    );
  }
  const { features, alive, done, left } = weights;
  const points = [{ tauAlive: 0, tauDone: 1 }, ...path];
  return {
    policy: { set, features, alive, done, ...(left && { left }) },
    path: points.map(({ tauAlive, tauDone }, i) => {
      const [tokens = 0, matches = 0] = heldOut[i] ?? [];
      return {
        stored: { tauDone, tauAlive, showBar: 0 },
        scored: { tauDone, tauAlive, tokens, matches },
      };
    }),
    spends,
    trainedOn,
    heldOut,
  };
}
