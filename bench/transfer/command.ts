import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OWN_PRESETS } from '../../server/stopping/policy/certificate.ts';
import { checkedWeights } from '../../server/stopping/policy/weights-file.ts';
import { goalsOf } from '../report/goals.ts';
import { shippedPresets } from '../report/held-out.ts';
import { LEFT_OUT, readNumbers, readRecorded } from '../report/input.ts';
import { against, bestPeer, peerToBeat } from '../report/peer.ts';
import { outcomesOf, readRule, referenceAmong, type RuleOutcomes } from '../report/scored.ts';
import { refuseTrainedOn } from '../../server/learning/fit/folds.ts';
import {
  cheapestWith,
  frontierOf,
  scoreTrace,
  type ScoredTrace,
} from '../../server/learning/fit/frontier.ts';
import { asManyAsPeer } from '../../server/learning/fit/halves.ts';
import { choosePreset } from '../../server/learning/fit/presets.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';
import { goalsByWay, transferTable } from './against-peer.ts';
import { identityFor, writeBorrowing } from './borrowing.ts';
import {
  crossFitted,
  mapsAndThresholdsBy,
  readFitted,
  repeated,
  thresholdsBy,
} from './cross-fit.ts';
import { logLosses } from './platt.ts';

export const TRANSFER_USAGE = `transfer [--traces FILE… | --features FILE…] [--weights FILE] [--seen] [--without KIND…] [--draws N]
           [--out FILE.json --model WORDS --name PATTERN --digest SHA256… --engine WORDS]`;

/** The 1.5B model's numbers: what is read where nothing is named. */
const KEPT = join(import.meta.dirname, '../data/features-1.5b.jsonl.gz');
const FOLDS = 5;
const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);
/** Ways to come by thresholds, as their rows are named. */
const WAYS = ['shipped', 'rechosen', 'mapped'] as const;

/** Thresholds that keep as many matches as the peer has; where none do, those that keep the most. */
function asPeer(part: readonly ScoredTrace[]) {
  const frontier = frontierOf(part);
  const point = cheapestWith(frontier, asManyAsPeer(part)) ?? frontier.at(-1);
  if (!point) throw new Error('no traces to choose thresholds on');
  return point;
}

/** The cross-fitted rows: thresholds alone, then with both probabilities mapped by Platt's method first. */
function refitted(scored: readonly ScoredTrace[]): RuleOutcomes[] {
  const choices = [
    ...OWN_PRESETS.map(
      (preset) => [preset, (part: readonly ScoredTrace[]) => choosePreset(part, preset)] as const,
    ),
    ['as-peer', asPeer] as const,
  ];
  return [['rechosen', thresholdsBy] as const, ['mapped', mapsAndThresholdsBy] as const].flatMap(
    ([way, fitBy]) =>
      choices.map(([name, choose]) =>
        crossFitted(`${way}-${name}`, readFitted(scored, fitBy(choose), FOLDS, SEEDS)),
      ),
  );
}

/** What Platt's maps make of the probabilities, on problems that the maps were not fitted on. */
function calibration(scored: readonly ScoredTrace[]): string {
  const maps = mapsAndThresholdsBy(() => ({ tauAlive: 0, tauDone: 1 }));
  const mapped = readFitted(scored, maps, FOLDS, SEEDS).map(({ one, fitted }) =>
    fitted.recalibrate(one),
  );
  const [before, after] = [logLosses(scored), logLosses(mapped)];
  const change = (part: 'alive' | 'done') =>
    `${before[part].toFixed(4)} before, ${after[part].toFixed(4)} after`;
  return `Log loss per token of pAlive: ${change('alive')} Platt's map; of pDone: ${change('done')}.`;
}

/**
 * `transfer`: all rules on another model's traces, the learned one with weights as they ship and with
 * thresholds chosen anew on other problems of that model; `--out` writes thresholds that ship. Where nothing
 * is named, on the numbers that the project keeps of the 1.5B model, for fewer rules.
 */
export async function transferCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      features: { type: 'string', multiple: true, default: [] },
      weights: { type: 'string', default: SHIPPED_WEIGHTS.lite },
      seen: { type: 'boolean', default: false },
      without: { type: 'string', multiple: true, default: [...LEFT_OUT] },
      draws: { type: 'string', default: '1000' },
      out: { type: 'string' },
      model: { type: 'string' },
      name: { type: 'string' },
      digest: { type: 'string', multiple: true },
      engine: { type: 'string' },
    },
  });
  if (values.traces.length > 0 && values.features.length > 0) {
    throw new Error('name traces or features of the other model, not both');
  }
  const kept = values.features.length > 0 ? values.features : [KEPT];
  if (values.out !== undefined && (values.features.length === 0 || values.seen)) {
    throw new Error(
      'what ships is chosen on kept features of unseen problems: --features, no --seen',
    );
  }
  const lender = checkedWeights(JSON.parse(await readFile(values.weights, 'utf8')));
  const { trainedOn } = await readWeights(values.weights);
  const { features, rules: others } =
    values.traces.length > 0
      ? await readRecorded(values.traces, values.without)
      : await readNumbers(kept);
  const problems = features.map(({ problem }) => problem);
  if (!values.seen) refuseTrainedOn(trainedOn.problems, problems);
  const scored = features.map((trace) => scoreTrace(trace, lender));

  const once = [
    ...shippedPresets({ scored }, { thresholds: lender.presets }),
    outcomesOf('shortstop-patient', features, (trace) => trace),
    ...others,
  ];
  const reference = referenceAmong(once);
  const draws = Number(values.draws);
  const best = bestPeer(once);
  const peer = peerToBeat(once, draws);
  if (!best || !peer) throw new Error('no peer was run');
  const row = (rule: RuleOutcomes) => {
    const times = rule.outcomes.length / features.length;
    return {
      readings: readRule(rule, repeated(reference, times), draws),
      against: against(rule, repeated(peer, times), draws),
    };
  };
  const rows = [...refitted(scored), ...once].map(row);

  print(
    `n ${features.length}, ${new Set(problems).size} problems, reference ${reference.id}, peer to beat ${peer.id} (the cheapest whose EM can't be told from that of ${best.id})`,
  );
  print(
    `The learned policy has weights of ${lender.model}, trained on ${trainedOn.traces} traces. shipped-*: its thresholds as they ship. rechosen-*: thresholds chosen on other problems of these traces (${FOLDS} folds, ${SEEDS.length} shuffles). mapped-*: Platt's maps of pAlive and pDone fitted there too. *-as-peer: as many matches as first newline's in place of a preset's share. 95 % intervals by problem.\n`,
  );
  print(transferTable(rows));
  const readings = rows.map((one) => one.readings);
  const goals = WAYS.map((way) => {
    const own = readings
      .filter(({ id }) => id.startsWith(`${way}-`))
      .map((one) => ({ ...one, id: one.id.replace(way, 'learned') }));
    const rest = readings.filter(({ id }) => !WAYS.some((other) => id.startsWith(`${other}-`)));
    return [way, goalsOf([...own, ...rest], peer.id)] as const;
  });
  print(`\n${goalsByWay(new Map(goals))}`);
  print(`\n${calibration(scored)}`);
  if (values.out === undefined) return;
  const { model, name, digest: digests, engine } = values;
  const identity = await identityFor(values.out, { model, name, digests, engine });
  await writeBorrowing(values.out, identity, lender, scored, values.features);
  print(`\nthresholds of ${identity.model} in ${values.out}; certified: nothing`);
}
