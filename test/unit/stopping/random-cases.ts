import { seededRandom } from '../../../server/learning/random.ts';
import type { CursorContext, TraceToken } from '../../../server/stopping/trace.ts';
import { at } from './synthetic.ts';

/** A stream at a place. */
export interface Case {
  readonly context: CursorContext;
  readonly tokens: readonly TraceToken[];
}

const PIECES = [
  ...['a', ' b', '(', ')', '{', '}', ';', ';\n', '\n', '  ', '    ', '"', ':', ':\n', ','],
  ...[' {\n', '}\n', '\n\n', 'x();\n', "'", '\r\n', '. ', '[', ']', 'if', ' y'],
];
const PLACES: readonly (readonly [code: string, language: string])[] = [
  ['f(|)', 'typescript'],
  ['{\n  a();\n  |\n}\n', 'typescript'],
  ['if (x) {|\n}', 'typescript'],
  ['def f():\n    x = 1\n    |\n', 'python'],
  ['for x in y:\n|    print(x)\n', 'python'],
  ['x = "a|, b"\n', 'go'],
  ['// note |\n', 'rust'],
];

/** Streams of 40 random pieces of code, with log-probabilities in the upper range; the same for a seed. */
export function randomCases(count: number, seed = 7): Case[] {
  const next = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  return Array.from({ length: count }, () => {
    const [code, language] = pick(PLACES);
    const mode = pick(['auto', 'auto', 'always', 'never'] as const);
    const tokens = Array.from({ length: 40 }, () => ({
      text: pick(PIECES),
      logprob: next() < 0.02 ? null : -1.5 * next() ** 3,
    }));
    return { context: at(code, language, mode), tokens };
  });
}
