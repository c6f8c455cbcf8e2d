import { findCuts } from '../../server/learning/calibrate/cut.ts';

/** A region of a file that a person could type in one go; UTF-16 offsets. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** Characters of a region that a person types; longer ones are cut at places that are nobody's. */
export const REGION_CHARS = { least: 4, most: 60 } as const;
/** Of the regions, how many are small blocks or further lines, where the file has such. */
const BLOCK_SHARE = 0.08;
const COMMENT = /^\s*(#|\/\/|\*|\/\*|"""|''')/;
const TOKEN_START = /(?<!\w)\w|[^\w\s]/g;

const fits = ({ start, end }: Region) =>
  end - start >= REGION_CHARS.least && end - start <= REGION_CHARS.most;

/** From the start of a token of a line of code to the line's end, or to before what closes there. */
function regionOfLine(text: string, random: () => number): Region | null {
  const at = Math.floor(random() * text.length);
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const line = text.slice(from, lineEnd === -1 ? text.length : lineEnd).trimEnd();
  if (from === 0 || line.trim() === '' || line.length > 120 || COMMENT.test(line)) return null;
  const starts = [...line.matchAll(TOKEN_START)].map(({ index }) => index);
  const start = starts[Math.floor(random() * starts.length)] ?? 0;
  const closers = /[)\]};,\s]+$/.exec(line)?.index ?? line.length;
  const end = random() < 0.4 && closers > start ? closers : line.length;
  return { start: from + start, end: from + end };
}

/**
 * Regions of a file, drawn by chance and none near another.
 * @param text with LF alone as line break
 */
export function cutRegions(
  text: string,
  lang: string,
  count: number,
  random: () => number,
): Region[] {
  const blocks = findCuts(text, lang).filter(
    (cut) => text.slice(cut.start, cut.end).includes('\n') && fits(cut),
  );
  const regions: Region[] = [];
  for (let tries = 0; regions.length < count && tries < count * 40; tries += 1) {
    const wantsBlock = random() < BLOCK_SHARE;
    const region = wantsBlock
      ? blocks[Math.floor(random() * blocks.length)]
      : regionOfLine(text, random);
    if (!region || !fits(region)) continue;
    const apart = ({ start, end }: Region) =>
      region.start >= end + 400 || start >= region.end + 400;
    if (regions.every(apart)) regions.push({ start: region.start, end: region.end });
  }
  return regions;
}

/**
 * Where in a wanted text the engine is asked, as offsets: at every token's start, and inside a word
 * behind its first and its third character.
 */
export function askPlaces(wanted: string): number[] {
  const places = new Set([0]);
  for (const { index } of wanted.matchAll(/(?<!\w)\w|[^\w]/g)) places.add(index);
  for (const { index, 0: word } of wanted.matchAll(/\w+/g)) {
    for (const inside of [1, 3]) if (inside < word.length) places.add(index + inside);
    places.add(index + word.length);
  }
  return [...places].filter((place) => place < wanted.length).sort((a, b) => a - b);
}
