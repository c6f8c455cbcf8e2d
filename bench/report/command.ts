import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { weightsFor, type ShippedWeights } from '../../server/stopping/weights.ts';
import { readFeatures } from '../features/table.ts';
import { mayBeReference } from '../replay/rules.ts';
import { RECORDED_ON } from '../ship/recorded-on.ts';
import { frontierOf } from '../train/frontier.ts';
import { goalsOf } from './goals.ts';
import { learnedPresets, scoreHeldOut, shippedPresets } from './held-out.ts';
import { readNumbers, readRecorded } from './input.ts';
import { goalsTable, rulesTable } from './markdown.ts';
import { frontierPicture, type Dot } from './picture.ts';
import { outcomesOf, readRule, type RuleOutcomes } from './scored.ts';

export const REPORT_USAGE =
  'report [--traces FILE… | --kept] [--without KIND…] [--out FILE.svg] [--draws N]';

const ROOT = join(import.meta.dirname, '../..');
export const FEATURES = join(ROOT, 'bench/data/features-0.5b.jsonl.gz');
const BESIDE = ['traces-dev-0.5b.jsonl.gz', 'traces-dev-0.5b-2.jsonl.gz'].map((name) =>
  join(ROOT, '../shared/data', name),
);
/** Kinds of cut that count in no goal: their ends lie in mid-word. */
const LEFT_OUT = ['span'];

export function shippedWeights(): ShippedWeights {
  const weights = weightsFor({ name: '', digest: RECORDED_ON.digests[0] });
  if (!weights) throw new Error('no weights ship for the recorded model');
  return weights;
}

function kindOf(id: string): Dot['kind'] {
  if (id.startsWith('learned-')) return 'ours';
  if (id.startsWith('shortstop-')) return 'before';
  return id.startsWith('oracle-') ? 'oracle' : 'peer';
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
      without: { type: 'string', multiple: true, default: LEFT_OUT },
      kept: { type: 'boolean', default: false },
      out: { type: 'string' },
      draws: { type: 'string', default: '1000' },
    },
  });
  const shipped = shippedWeights();
  const recorded = values.kept ? [] : values.traces;
  const { features, rules: others } =
    recorded.length > 0
      ? await readRecorded(recorded, values.without)
      : await readNumbers([FEATURES]);
  const source =
    recorded.length > 0
      ? `${recorded.length} trace files`
      : 'no traces given: the numbers that the project keeps, for fewer rules';
  const heldOut = scoreHeldOut(features, await readFeatures(FEATURES), shipped.policy);
  const patient = outcomesOf('shortstop-patient', features, (trace) => trace);
  const rules = [...learnedPresets(heldOut, shipped), patient, ...others];
  const matches = (rule: RuleOutcomes) => rule.outcomes.filter(({ exact }) => exact).length;
  const [reference = patient] = rules
    .filter(({ id }) => mayBeReference(id))
    .toSorted((a, b) => matches(b) - matches(a));
  const draws = Number(values.draws);
  const read = (rule: RuleOutcomes) => readRule(rule, reference, draws);
  const readings = rules.map(read);
  const problems = new Set(features.map(({ problem }) => problem)).size;
  const fresh = heldOut.folds.filter((fold) => fold === null).length;
  print(`${source}; n ${features.length}, ${problems} problems, reference ${reference.id}`);
  print(
    `Learned rows: neither weights nor thresholds saw the trace's problem (${features.length - fresh} by cross-validation, ${fresh} of problems that no training saw). The thresholds of shortstop-* and the length of fixed-N were chosen on development traces, these among them if they are the ones beside the project: a little flattering.\n`,
  );
  print(rulesTable(readings));
  print('\nThe thresholds that ship, on the held-out scores that they were chosen on:\n');
  print(rulesTable(shippedPresets(heldOut, shipped).map(read)));
  print(`\n${goalsTable(goalsOf(readings))}`);
  if (values.out === undefined) return;
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
  await writeFile(values.out, frontierPicture(dots, line, subtitle));
  print(`\npicture in ${values.out}`);
}
