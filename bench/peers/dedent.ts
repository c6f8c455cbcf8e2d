/**
 * As the package of that name (0.7) does it: the least indentation of indented lines goes, and so do outer
 * blanks. As a template's tag, or called with a text.
 */
export function dedent(
  parts: string | { readonly raw: readonly string[] },
  ...values: unknown[]
): string {
  const raw = typeof parts === 'string' ? [parts] : parts.raw;
  const text = raw
    .map((part, i) => {
      const cooked = part.replace(/\\\n[ \t]*/g, '').replaceAll('\\`', '`');
      return i < values.length ? cooked + String(values[i]) : cooked;
    })
    .join('');
  const lines = text.split('\n');
  const indents = lines.flatMap((line) => /^(\s+)\S+/.exec(line)?.[1]?.length ?? []);
  const least = indents.length > 0 ? Math.min(...indents) : 0;
  return lines
    .map((line) => (/^[ \t]/.test(line) ? line.slice(least) : line))
    .join('\n')
    .trim()
    .replaceAll('\\n', '\n');
}
