import { parseArgs } from 'node:util';
import { repair, REPAIRS } from '../../server/post-process/repairs.ts';
import { PATIENT } from '../../server/stopping/policy/point.ts';
import { firstNewlineRule } from '../../server/stopping/rules/first-newline.ts';
import { replay } from '../../server/stopping/replay.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import { contextOf } from '../replay/context.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { shippedTraces } from '../report/command.ts';
import { loadTraces, type RecordedTrace } from '../traces.ts';

export const REPAIRS_USAGE = 'repairs [--traces FILE…] [--json]';

/** What a repair changes about the matches of one rule, all others being there. */
export interface Effect {
  readonly won: number;
  readonly broken: number;
}

export interface RepairEffects {
  readonly repair: string;
  /** Our own rule, never giving up, knows the rest of the line already. */
  readonly ours: Effect;
  /** A text that ends at the first line break, whatever stands in it. */
  readonly firstNewline: Effect;
}

/** What is served of a trace before any repair, and why it ended. */
type Served = Pick<ReturnType<typeof replay>, 'served' | 'decision'>;

function effectOf(name: string, traces: readonly RecordedTrace[], served: readonly Served[]) {
  const others = REPAIRS.filter((each) => each.name !== name);
  const effect = { won: 0, broken: 0 };
  traces.forEach((trace, i) => {
    const one = served[i];
    if (!one) return;
    const matches = (steps: typeof REPAIRS) =>
      isExactMatch(
        repair(one.served, contextOf(trace), one.decision.reason, steps).text,
        trace.gold,
      );
    const [without, withIt] = [matches(others), matches(REPAIRS)];
    if (withIt && !without) effect.won += 1;
    if (without && !withIt) effect.broken += 1;
  });
  return effect;
}

/** Each repair's effect on the matches of traces, ours and the first-newline rule's. */
export function effectsOf(traces: readonly RecordedTrace[]): RepairEffects[] {
  const serve = (rule: Parameters<typeof replay>[0], settings: Parameters<typeof replay>[2]) =>
    traces.map((trace) => {
      const end = trace.end === 'natural-end' ? 'natural-end' : 'cap';
      return replay(rule, contextOf(trace), settings, trace.tokens, end);
    });
  const ours = serve(shortstopRule, { ...REPLAY_SETTINGS, ...PATIENT });
  const newline = serve(firstNewlineRule, REPLAY_SETTINGS);
  return REPAIRS.map(({ name }) => ({
    repair: name,
    ours: effectOf(name, traces, ours),
    firstNewline: effectOf(name, traces, newline),
  }));
}

/**
 * `repairs`: what each repair wins and breaks on recorded traces; on the project's own where none are
 * named. What it does to texts that are right, `perfect` says.
 * @throws TraceError on a trace file that can't be read
 */
export async function repairsCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const traces = await loadTraces(values.traces.length > 0 ? values.traces : await shippedTraces());
  const effects = effectsOf(traces);
  if (values.json) {
    print(JSON.stringify({ n: traces.length, effects }));
    return;
  }
  print(`matches of ${traces.length} traces that a repair wins and breaks`);
  print('| repair | ours: won | broken | first newline: won | broken |');
  print('|---|---|---|---|---|');
  for (const { repair: name, ours, firstNewline } of effects) {
    const cells = [ours.won, ours.broken, firstNewline.won, firstNewline.broken];
    print(`| ${name} | ${cells.join(' | ')} |`);
  }
}
