import type { StopRule } from '../../../server/stopping/controller.ts';
import {
  isEnd,
  type Alternative,
  type CursorContext,
  type TraceToken,
} from '../../../server/stopping/trace.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import { restOf } from './overlap.ts';

/**
 * What llama.vscode asks of llama.cpp: the `infill` sampler after top-p, a stop at a line that is
 * indented less than the cursor's, and a clock that may stop at line breaks.
 *
 * Sources: ggml-org/llama.cpp src/llama-sampling.cpp (`llama_sampler_infill_apply`) and the server's
 * `process_token` (`n_indent`, `t_max_predict_ms`); ggml-org/llama.vscode 3938fb3, src/completion.ts
 * (`shouldDiscardSuggestion`, `updateSuggestion`) and package.json (defaults).
 *
 * The sampler sees the whole vocabulary, a trace its first few alternatives: what top-p 0.99 keeps
 * beyond them is missing. Where the sampler would choose another token than the recorded one,
 * the recorded one stays, as nobody knows what would have followed.
 */
const CAP = 128;
const TOP_P = 0.99;
/** llama.vscode's default; counted from the first token on. */
const CLOCK_MS = 500;
/** Where a trace has no arrival times: measured for the 0.5B model on two cores. */
const MS_PER_TOKEN = 42;

interface Candidate {
  readonly text: string;
  readonly p: number;
}

function normalised(candidates: readonly Candidate[], total: number): Candidate[] {
  return candidates.map(({ text, p }) => ({ text, p: p / total }));
}

const sumOf = (candidates: readonly Candidate[]) => candidates.reduce((sum, { p }) => sum + p, 0);

/** What a trace does not name of the mass that top-p keeps stays with tokens unnamed. */
function topP(alternatives: readonly Alternative[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const { text, logprob } of alternatives) {
    kept.push({ text, p: Math.exp(logprob) });
    if (sumOf(kept) >= TOP_P) break;
  }
  return normalised(kept, Math.max(sumOf(kept), TOP_P));
}

/** A token that begins another is merged into the likelier of the two. */
function merged(candidates: readonly Candidate[]): Candidate[] {
  const rest: (Candidate | null)[] = [...candidates];
  for (let i = 0; i < rest.length; i += 1) {
    for (let j = 0; j < rest.length; j += 1) {
      const shorter = rest[i];
      const longer = rest[j];
      if (i === j || !shorter || !longer || shorter.text === '') continue;
      if (!longer.text.startsWith(shorter.text)) continue;
      const [to, from] = longer.p > shorter.p ? [j, i] : [i, j];
      rest[to] = { text: rest[to]?.text ?? '', p: shorter.p + longer.p };
      rest[from] = null;
    }
  }
  return rest.filter((candidate) => candidate !== null);
}

/** Whether the sampler would end the text rather than take the chosen token. */
export function endsHere(alternatives: readonly Alternative[]): boolean {
  const candidates = topP(alternatives);
  const end = sumOf(candidates.filter(isEnd));
  if (3 * end * candidates.length > 1 - end) return true;
  const likely = merged(candidates).filter((candidate) => candidate.p >= 0.2 || isEnd(candidate));
  const words = likely.filter((candidate) => !isEnd(candidate)).length;
  if (words === 0) return true;
  const left = normalised(likely, sumOf(likely)).filter((c) => c.p >= 1 / (words + 1) || isEnd(c));
  const best = left.reduce((a, b) => (b.p > a.p ? b : a), { text: 'x', p: 0 });
  return isEnd(best);
}

function dedent({ text, context }: Stream): Stop | null {
  const line = context.prefix.slice(context.prefix.lastIndexOf('\n') + 1);
  const whole = line + (context.suffix.split('\n', 1)[0] ?? '');
  const indent = whole.length - whole.trimStart().length;
  const start = text.lastIndexOf('\n') + 1;
  if (start === 0 || indent === 0) return null;
  const blanks = /^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0;
  if (start + blanks >= text.length || blanks >= indent) return null;
  return { reason: 'indent-left', offset: start + blanks };
}

function judge(stream: Stream, token: TraceToken): Stop | null {
  const before = stream.text.length - token.text.length;
  if (token.alternatives && endsHere(token.alternatives))
    return { reason: 'natural-end', offset: before };
  const left = dedent(stream);
  if (left) return left;
  const elapsed = stream.tokens * MS_PER_TOKEN;
  const late = elapsed > CLOCK_MS && stream.text.includes('\n') && token.text.includes('\n');
  return late ? { reason: 'cap', offset: stream.text.length } : null;
}

/** Whether the tool would not show the lines, as they repeat what follows the cursor. */
function repeatsWhatFollows(lines: readonly string[], context: CursorContext): boolean {
  const [first = '', second = ''] = lines;
  const after = context.suffix.split('\n');
  const [lineSuffix = '', ...below] = after;
  if (lines.length === 1 && first.trim() === '') return true;
  if (below.length === 0) return false;
  const others = lines.slice(1);
  const sameFrom = (at: number) => others.every((line, i) => line === below[at + i]);
  if (
    others.length > 0 &&
    (first.trim() === '' || first.trim() === lineSuffix.trim()) &&
    sameFrom(0)
  )
    return true;
  if (others.length === 0 && first === lineSuffix) return true;
  const next = below.findIndex((line) => line.trim() !== '');
  const linePrefix = context.prefix.slice(context.prefix.lastIndexOf('\n') + 1);
  if (next < 0 || linePrefix + first !== below[next]) return false;
  if (lines.length === 1) return true;
  if (lines.length === 2) return (below[next + 1] ?? '').startsWith(second);
  return sameFrom(next + 1);
}

export function trimInfill(text: string, context: CursorContext): string {
  const lines = text.replace(/[\r\n]+$/, '').split(/\r?\n/);
  if (repeatsWhatFollows(lines, context)) return '';
  const lineSuffix = context.suffix.split('\n', 1)[0] ?? '';
  const [first = ''] = lines;
  if (restOf(context).trim() !== '') {
    if (first.endsWith(lineSuffix)) return first.slice(0, -lineSuffix.length);
    if (lines.length > 1) return first;
  }
  return lines.join('\n');
}

/** llama.vscode on llama.cpp, as shipped. Needs alternatives: without them only dedent and clock act. */
export const infillSampler: StopRule<Stream> = accumulating({
  id: 'peer-llamacpp-infill',
  cap: CAP,
  judge,
  trim: trimInfill,
});
