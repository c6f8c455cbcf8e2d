import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FeatureSet } from '../../server/stopping/reading/features.ts';
import { weightsFor, type ShippedWeights } from '../../server/stopping/policy/weights.ts';
import { readAllFeatures } from '../features/table.ts';
import { RECORDED_ON } from '../ship/recorded-on.ts';
import { frontierOf } from '../../server/learning/fit/frontier.ts';
import { goalsOf } from './goals.ts';
import { learnedPresets, scoreHeldOut, shippedPresets } from './held-out.ts';
import { LEFT_OUT, readNumbers, readRecorded, type ReportInput } from './input.ts';
import { againstCells, goalsTable, rulesTable } from './markdown.ts';
import { against, peerToBeat } from './peer.ts';
import { frontierPicture, type Dot } from './picture.ts';
import { outcomesOf, readRule, referenceAmong, type RuleOutcomes } from './scored.ts';

export const REPORT_USAGE =
  'report [--traces FILE… | --kept] [--without KIND…] [--out FILE.svg] [--draws N]';

const ROOT = join(import.meta.dirname, '../..');
/** What the weights that ship were trained on. */
export const TRAINING: readonly string[] = ['features-0.5b', 'earlier-0.5b'].map((name) =>
  join(ROOT, `bench/data/${name}.jsonl.gz`),
);
const BESIDE = ['traces-dev-0.5b.jsonl.gz', 'traces-dev-0.5b-2.jsonl.gz'].map((name) =>
  join(ROOT, '../shared/data', name),
);
const SHIPPED = join(ROOT, 'test/fixtures/traces');

/** @throws Error where there are none over that set of features */
export function shippedWeights(set: FeatureSet = 'lite'): ShippedWeights {
  const lite = weightsFor({ name: '', digest: RECORDED_ON.digests[0] });
  const weights = set === 'lite' ? lite : lite?.withAlternatives;
  if (!weights) throw new Error('no weights ship for the recorded model');
  return weights;
}

function kindOf(id: string): Dot['kind'] {
  if (id.startsWith('learned-')) return 'ours';
  if (/^(confidence|shortstop)-/.test(id)) return 'before';
  return id.startsWith('oracle-') ? 'oracle' : 'peer';
}

interface Report extends ReportInput {
  /** Where its traces come from, in words. */
  readonly source: string;
  /** The picture's file. */
  readonly out: string | undefined;
}

/** `report`: all rules side by side on held-out problems, the goals, and the frontier picture. */
export async function reportCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: {
        type: 'string',
        multiple: true,
        default: BESIDE.filter((file) => existsSync(file)),
      },
      without: { type: 'string', multiple: true, default: [...LEFT_OUT] },
      kept: { type: 'boolean', default: false },
      out: { type: 'string' },
      draws: { type: 'string', default: '1000' },
    },
  });
  const { out, without } = values;
  const draws = Number(values.draws);
  const recorded = values.kept ? [] : values.traces;
  if (recorded.length > 0) {
    const source = `${recorded.length} trace files`;
    await reportOn({ ...(await readRecorded(recorded, without)), source, out }, draws, print);
    return;
  }
  const source = 'no traces given: the numbers that the project keeps, for fewer rules';
  await reportOn({ ...(await readNumbers(TRAINING)), source, out }, draws, print);
  const shipped = values.kept ? [] : await shippedTraces();
  if (shipped.length === 0) return;
  print('\n');
  const own = {
    source: 'the traces in this repository, of its own source: every rule, but few traces',
    out: out?.replace(/(\.svg)?$/, '-own-source.svg'),
  };
  await reportOn({ ...(await readRecorded(shipped, without)), ...own }, draws, print);
}

/** Recorded over the project's own source, so that they may be kept with it. */
export async function shippedTraces(): Promise<string[]> {
  const names = (await readdir(SHIPPED)).filter((name) => name.endsWith('.jsonl.gz'));
  return names.sort().map((name) => join(SHIPPED, name));
}

async function reportOn(
  { features, rules: others, source, out }: Report,
  draws: number,
  print: (line: string) => void,
): Promise<void> {
  const shipped = shippedWeights();
  const withAlternatives = shippedWeights('full');
  const training = await readAllFeatures(TRAINING);
  const heldOut = scoreHeldOut(features, training, shipped.policy);
  const full = scoreHeldOut(features, training, withAlternatives.policy);
  const patient = outcomesOf('shortstop-patient', features, (trace) => trace);
  const rules = [...learnedPresets(heldOut, shipped), patient, ...others];
  const reference = referenceAmong(rules);
  const read = (rule: RuleOutcomes) => readRule(rule, reference, draws);
  const readings = rules.map(read);
  const problems = new Set(features.map(({ problem }) => problem)).size;
  const fresh = heldOut.folds.filter((fold) => fold === null).length;
  print(`${source}; n ${features.length}, ${problems} problems, reference ${reference.id}`);
  print(
    `Learned rows: neither weights nor thresholds saw the trace's problem (${features.length - fresh} by cross-validation, ${fresh} of problems that no training saw). The thresholds of confidence-* and the length of fixed-N were chosen on development traces, these among them if they are the ones beside the project: a little flattering.\n`,
  );
  print(rulesTable(readings));
  print('\nThe thresholds that ship, on the held-out scores that they were chosen on:\n');
  const without = shippedPresets(heldOut, shipped);
  const withThem = shippedPresets(full, withAlternatives, 'shipped-full');
  print(rulesTable([...without, ...withThem].map(read)));
  print('\n| with alternatives (full) | tokens, of those without | EM, points from that without |');
  print('|---|---|---|');
  withThem.forEach((rule, i) => {
    const lite = without[i];
    if (lite) print(`| ${rule.id} | ${againstCells(against(rule, lite, draws))}`);
  });
  print(`\n${goalsTable(goalsOf(readings, peerToBeat(rules, draws)?.id))}`);
  if (out === undefined) return;
  const dots = readings
    .filter(({ id }) => id !== 'oracle-clairvoyant')
    .map(({ id, tokens, em }): Dot => ({
      label: id.replace(/^peer-/, ''),
      tokens: tokens?.value ?? 0,
      em: em?.value ?? 0,
      kind: kindOf(id),
    }));
  const line = frontierOf(heldOut.scored).map((point) => ({
    tokens: point.tokens,
    em: point.matches / features.length,
  }));
  const subtitle = `${RECORDED_ON.model}; ${features.length} traces of ${problems} problems. Line: learned, weights held out, thresholds in hindsight.`;
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, frontierPicture(dots, line, subtitle));
  print(`\npicture in ${out}`);
}
