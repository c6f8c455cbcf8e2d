import type { RecordedTrace } from '../traces.ts';
import { contextOf } from './context.ts';

export interface Group {
  readonly title: string;
  /** Into the list of traces. */
  readonly indices: readonly number[];
}

const KEYS: Readonly<Record<string, (trace: RecordedTrace) => string>> = {
  lang: (trace) => trace.lang,
  kind: (trace) => trace.kind,
  context: (trace) => contextOf(trace).kind,
};

/** All traces, and then one group per language, kind of cut or kind of cursor, if asked for. */
export function groupings(traces: readonly RecordedTrace[], by: string | undefined): Group[] {
  const all = { title: 'all', indices: traces.map((_, i) => i) };
  if (by === undefined) return [all];
  const keyOf = KEYS[by];
  if (!keyOf) throw new Error(`--by takes ${Object.keys(KEYS).join(', ')}`);
  const groups = new Map<string, number[]>();
  traces.forEach((trace, i) => {
    const key = keyOf(trace);
    const members = groups.get(key);
    if (members) members.push(i);
    else groups.set(key, [i]);
  });
  const sorted = [...groups].sort(([a], [b]) => a.localeCompare(b));
  return [all, ...sorted.map(([key, indices]) => ({ title: `${by}: ${key}`, indices }))];
}
