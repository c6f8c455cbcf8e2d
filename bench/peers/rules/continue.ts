import { lineComments } from '../../../server/stopping/reading/line-comments.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import { isRepeated, trimContinue } from './continue-trim.ts';

/**
 * Continue's stream filters. Source: continuedev/continue d0a3c0b, core/autocomplete/filtering/
 * streamTransforms (pipeline, charStream, lineStream), templating/getStopTokens.ts,
 * generation/utils.ts (`stopAfterMaxProcessingTime`) and core/util/parameters.ts (`modelTimeout`).
 *
 * Three things about it matter here. Characters reach the line filters late: the stop-token filter
 * holds back the length of its longest token, the suffix filter twenty more. Only some filters end the
 * generation (`fullStop`); the others end what is shown and let the model run on. And two clocks run
 * from the request on: after 150 ms the first line that is not blank is the last one shown, after
 * 375 ms, looked at every ten chunks, generation ends.
 */
const STOP_TOKENS = ['/src/', '#- coding: utf-8', '```', 'diff --git'];
const HELD_BACK = Math.max(...STOP_TOKENS.map((token) => token.length)) - 1;
const STOP_LINES = ['# End of file.', '<STOP EDITING HERE', '<|/updated_code|>', '```'];
const SUFFIX_WINDOW = 20;
const MAX_REPEATS = 3;
const SHOW_MS = 150;
const END_MS = 375;
const CLOCK_CHUNKS = 10;
/** Continue's own default is far beyond any trace. */
const CAP = 4096;

/** When tokens arrive after the request, where the clocks are to run. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly msPerToken: number;
}

interface Shown {
  /** UTF-16 offset of the end of what is shown; always a line's end once the stream was cut. */
  readonly offset: number;
  /** Nothing more will be shown. */
  readonly closed: boolean;
  /** The generation was ended too. */
  readonly fullStop: boolean;
}

/** What the character filters let through, and whether they closed the stream. */
function charactersOf(
  text: string,
  suffix: string,
  ended: boolean,
): { length: number; closed: boolean } {
  const found = STOP_TOKENS.map((token) => text.indexOf(token)).filter((at) => at >= 0);
  const stop = Math.min(...found, Number.POSITIVE_INFINITY);
  let length = ended ? text.length : Math.max(0, text.length - HELD_BACK);
  const stopped = stop <= length;
  if (stopped) length = stop;
  if (suffix.length < SUFFIX_WINDOW) return { length, closed: stopped };
  const target = suffix.trimStart().slice(0, SUFFIX_WINDOW * 1.5);
  for (let end = SUFFIX_WINDOW; end <= length; end += 1) {
    const window = text.slice(Math.max(0, end - SUFFIX_WINDOW - 1), end);
    if (target.includes(window))
      return { length: Math.max(0, end - SUFFIX_WINDOW - 1), closed: true };
  }
  return {
    length: ended || stopped ? length : Math.max(0, length - SUFFIX_WINDOW),
    closed: stopped,
  };
}

function lineBelow(suffix: string): string {
  return (
    suffix
      .split('\n')
      .slice(1)
      .find((line) => line.trim() !== '') ?? ''
  );
}

function isStopLine(line: string): boolean {
  return STOP_LINES.some((stop) => {
    const at = line.indexOf(stop);
    if (at < 0) return false;
    const before = line.slice(0, at);
    const odd = (quote: string) => before.split(quote).length % 2 === 0;
    return before === '' || (/\s$/.test(before) && !odd("'") && !odd('"'));
  });
}

function judgeLine(line: string, below: string): 'show' | 'full-stop' {
  if (isStopLine(line)) return 'full-stop';
  if (below === '') return 'show';
  if (line === below) return 'full-stop';
  const closes = /[)\]};]/.test(below) && line.trim() === below.trim();
  return !closes && isRepeated(line, below.trim()) ? 'full-stop' : 'show';
}

/** Runs the filters over what has arrived. */
export function filterLines(
  text: string,
  context: CursorContext,
  ended: boolean,
  showOneLine = false,
): Shown {
  const { length, closed } = charactersOf(text, context.suffix, ended);
  const passed = text.slice(0, length);
  const lines = passed.split('\n');
  const last = ended || closed ? lines.length : lines.length - 1;
  const below = lineBelow(context.suffix);
  const comment = lineComments(context.languageId)[0];
  let offset = 0;
  let shown = 0;
  let repeats = 0;
  for (let i = 0, at = 0; i < last; i += 1) {
    const line = lines[i] ?? '';
    const lineEnd = at + line.length;
    at = lineEnd + 1;
    repeats = i > 0 && line === lines[i - 1] ? repeats + 1 : 1;
    if (repeats > 1) {
      if (repeats === MAX_REPEATS) return { offset, closed: true, fullStop: true };
      continue;
    }
    if (comment !== undefined && line.trim() === comment) continue;
    const verdict = judgeLine(line, below);
    if (verdict === 'full-stop') return { offset, closed: true, fullStop: true };
    if (line.trim() === '' && shown > 0) return { offset, closed: true, fullStop: false };
    offset = lineEnd;
    shown += 1;
    if (showOneLine && line.trim() !== '') return { offset, closed: true, fullStop: false };
  }
  return { offset, closed, fullStop: false };
}

function judge(stream: Stream, pace: Pace | null): Stop | null {
  const { text, context, tokens } = stream;
  const elapsed = pace ? pace.firstTokenMs + (tokens - 1) * pace.msPerToken : 0;
  const shown = filterLines(text, context, false);
  if (shown.fullStop || (pace === null && shown.closed))
    return { reason: 'suffix-reproduced', offset: shown.offset };
  if (pace && tokens % CLOCK_CHUNKS === 0 && elapsed > END_MS) {
    return { reason: 'cap', offset: filterLines(text, context, true, elapsed > SHOW_MS).offset };
  }
  return null;
}

/**
 * Continue, with its clocks running at a pace; or, where `pace` is null, with filters alone, any of
 * which then ends the generation, as the second clock soon does on a fast engine.
 */
export function continueRule(pace: Pace | null): StopRule<Stream> {
  const late = pace !== null && pace.firstTokenMs > SHOW_MS;
  return accumulating({
    id: pace ? 'peer-continue' : 'peer-continue-unclocked',
    cap: CAP,
    judge: (stream) => judge(stream, pace),
    atEnd: ({ text, context }) => filterLines(text, context, true, late).offset,
    trim: trimContinue,
  });
}
