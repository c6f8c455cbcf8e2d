import { z } from 'zod';
import type { TraceEnd, TraceToken } from '../../server/stopping/trace.ts';
import { TraceError, readRows } from '../jsonl.ts';
import { PointedFiles, pointerSchema } from '../record/pointer.ts';

const token = z.tuple([
  z.string(),
  z.number().nullable(),
  z.array(z.tuple([z.string(), z.number()])),
]);
const recorded = {
  id: z.string().min(1),
  lang: z.string().min(1),
  model: z.string().default('qwen2.5-coder:0.5b'),
  tree: z.array(z.array(token).nullable()).min(1),
};
const inlineSchema = z.object({
  ...recorded,
  before: z.string(),
  wanted: z.string().min(1),
  after: z.string(),
});
const pointedSchema = z.object({ ...recorded, at: pointerSchema });
type Row = z.infer<typeof inlineSchema> | z.infer<typeof pointedSchema>;
type RecordedTokens = readonly z.infer<typeof token>[];

/** What an engine writes at one place of a stretch. */
export interface Answer {
  readonly tokens: readonly TraceToken[];
  readonly end: TraceEnd;
  /** False: taken from the recording of another place, which agrees with what lies between. */
  readonly recorded: boolean;
}

/** A region of code that a person types, and what the engine would write at each of its places. */
export interface Stretch {
  readonly id: string;
  readonly lang: string;
  readonly model: string;
  /** Stretches of one file are not independent. */
  readonly file: string;
  /** Null for stretches given with their text. */
  readonly packageId: string | null;
  readonly before: string;
  readonly wanted: string;
  readonly after: string;
  /** What the engine writes after `typed` characters of the wanted text. */
  answerAt(typed: number): Answer;
}

function tokensOf(tokens: RecordedTokens): Omit<Answer, 'recorded'> {
  const ended = tokens.at(-1)?.[0] === '';
  return {
    tokens: tokens
      .filter(([text]) => text !== '')
      .map(([text, logprob, others]) => ({
        text,
        logprob,
        alternatives: others.map(([other, p]) => ({ text: other, logprob: p })),
      })),
    end: ended ? 'natural-end' : 'cap',
  };
}

/** What is left of an answer behind its first characters; null where these are others. */
function behind(answer: Omit<Answer, 'recorded'>, typed: string): Answer | null {
  let left = typed;
  const tokens: TraceToken[] = [];
  for (const each of answer.tokens) {
    if (left === '') tokens.push(each);
    else if (left.startsWith(each.text)) left = left.slice(each.text.length);
    else if (each.text.startsWith(left)) {
      tokens.push({ ...each, text: each.text.slice(left.length) });
      left = '';
    } else return null;
  }
  return left === '' ? { tokens, end: answer.end, recorded: false } : null;
}

/** A recorded answer, behind letters that lead to its place. */
function ahead(answer: Omit<Answer, 'recorded'>, letters: string): Answer {
  const [first, ...rest] = answer.tokens;
  const tokens = first
    ? [{ ...first, text: letters + first.text }, ...rest]
    : [{ text: letters, logprob: null }];
  return { tokens, end: answer.end, recorded: false };
}

/**
 * What is written at a place: as recorded there; else the rest of what the nearest recorded place before it
 * wrote, if that begins with what was typed since; else what the next recorded place wrote, behind the letters
 * between, as if the engine knew them.
 */
export function answerAt(
  tree: readonly (RecordedTokens | null)[],
  wanted: string,
  typed: number,
): Answer {
  const here = tree[typed];
  if (here) return { ...tokensOf(here), recorded: true };
  for (let place = typed - 1; place >= 0; place -= 1) {
    const before = tree[place];
    if (!before) continue;
    const rest = behind(tokensOf(before), wanted.slice(place, typed));
    if (rest) return rest;
    break;
  }
  for (let place = typed + 1; place < tree.length; place += 1) {
    const after = tree[place];
    if (after) return ahead(tokensOf(after), wanted.slice(typed, place));
  }
  return { tokens: [], end: 'natural-end', recorded: false };
}

type Texts = Pick<Stretch, 'before' | 'wanted' | 'after' | 'packageId' | 'file'>;

function textsOf(row: Row, files: PointedFiles): Texts {
  if ('wanted' in row) {
    const { id, before, wanted, after } = row;
    return { before, wanted, after, packageId: null, file: id };
  }
  const { prompt, gold, suffix, packageId, problem } = files.taskOf(row.at);
  const texts = { before: prompt, wanted: gold, after: suffix };
  return { ...texts, packageId, file: problem };
}

/** A stretch of what was recorded. */
export function stretchOf(row: Row, files: PointedFiles): Stretch {
  const { id, lang, model, tree } = row;
  const texts = textsOf(row, files);
  return { id, lang, model, ...texts, answerAt: (typed) => answerAt(tree, texts.wanted, typed) };
}

/**
 * Reads stretches with their texts, or with pointers into fetched packages.
 * @throws TraceError at the first row that can't be used
 */
export async function readStretches(files: readonly string[]): Promise<Stretch[]> {
  const pointed = new PointedFiles();
  const stretches: Stretch[] = [];
  const schemaOf = (json: unknown): z.ZodType<Row> =>
    typeof json === 'object' && json !== null && 'at' in json ? pointedSchema : inlineSchema;
  for (const file of files) {
    const rows = readRows<Row, Stretch>(file, schemaOf, (row) => stretchOf(row, pointed));
    for await (const stretch of rows) stretches.push(stretch);
  }
  if (stretches.length === 0) throw new TraceError('no-traces', files.join(' '), 0, 'no stretch');
  return stretches;
}
