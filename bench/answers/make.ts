import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import { listSources, readSource } from '../record/sources.ts';
import { loadTraces, type RecordedTrace } from '../traces.ts';
import { SNIPPETS } from './snippets.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Shorter windows than a recording's: the file stays small, and what is near the cursor decides. */
const PROMPT_CHARS = 500;
const SUFFIX_CHARS = 160;
const MAX_TOKENS = 60;
const OTHERS = ['\n', ')', ';', ' ', ''];

type Row = readonly [text: string, logprob: number, others: readonly (readonly [string, number])[]];

interface Piece {
  readonly lang: string;
  readonly text: string;
}

interface Cut {
  readonly prompt: string;
  readonly gold: string;
  readonly suffix: string;
}

/** What an engine may write where `gold` is wanted: the right text that goes on, and what goes wrong. */
const WRITERS: readonly ((cut: Cut, random: Random) => string)[] = [
  ({ gold, suffix }) => gold + suffix,
  ({ gold, suffix }) => gold + suffix,
  ({ gold, suffix }) => `${gold.slice(0, -1)}${suffix}`,
  ({ prompt, gold, suffix }) => `${/[\w$]*$/.exec(prompt)?.[0] ?? ''}${gold}${suffix}`,
  ({ gold }) => `${gold})\n}\n\n`,
  ({ gold }) => `${gold}"\n`,
  ({ gold }) => `\`\`\`\n${gold}\n\`\`\`\nThis writes the rest.`,
  ({ gold }) => `${gold}<|endoftext|><|fim_prefix|>more`,
  ({ gold, suffix }) => `  ${gold}\n\t${suffix.trim()}`,
  ({ gold, suffix }) => `${suffix.split('\n')[0] ?? ''}\n${gold}`,
  ({ prompt, gold }) => `${gold}\n${prompt.split('\n').at(-2) ?? ''}\n`,
  ({ gold }) => `${gold} \uFFFD`,
  ({ gold }) => `${gold}  # noqa: E501\n`,
  ({ gold }) => `${gold} // nolint:all\n`,
  ({ gold }) => `Here is the missing code:\n\n${gold}\n`,
  ({ gold, suffix }) => `${gold}\n${suffix.trimStart()}`,
  ({ prompt }) => `${prompt.trimEnd().split('\n').at(-1)?.trim() ?? ''}\n`,
  ({ gold }) => `${gold.replaceAll('  ', '\t')}\n\t`,
  ({ suffix }) => `${suffix.trim().split('\n')[0] ?? ''}\n`,
  ({ gold }) => `<think>\nThe rest is missing.\n</think>\n\n${gold}\n`,
  ({ gold }) => `${gold}<｜fim▁end｜><PRE>`,
  ({ gold }) => `\n\n${gold}\n`,
  ({ gold }, random) => shuffled(gold.split(/(?<=\W)/), random).join(''),
];

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** As a tokenizer might: words in parts, blanks with what follows, marks together. */
function inTokens(text: string, random: Random): Row[] {
  const parts =
    text.match(/ ?[\p{L}\p{N}_$]{1,7}|\n[ \t]*|[^\S\n]+| ?[^\p{L}\p{N}\s]{1,3}/gu) ?? [];
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const doubt = random() < 0.5 ? 0.05 : 2.5;
  return parts.slice(0, MAX_TOKENS).map((part) => {
    const logprob = round(-doubt * random() ** 4);
    const rest = Math.max(1e-4, 1 - Math.exp(logprob));
    const others = OTHERS.filter((other) => other !== part)
      .slice(0, 4)
      .map((other, i) => [other, round(Math.log(rest / 2 ** (i + 1)))] as const);
    return [part, logprob, [[part, logprob], ...others]];
  });
}

