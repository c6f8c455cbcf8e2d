import { parseArgs } from 'node:util';
import type { FeatureSet } from '../../server/stopping/reading/features.ts';
import { extract } from '../features/extract.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { readAllFeatures, sha256Of, writeFeatures } from '../features/table.ts';
import { loadTraces } from '../traces.ts';
import { fitPolicy, type ModelKind } from '../../server/learning/fit/fit.ts';
import {
  asManyAsPeer,
  readOnOtherHalf,
  shareOfPatient,
  type HalvesResult,
} from '../../server/learning/fit/halves.ts';
import { writeWeights } from './weights.ts';
import {
  cheapestWith,
  crossScore,
  frontierOf,
  type Point,
} from '../../server/learning/fit/frontier.ts';

export const TRAIN_USAGE = `features --traces FILE… --out FILE [--without KIND…]
  train --features FILE… [--set lite|full] [--model logistic|trees|mean] [--out FILE]`;

/** `features`: reduces traces to numbers, which may be kept where the code they came from may not. */
export async function featuresCommand(
  args: string[],
  print: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      without: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined) throw new Error('name where to: --out FILE');
  const traces = (await loadTraces(values.traces)).filter(
    ({ kind }) => !values.without.includes(kind),
  );
  await writeFeatures(values.out, traces.map(extract));
  print(`${traces.length} traces reduced to numbers in ${values.out}`);
}

function describe(name: string, point: Point | null, n: number, base: number): string {
  if (!point) return `  ${name}: not reached`;
  const { tokens, matches, tauAlive, tauDone } = point;
  const share = (100 * matches) / n;
  const done = tauDone > 1 ? 'off' : String(tauDone);
  return `  ${name}: ${tokens.toFixed(2)} tokens (${(tokens / base).toFixed(2)} x), EM ${share.toFixed(1)} % (${matches}), tauAlive ${tauAlive.toFixed(4)}, tauDone ${done}`;
}

const HALVINGS = 20;
const GOALS = [
  ['as many as the peer', asManyAsPeer],
  ["95 % of the patient rule's", shareOfPatient(0.95)],
  ["90 % of the patient rule's", shareOfPatient(0.9)],
] as const;

function describeHalves(name: string, result: HalvesResult): string {
  const { readings, tokens, em, peerTokens, peerEm } = result;
  const percent = (share: number) => (100 * share).toFixed(1);
  return `  ${name}: ${tokens.toFixed(2)} tokens (${(tokens / peerTokens).toFixed(2)} x), EM ${percent(em)} % against the peer's ${percent(peerEm)} %, ${readings} readings`;
}

function baseline(traces: readonly FeatureTrace[], id: string) {
  const rows = traces.map((trace) => trace.baselines[id]);
  const matches = rows.filter((row) => row?.matched).length;
  return {
    matches,
    tokens: rows.reduce((sum, row) => sum + (row?.tokens ?? 0), 0) / traces.length,
  };
}

/**
 * `train`: fits the policy, and prints what it scores on traces of problems that its fit did not see.
 * The thresholds of the points shown were chosen on those same held-out scores: a little flattering.
 */
export async function trainCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      features: { type: 'string', multiple: true, default: [] },
      set: { type: 'string', multiple: true, default: ['lite', 'full'] },
      model: { type: 'string', multiple: true, default: ['logistic', 'trees', 'mean'] },
      folds: { type: 'string', default: '5' },
      shuffles: { type: 'string', default: '3' },
      out: { type: 'string' },
    },
  });
  const all = await readAllFeatures(values.features);
  if (all.length === 0) throw new Error('no features: --features FILE');
  const complete = all.filter((trace) => trace.complete);
  const partial = all.filter((trace) => !trace.complete);
  const n = complete.length;
  const peer = baseline(complete, 'peer-first-newline');
  const simple = baseline(complete, 'simple');
  const patient = complete.filter(({ matched }) => matched).length;
  print(
    `${n} complete traces of ${new Set(complete.map((t) => t.problem)).size} problems, ${partial.length} more with labels only`,
  );
  for (const [name, { matches, tokens }] of Object.entries({
    'peer-first-newline': peer,
    simple,
  })) {
    print(
      `${name}: ${tokens.toFixed(2)} tokens, EM ${((100 * matches) / n).toFixed(1)} % (${matches})`,
    );
  }
  const seeds = Array.from({ length: Number(values.shuffles) }, (_, i) => i + 1);
  for (const set of values.set as FeatureSet[]) {
    for (const kind of values.model as ModelKind[]) {
      // Labels-only traces train with the fold that their problem is in, and are never scored.
      const scored = crossScore(
        all,
        (part) => fitPolicy(part, set, kind),
        Number(values.folds),
        seeds,
      );
      const held = scored.filter(({ trace }) => trace.complete);
      const frontier = frontierOf(held);
      print(`${set} ${kind}, held out by problem:`);
      print(
        describe(
          'all matches of the patient rule',
          cheapestWith(frontier, patient),
          n,
          peer.tokens,
        ),
      );
      print(describe('as many as the peer', cheapestWith(frontier, peer.matches), n, peer.tokens));
      for (const share of [0.99, 0.98, 0.95, 0.9]) {
        const point = cheapestWith(frontier, Math.ceil(share * patient));
        print(describe(`${share * 100} % of the patient rule's`, point, n, peer.tokens));
      }
      print('  thresholds chosen on one half of the problems and read on the other:');
      for (const [name, goal] of GOALS) {
        print(describeHalves(`  ${name}`, readOnOtherHalf(held, goal, HALVINGS)));
      }
    }
  }
  if (values.out === undefined) return;
  const [set = 'lite'] = values.set as FeatureSet[];
  const [kind = 'mean'] = values.model as ModelKind[];
  const trainedOn = {
    traces: all.length,
    complete: n,
    sha256: await sha256Of(values.features),
    problems: [...new Set(all.map(({ problem }) => problem))].sort(),
  };
  await writeWeights(values.out, { ...fitPolicy(all, set, kind), trainedOn });
  print(`weights of ${set} ${kind} in ${values.out}`);
}
