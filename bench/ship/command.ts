import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { certificateInWords } from '../../server/stopping/policy/certificate.ts';
import type { WeightsFile } from '../../server/stopping/policy/weights-file.ts';
import { answersOf, readAnswered } from '../answers/answers.ts';
import { writeRunningAnswers } from '../answers/command.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readAllFeatures, sha256Of } from '../features/table.ts';
import { hasAllRows } from '../../server/learning/fit/fit.ts';
import { featureSet, shortNumber, SHIPPED_WEIGHTS } from '../train/weights.ts';
import {
  choosePresets,
  refuseOverlap,
  scoreMatches,
} from '../../server/learning/certify/calibrate.ts';
import { fitOf, fitOn, KIND } from './fitted.ts';
import { RECORDED_ON } from './recorded-on.ts';

export const SHIP_USAGE =
  'ship --features FILE…|--keep WEIGHTS [--calibrate FILE… [--of WORDS]] [--look N] [--set lite|full] [--out FILE]';

interface Input {
  readonly traces: readonly FeatureTrace[];
  /** Of the files, one after the other. */
  readonly sha256: string;
  readonly problems: readonly string[];
}

async function readInput(files: readonly string[]): Promise<Input> {
  const traces = await readAllFeatures(files);
  const problems = [...new Set(traces.map(({ problem }) => problem))].sort();
  return { traces, sha256: await sha256Of(files), problems };
}

/**
 * `ship`: fits the policy on the training traces, orders a path of thresholds on scores that are held out by
 * problem (or takes both from the weights file that `--keep` names), certifies the presets on the calibration traces as far as these allow, and writes the file that
 * the daemon loads. Without a calibration nothing is certified. `--of` says of what the calibration's files
 * are, as the certificates show it; `--look 2` says that a part of them was looked at before. The full set of features needs alternatives.
 */
export async function shipCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [] },
      keep: { type: 'string' },
      calibrate: { type: 'string', multiple: true, default: [] },
      of: { type: 'string' },
      look: { type: 'string', default: '1' },
      set: { type: 'string', default: 'lite' },
      out: { type: 'string' },
    },
  });
  const set = featureSet.parse(values.set);
  const look = Number(values.look);
  if (!Number.isInteger(look) || look < 1)
    throw new Error('--look wants 1, or how often it was looked at');
  const out = values.out ?? SHIPPED_WEIGHTS[set];
  if (values.features.length === 0 && values.keep === undefined) {
    throw new Error('no features: --features FILE, or --keep WEIGHTS');
  }
  const fitted =
    values.keep === undefined ? await fitOn(values.features, set) : await fitOf(values.keep, set);
  const { policy, path, spends, trainedOn, heldOut } = fitted;
  const calibration = await readInput(values.calibrate);
  const trained = values.keep === undefined ? await readAllFeatures(values.features) : [];
  refuseOverlap(
    [...trained, ...trainedOn.problems.map((problem) => ({ problem }))],
    calibration.traces,
  );
  const calibrated = values.calibrate.length > 0;
  const matches = scoreMatches(calibration.traces, policy);
  const facts = {
    population: `reference matches in ${matches.length} files${values.of === undefined ? '' : ` of ${values.of}`}`,
    modelDigest: RECORDED_ON.digests[0],
    engine: RECORDED_ON.engine,
    calibration: calibration.sha256,
  };
  const chosen = choosePresets(path, calibrated ? { matches, facts, look } : null);

  if (calibrated) {
    const open = calibration.traces.filter((trace) => !hasAllRows(trace)).length;
    print(
      `calibration: ${calibration.traces.length} traces of ${calibration.problems.length} problems, ${open} of them cut before the reference decided; ${matches.length} matches, one a problem`,
    );
  }
  for (const { preset, step, certificate, note } of chosen) {
    const { tokens, matches: kept } = step.scored;
    const em = ((100 * kept) / trainedOn.complete).toFixed(1);
    print(
      `${preset}: ${tokens.toFixed(2)} tokens (the reference ${path[0]?.scored.tokens.toFixed(2)}), EM ${em} % (${kept} of ${trainedOn.complete}) on held-out training scores; ${certificateInWords(certificate)} (${note})`,
    );
  }
  const byPreset = <T>(value: (one: (typeof chosen)[number]) => T) =>
    Object.fromEntries(chosen.map((one) => [one.preset, value(one)]));
  const certified = chosen.some(({ certificate }) => certificate !== null);
  const weights = {
    ...RECORDED_ON,
    certified: certified ? byPreset(({ certificate }) => certificate) : null,
    presets: byPreset(({ step }) => step.stored),
    // Of the training alone: what chooses between two sets of weights may know nothing of the calibration.
    spends,
    path: path.slice(1).map(({ stored: { tauDone, tauAlive } }) => ({ tauDone, tauAlive })),
    ...policy,
    heldOut,
    trainedOn,
    ...(calibrated && {
      calibratedOn: {
        traces: calibration.traces.length,
        sha256: calibration.sha256,
        problems: calibration.problems,
      },
    }),
  };
  const shipped = JSON.parse(JSON.stringify(weights, shortNumber)) as WeightsFile;
  const answers = answersOf(shipped, await readAnswered());
  await writeFile(out, `${JSON.stringify({ ...shipped, answers })}\n`);
  if (values.out === undefined) await writeRunningAnswers();
  print(`weights of ${set} ${KIND} in ${out}`);
}
