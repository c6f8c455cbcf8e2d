import { answerAt, type Stretch } from '../../../bench/typing/stretches.ts';

export type Tokens = readonly [string, number | null, [string, number][]][];

/** What an engine wrote; a last empty text is the model's own end. */
export const tokens = (...texts: string[]): Tokens => texts.map((text) => [text, -0.01, []]);

/** A stretch of one line, and what the engine writes at each of its places. */
export function stretchOf(wanted: string, tree: readonly (Tokens | null)[]): Stretch {
  return {
    ...{ id: 'one', lang: 'typescript', model: 'qwen2.5-coder:0.5b', file: 'one' },
    packageId: null,
    ...{ before: 'const price = 2;\nconst total = ', wanted, after: '\nconsole.log(total);\n' },
    answerAt: (typed) => answerAt(tree, wanted, typed),
  };
}
