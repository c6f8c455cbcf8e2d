import { parseArgs } from 'node:util';
import { loadTraces } from '../traces.ts';
import { measure, measureIntervals, MEASURES, referenceOf, type Measured } from './measure.ts';
import { candidates, mayBeReference, VARIANTS } from './rules.ts';
import { REPLAY_SETTINGS } from './settings.ts';
import { replay, type Run } from './run.ts';
import { renderTable } from './table.ts';
import { groupings } from './groups.ts';

export const REPLAY_USAGE = `replay --traces FILE… [--json] [--by lang|kind|context] [--reference RULE]
         [--without KIND…] [--draws N] [--seed N]`;

/** The published shape: shares as shares, `us_per_token` in microseconds. */
function toJson(run: Run, measured: Measured): object {
  return {
    rule: run.id,
    ...Object.fromEntries(MEASURES.map((name) => [name, measured[name]])),
    us_per_token: run.microsPerToken,
  };
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
    },
  });
  const files = [...values.traces, ...positionals];
  if (files.length === 0) throw new Error('name at least one file: --traces FILE');
  const traces = (await loadTraces(files)).filter(({ kind }) => !values.without.includes(kind));
  if (traces.length === 0) throw new Error('no trace is left after --without');
  const rules = [...candidates(traces), ...(values.json ? [] : VARIANTS)];
  const runs = rules.map((rule) => replay(rule, traces, REPLAY_SETTINGS));
  const reference = referenceOf(runs, (id) =>
    values.reference === undefined ? mayBeReference(id) : id === values.reference,
  );
  if (values.json) {
    const rows = runs.map((run) => toJson(run, measure(traces, run, reference)));
    print(JSON.stringify({ n: traces.length, reference: reference.id, rules: rows }));
    return;
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
