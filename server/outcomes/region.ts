/** A stretch of a document, [start, end), in UTF-16 offsets. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** One replacement, in the offsets of the document just before it. */
export interface Change extends Region {
  readonly text: string;
}

/**
 * The smallest replacement that does what `change` does to `before`: what the old and the new text
 * have in common at their beginning, then at their end, is left out.
 */
export function trimChange(change: Change, before: string): Change {
  let { start, end } = change;
  let from = 0;
  let to = change.text.length;
  while (start < end && from < to && before[start] === change.text[from]) {
    start++;
    from++;
  }
  while (start < end && from < to && before[end - 1] === change.text[to - 1]) {
    end--;
    to--;
  }
  return { start, end, text: change.text.slice(from, to) };
}

export function applyChange(text: string, change: Change): string {
  return text.slice(0, change.start) + change.text + text.slice(change.end);
}

/**
 * Where the region lies after the (trimmed) change. Text inserted at either anchor belongs to the
 * region. Text that replaces something belongs where the replaced text was: to the region unless
 * that lay wholly outside of it; right at its end it counts as inside, since that is how an
 * accepted suggestion replaces the rest of a line.
 */
export function moveRegion(region: Region, change: Change): Region {
  const grown = change.text.length - (change.end - change.start);
  const insertion = change.start === change.end;
  if (change.end < region.start || (change.end === region.start && !insertion)) {
    return { start: region.start + grown, end: region.end + grown };
  }
  if (change.start > region.end) return region;
  return {
    start: Math.min(region.start, change.start),
    end: Math.max(region.end, change.end) + grown,
  };
}

/**
 * A trimmed insertion behind the region as the same one at the region's end, where the change as it was made reaches
 * back to there: whole lines that are accepted replace the blanks behind the cursor by themselves.
 */
export function atRegion(trimmed: Change, made: Change, { end }: Region, before: string): Change {
  const { start, text } = trimmed;
  const isBehind = start === trimmed.end && made.start <= end && end < start;
  const between = before.slice(end, start);
  if (!isBehind || !text.endsWith(between)) return trimmed;
  return { start: end, end, text: between + text.slice(0, text.length - between.length) };
}
