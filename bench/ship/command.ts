import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { certificateInWords } from '../../server/stopping/certificate.ts';
import type { PolicyWeights } from '../../server/stopping/model.ts';
import type { WeightsFile } from '../../server/stopping/weights.ts';
import { answersOf, readAnswered } from '../answers/answers.ts';
import { writeRunningAnswers } from '../answers/command.ts';
import type { FeatureTrace } from '../features/extract.ts';
import { readAllFeatures, sha256Of } from '../features/table.ts';
import { fitPolicy, hasAllRows } from '../train/fit.ts';
import { crossScore } from '../train/frontier.ts';
import { choosePreset } from '../train/presets.ts';
import { featureSet, shortNumber, SHIPPED_WEIGHTS } from '../train/weights.ts';
import { choosePresets, refuseOverlap, scoreMatches } from './calibrate.ts';
import { pathOf } from './path.ts';
import { RECORDED_ON } from './recorded-on.ts';

export const SHIP_USAGE =
  'ship --features FILE… [--calibrate FILE… [--of WORDS]] [--set lite|full] [--out FILE]';

const KIND = 'mean';
const FOLDS = 5;
const SEEDS = [1, 2, 3];

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
 * problem, certifies the presets on the calibration traces as far as these allow, and writes the file that
 * the daemon loads. Without a calibration nothing is certified. `--of` says of what the calibration's files
 * are, as the certificates show it. The full set of features needs alternatives.
 */
export async function shipCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [] },
      calibrate: { type: 'string', multiple: true, default: [] },
      of: { type: 'string' },
      set: { type: 'string', default: 'lite' },
      out: { type: 'string' },
    },
  });
  const set = featureSet.parse(values.set);
  const out = values.out ?? SHIPPED_WEIGHTS[set];
  if (values.features.length === 0) throw new Error('no features: --features FILE');
  const training = await readInput(values.features);
  const calibration = await readInput(values.calibrate);
  refuseOverlap(training.traces, calibration.traces);

  const fit = (part: readonly FeatureTrace[]) => fitPolicy(part, set, KIND);
  const held = crossScore(training.traces, fit, FOLDS, SEEDS).filter(({ trace }) => trace.complete);
  const path = pathOf(held);
  // What is certified is what ships: the weights as they are rounded.
  const policy = rounded(fit(training.traces));
  const calibrated = values.calibrate.length > 0;
  const matches = scoreMatches(calibration.traces, policy);
  const facts = {
    population: `reference matches in ${matches.length} files${values.of === undefined ? '' : ` of ${values.of}`}`,
    modelDigest: RECORDED_ON.digests[0],
    engine: RECORDED_ON.engine,
    calibration: calibration.sha256,
  };
  const chosen = choosePresets(path, calibrated ? { matches, facts } : null);

  if (calibrated) {
    const open = calibration.traces.filter((trace) => !hasAllRows(trace)).length;
    print(
      `calibration: ${calibration.traces.length} traces of ${calibration.problems.length} problems, ${open} of them cut before the reference decided; ${matches.length} matches, one a problem`,
    );
  }
  for (const { preset, step, certificate, note } of chosen) {
    const { tokens, matches: kept } = step.scored;
    const em = ((100 * kept) / held.length).toFixed(1);
    print(
      `${preset}: ${tokens.toFixed(2)} tokens (the reference ${path[0]?.scored.tokens.toFixed(2)}), EM ${em} % (${kept} of ${held.length}) on held-out training scores; ${certificateInWords(certificate)} (${note})`,
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
    spends: byPreset(({ preset }) => choosePreset(held, preset).tokens),
    path: path.slice(1).map(({ stored: { tauDone, tauAlive } }) => ({ tauDone, tauAlive })),
    ...policy,
    trainedOn: {
      traces: training.traces.length,
      complete: held.length,
      sha256: training.sha256,
      problems: training.problems,
    },
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

function rounded(policy: PolicyWeights): PolicyWeights {
  return JSON.parse(JSON.stringify(policy, shortNumber)) as PolicyWeights;
}