/** Whole lines from the first one's indentation on, five at most, up to one that is indented less. */
function cutLines(text: string, random: Random): Cut | null {
  const starts = [...text.matchAll(/(?<=\n)([ \t]*)(?=\S)/g)].map((m) => m.index + m[0].length);
  const start = starts[Math.floor(random() * starts.length)];
  if (start === undefined) return null;
  const indent = start - text.lastIndexOf('\n', start - 1) - 1;
  const lines = text.slice(start).split('\n').slice(0, 5);
  const less = lines.findIndex((each, i) => i > 0 && each.search(/\S|$/) < indent);
  const kept = less === -1 ? lines : lines.slice(0, less);
  return cutAt(text, start, kept.join('\n').length);
}

function cutAt(text: string, start: number, length: number): Cut {
  const end = start + length;
  return {
    prompt: text.slice(Math.max(0, start - PROMPT_CHARS), start),
    gold: text.slice(start, end),
    suffix: text.slice(end, end + SUFFIX_CHARS),
  };
}

/** A span of a line: a word, several, or to the line's end; or whole lines. */
function cutOf(text: string, random: Random): Cut | null {
  if (random() < 0.3) return cutLines(text, random);
  const starts = [...text.matchAll(/(?<=[^\n])(?=[\w"'`$<{([])/g)].map(({ index }) => index);
  const start = starts[Math.floor(random() * starts.length)];
  if (start === undefined) return null;
  const line = text.slice(start).split('\n')[0] ?? '';
  const ends = [...line.matchAll(/[\w$]+|[^\w\s]/g)].map((m) => m.index + m[0].length);
  const end =
    random() < 0.35 ? line.length : (ends[Math.floor(random() * Math.min(6, ends.length))] ?? 0);
  return end === 0 ? null : cutAt(text, start, end);
}

const line = (row: object) => JSON.stringify(row);

function ofRecorded(trace: RecordedTrace): string {
  const { lang, prompt, suffix, tokens, end } = trace;
  return line({
    lang,
    prompt: prompt.slice(-PROMPT_CHARS),
    suffix: suffix.slice(0, SUFFIX_CHARS),
    tokens: tokens
      .slice(0, MAX_TOKENS)
      .map(({ text, logprob, alternatives = [] }) => [
        text,
        logprob ?? 0,
        alternatives.map((other) => [other.text, other.logprob]),
      ]),
    end: tokens.length > MAX_TOKENS || end === 'cut' ? 'cap' : end,
  });
}

/**
 * Makes the file of kept traces: those that a model really wrote in this project's own source, and cuts of that
 * source and of a few lines of our own in other languages, with texts that an engine might write there. Made
 * once: another file is another hash, and a certificate given under the old one says "not certified".
 */
export async function makeAnswered(out: string, recorded: readonly string[], count: number) {
  const lines = (await loadTraces(recorded)).map(ofRecorded);
  const pieces: Piece[] = Object.entries(SNIPPETS).map(([lang, text]) => ({ lang, text }));
  for (const source of await listSources(ROOT)) {
    if (!/^(server|samples|media|shared)\//.test(relative(ROOT, source.path))) continue;
    const text = await readSource(source);
    if (text !== null) pieces.push({ lang: source.lang, text });
  }
  const random = seededRandom(1);
  const snippets = Object.keys(SNIPPETS).length;
  for (let i = 0; lines.length < count; i += 1) {
    // Half of them in the other languages.
    const at =
      i % 2 === 0
        ? (i / 2) % snippets
        : snippets + Math.floor(random() * (pieces.length - snippets));
    const piece = pieces[at];
    const cut = piece && cutOf(piece.text, random);
    const write = WRITERS[Math.floor(i / 2) % WRITERS.length];
    if (!piece || !cut || !write) continue;
    const tokens = inTokens(write(cut, random), random);
    const end = random() < 0.5 ? 'natural-end' : 'cap';
    lines.push(line({ lang: piece.lang, prompt: cut.prompt, suffix: cut.suffix, tokens, end }));
  }
  await writeFile(out, gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
  return lines.length;
}
