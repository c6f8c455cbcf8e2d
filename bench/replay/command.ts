import { parseArgs } from 'node:util';
import type { StopReason } from '../../shared/stats.ts';
import type { PartialPoint } from '../../server/stopping/policy/point.ts';
import { learnedRule } from '../../server/stopping/rules/learned-rule.ts';
import type { CursorContext } from '../../server/stopping/trace.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { hashOf } from '../../server/learning/calibrate/content.ts';
import { refuseTrainedOn } from '../../server/learning/fit/folds.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';
import { loadTraces, type RecordedTrace } from '../traces.ts';
import { measure, measureIntervals, MEASURES, referenceOf, type Measured } from './measure.ts';
import { candidates, mayBeReference, VARIANTS } from './rules.ts';
import { REPLAY_SETTINGS } from './settings.ts';
import { replay, type Candidate, type Run } from './run.ts';
import { renderTable } from './table.ts';
import { groupings } from './groups.ts';

export const REPLAY_USAGE = `replay --traces FILE… [--json] [--by lang|kind|context] [--reference RULE]
         [--without KIND…] [--draws N] [--seed N]
         [--weights FILE --tau-alive P --tau-done P [--seen]]`;

/** The published shape: shares as shares, `us_per_token` in microseconds. */
function toJson(run: Run, measured: Measured): object {
  return {
    rule: run.id,
    ...Object.fromEntries(MEASURES.map((name) => [name, measured[name]])),
    us_per_token: run.microsPerToken,
  };
}

/**
 * The learned policy as a candidate.
 * @throws Error where a trace is of a problem that the weights were trained on
 */
async function learned(
  file: string,
  thresholds: PartialPoint,
  heldOut: readonly RecordedTrace[],
): Promise<Candidate> {
  const weights = await readWeights(file);
  refuseTrainedOn(
    weights.trainedOn.problems,
    heldOut.map(({ problem }) => hashOf(problem)),
  );
  const trim = (text: string, context: CursorContext, reason: StopReason) =>
    repair(text, context, reason).text;
  const rule = { ...learnedRule('learned', weights, thresholds), trim };
  return { id: rule.id, ruleFor: () => rule };
}

/** How many traces are of problems that the shipped weights were trained on. */
async function seenByShipped(traces: readonly RecordedTrace[]): Promise<number> {
  const { trainedOn } = await readWeights(SHIPPED_WEIGHTS.lite);
  const seen = new Set(trainedOn.problems);
  return traces.filter(({ problem }) => seen.has(hashOf(problem))).length;
}

/**
 * `replay`: what every rule scores on recorded traces.
 * @throws TraceError on a file that can't be used
 */
export async function replayCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      by: { type: 'string' },
      reference: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      draws: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      weights: { type: 'string' },
      'tau-alive': { type: 'string', default: '0.03' },
      'tau-done': { type: 'string', default: '0.8' },
      seen: { type: 'boolean', default: false },
    },
  });
  const files = [...values.traces, ...positionals];
  if (files.length === 0) throw new Error('name at least one file: --traces FILE');
  const traces = (await loadTraces(files)).filter(({ kind }) => !values.without.includes(kind));
  if (traces.length === 0) throw new Error('no trace is left after --without');
  const rules = [...candidates(traces), ...(values.json ? [] : VARIANTS)];
  if (values.weights !== undefined) {
    const thresholds = {
      tauAlive: Number(values['tau-alive']),
      tauDone: Number(values['tau-done']),
    };
    rules.push(await learned(values.weights, thresholds, values.seen ? [] : traces));
  }
  const runs = rules.map((rule) => replay(rule, traces, REPLAY_SETTINGS));
  const reference = referenceOf(runs, (id) =>
    values.reference === undefined ? mayBeReference(id) : id === values.reference,
  );
  if (values.json) {
    const rows = runs.map((run) => toJson(run, measure(traces, run, reference)));
    print(JSON.stringify({ n: traces.length, reference: reference.id, rules: rows }));
    return;
  }
  const seen = await seenByShipped(traces);
  if (seen > 0) {
    print(
      `The training of the weights that ship saw the problems of ${seen} of ${traces.length} traces: shortstop-* flatters itself on them (\`report\` does not).\n`,
    );
  }
  const draws = Number(values.draws);
  const seed = Number(values.seed);
  for (const group of groupings(traces, values.by)) {
    const part = group.indices.map((i) => traces[i]).filter((trace) => trace !== undefined);
    const cut = (run: Run): Run => ({
      ...run,
      outcomes: group.indices.map((i) => run.outcomes[i]).filter((o) => o !== undefined),
    });
    const rows = runs.map((run) => ({
      run,
      measured: measure(part, cut(run), cut(reference)),
      intervals: measureIntervals(part, cut(run), cut(reference), draws, seed),
    }));
    print(renderTable(group.title, part, reference.id, rows));
  }
}
