import { writeFile } from 'node:fs/promises';

interface TinyTrace {
  readonly problem: string;
  readonly kind?: string;
  readonly gold?: string;
}

/** Writes traces of one short line each, `x)` at `f(⌶)`. */
export async function writeTinyTraces(file: string, traces: readonly TinyTrace[]): Promise<void> {
  const lines = traces.map(({ problem, kind = 'args', gold = 'x' }) =>
    JSON.stringify({
      id: problem,
      problem,
      lang: 'go',
      kind,
      prompt: 'f(',
      suffix: ')\n',
      gold,
      model: 'm',
      cap: 3,
      done: 'length',
      tokens: [
        ['x', -0.1],
        [')\n', -0.2],
        ['y', -0.3],
      ],
    }),
  );
  await writeFile(file, lines.join('\n'));
}
