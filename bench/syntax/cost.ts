import { quantile } from '../replay/bootstrap.ts';
import { contextOf } from '../replay/context.ts';
import type { RecordedTrace } from '../traces.ts';
import type { Node, Point } from '@vscode/tree-sitter-wasm';
import { faultsIn, spanAround } from './faults.ts';
import type { LoadedParser } from './grammars.ts';
import { parseText } from './syntax-features.ts';

/** Microseconds at each newline of some traces, sorted. */
export interface ParseTimes {
  /** The whole window parsed anew. */
  readonly full: number[];
  /** The tree of the newline before, edited. */
  readonly incremental: number[];
  /** Finding the faults in the tree. */
  readonly faults: number[];
  /** Newlines at which both ways find the same faults around the cursor. */
  readonly agreed: number;
}

function pointAt(text: string, offset: number): Point {
  const before = text.slice(0, offset);
  const line = before.lastIndexOf('\n') + 1;
  return { row: before.split('\n').length - 1, column: offset - line };
}

/** Parses at every newline among the first `most` tokens, both ways. */
export function timeParses(
  traces: readonly RecordedTrace[],
  { parser }: LoadedParser,
  most: number,
): ParseTimes {
  const times = { full: [] as number[], incremental: [] as number[], faults: [] as number[] };
  let agreed = 0;
  for (const trace of traces) {
    const { prefix, suffix } = contextOf(trace);
    let text = '';
    let tree = parseText(parser, prefix + suffix);
    let served = '';
    for (const token of trace.tokens.slice(0, most)) {
      text += token.text;
      if (!token.text.includes('\n')) continue;
      const next = text.slice(0, text.lastIndexOf('\n'));
      const whole = prefix + next + suffix;
      const from = prefix.length + served.length;
      const to = prefix.length + next.length;
      const span = spanAround(prefix, next, suffix);
      const key = (root: Node) => JSON.stringify(faultsIn(root, span));

      const start = performance.now();
      const anew = parseText(parser, whole);
      const parsed = performance.now();
      const faults = key(anew.rootNode);
      const read = performance.now();
      tree.edit({
        startIndex: from,
        oldEndIndex: from,
        newEndIndex: to,
        startPosition: pointAt(whole, from),
        oldEndPosition: pointAt(whole, from),
        newEndPosition: pointAt(whole, to),
      });
      const edited = parser.parse(whole, tree);
      const done = performance.now();
      if (!edited) throw new Error('the parser has no language');
      times.full.push(1000 * (parsed - start));
      times.faults.push(1000 * (read - parsed));
      times.incremental.push(1000 * (done - read));
      agreed += Number(key(edited.rootNode) === faults);
      anew.delete();
      tree.delete();
      tree = edited;
      served = next;
    }
    tree.delete();
  }
  for (const list of Object.values(times)) list.sort((a, b) => a - b);
  return { ...times, agreed };
}

/** Median and 99th percentile, in words. */
export function describeTimes(micros: readonly number[]): string {
  const [p50, p99] = [quantile(micros, 0.5), quantile(micros, 0.99)];
  return `p50 ${p50.toFixed(0)} us, p99 ${p99.toFixed(0)} us`;
}
