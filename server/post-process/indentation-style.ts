import type { Repair } from './repair.ts';

const SPACES_BY_DEFAULT = 4;

/** One step of indentation as a file has it: a tab or some spaces; null where nothing is indented. */
export function indentationOf(code: string): string | null {
  const indents = [...code.matchAll(/^[ \t]+(?=\S)/gm)].map(([indent]) => indent);
  const tabs = indents.filter((indent) => indent.startsWith('\t')).length;
  if (indents.length === 0) return null;
  if (tabs * 2 > indents.length) return '\t';
  return ' '.repeat(stepOf(indents.filter((indent) => !indent.includes('\t'))));
}

/** The most usual difference between one line's indentation and the next deeper one's, in spaces. */
function stepOf(indents: readonly string[]): number {
  const counts = new Map<number, number>();
  let last = 0;
  for (const { length } of indents) {
    const deeper = length - last;
    if (deeper > 1) counts.set(deeper, (counts.get(deeper) ?? 0) + 1);
    last = length;
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return usual?.[0] ?? SPACES_BY_DEFAULT;
}

/**
 * Indents the lines after the first as the file is indented, where the model wrote tabs in a file of
 * spaces or spaces in a file of tabs.
 */
export const matchIndentation: Repair = (text, { context }) => {
  const lines = text.split('\n');
  const own = lines.slice(1).map((line) => /^[ \t]*/.exec(line)?.[0] ?? '');
  const style = indentationOf(`${context.prefix}\n${context.suffix}`);
  const foreign = style === '\t' ? / / : /\t/;
  if (style === null || !own.some((indent) => foreign.test(indent))) return text;
  const step = style === '\t' ? spacesPerStep(own) : 0;
  return lines
    .map((line, i) => {
      const indent = i === 0 ? '' : (own[i - 1] ?? '');
      return (
        asSteps(indent, step)
          .map((each) => each ?? style)
          .join('') + line.slice(indent.length)
      );
    })
    .join('\n');
};

/** Each step of an indentation as null, and what is left of it. */
function asSteps(indent: string, spaces: number): (string | null)[] {
  const pattern = spaces > 0 ? new RegExp(`\\t| {${spaces}}`, 'g') : /\t/g;
  const steps = indent.match(pattern)?.map(() => null) ?? [];
  return [...steps, indent.replace(pattern, '')];
}

function spacesPerStep(indents: readonly string[]): number {
  const lengths = indents.map((indent) => indent.replaceAll('\t', '').length).filter((n) => n > 0);
  return [4, 2, 8, 3].find((step) => lengths.every((n) => n % step === 0)) ?? SPACES_BY_DEFAULT;
}
