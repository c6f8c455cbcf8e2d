import type { AskResult, Exchange } from '../../shared/protocol.ts';
import { EngineError, type ChatRequest, type Engine } from '../engines/engine.ts';
import { completedAt } from './complete.ts';

export interface Question {
  readonly question: string;
  /** Asked and answered before it in the same thread, the oldest first. */
  readonly earlier: readonly Exchange[];
  readonly model: string;
  readonly languageId: string;
  /** The file's name, without its folders. */
  readonly fileName: string;
  readonly text: string;
  /** UTF-16 offsets of the selection; equal for a cursor, then the question is about the file. */
  readonly start: number;
  readonly end: number;
  /** Characters of code and of earlier answers that the prompt may hold. */
  readonly room: number;
}

const MAX_ANSWER_TOKENS = 600;
/** Milliseconds from the question to the first word of its answer, at most. */
const PATIENCE_MS = 120_000;
/** Of the context, in tokens: what is used, what the answer takes, and a size that most models have. */
const CONTEXT = { most: 4096, answer: 1000, usual: 4096 };
/** Characters of code in a prompt, at most. */
const MOST_CODE = 6000;

/** Characters that a prompt has room for; a context length of 0 is an unknown one. */
export function roomFor(contextLength: number, charsPerToken: number): number {
  const context = contextLength > 0 ? contextLength : CONTEXT.usual;
  return Math.max(0, (Math.min(context, CONTEXT.most) - CONTEXT.answer) * charsPerToken);
}

const SYSTEM = [
  'You answer questions about code inside an editor.',
  'Be brief. Put code into fenced blocks with the language named.',
  'Do not repeat code that was not asked for.',
].join(' ');

/** What is sent to the chat model: the code with the thread's first question, then what followed. */
export function askPrompt(ask: Question): Omit<ChatRequest, 'signal'> {
  const earlier = newestWithin(ask.earlier, ask.room / 2);
  const room = Math.min(
    MOST_CODE,
    ask.room - earlier.reduce((sum, each) => sum + lengthOf(each), 0),
  );
  const code = excerpt(ask, room);
  const about = ask.start === ask.end ? 'part of the file around the cursor' : 'the selected code';
  const opening = [
    `The file is ${ask.fileName}; this is ${about}:`,
    '```' + ask.languageId,
    code,
    '```',
  ];
  const [first, ...followed] = earlier;
  const withCode = (question: string) => [...opening, question].join('\n');
  return {
    model: ask.model,
    system: SYSTEM,
    ...(first && { earlier: [{ ...first, question: withCode(first.question) }, ...followed] }),
    question: first ? ask.question : withCode(ask.question),
    maxTokens: MAX_ANSWER_TOKENS,
  };
}

function newestWithin(exchanges: readonly Exchange[], room: number): Exchange[] {
  let left = room;
  const kept: Exchange[] = [];
  for (const exchange of exchanges.toReversed()) {
    left -= lengthOf(exchange);
    if (left < 0) break;
    kept.unshift(exchange);
  }
  return kept;
}

function lengthOf({ question, answer }: Exchange): number {
  return question.length + answer.length;
}

/** The selection, or the lines around the cursor, as much as there is room for. */
function excerpt({ text, start, end }: Question, room: number): string {
  if (start !== end) return toLf(text.slice(start, Math.min(end, start + room)));
  const from = text.indexOf('\n', Math.max(0, start - Math.floor(room * 0.6)) - 1) + 1;
  const lineStart = Math.min(from, start);
  return toLf(text.slice(lineStart, lineStart + room));
}

function toLf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Runs `work` when the engine is free, and ends it where a completion goes before; told at the first word. */
export type Turn = (
  signal: AbortSignal,
  work: (signal: AbortSignal, answering: () => void) => Promise<AskResult>,
) => Promise<AskResult>;

/**
 * Streams the answer. Until its first word completions go before it, and it begins anew behind them.
 * @throws EngineError
 * @throws {Error} where the answer is empty, with the reason
 */
export async function answerInTurn(
  engine: Engine,
  ask: Question,
  signal: AbortSignal,
  onPiece: (piece: string) => void,
  turn: Turn,
): Promise<AskResult> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const either = AbortSignal.any([signal, patience.signal]);
  try {
    for (;;) {
      const result = await turn(either, (slot, answering) =>
        answer(engine, ask, slot, (piece) => {
          clearTimeout(timer);
          answering();
          onPiece(piece);
        }),
      );
      if (result.answer.trim() !== '' || signal.aborted) return result;
      if (result.ended !== 'cancelled') throw new Error(whyEmpty(result));
      if (patience.signal.aborted) throw noFirstWord(ask.model);
    }
  } catch (error) {
    throw patience.signal.aborted && !signal.aborted ? noFirstWord(ask.model) : error;
  } finally {
    clearTimeout(timer);
  }
}

function noFirstWord(model: string): EngineError {
  return new EngineError(
    'stalled',
    `${model} did not begin its answer within ${PATIENCE_MS / 1000} s; ask again when the engine has less to do, or set shortstop.ask.model to a smaller model.`,
  );
}

function whyEmpty({ model, ended }: AskResult): string {
  return ended === 'cap'
    ? `${model} wrote nothing to read within its limit of ${MAX_ANSWER_TOKENS} tokens; set shortstop.ask.model to a model that answers without thinking first.`
    : `${model} ended its answer without a word; ask in other words, or set shortstop.ask.model to another model.`;
}

/**
 * Streams the answer; `onPiece` gets it piece by piece. An abort ends it with what there is; where it is complete
 * before the model ends it, the stream is closed.
 * @throws EngineError
 */
async function answer(
  engine: Engine,
  ask: Question,
  signal: AbortSignal,
  onPiece: (piece: string) => void,
): Promise<AskResult> {
  const started = performance.now();
  let text = '';
  let tokens = 0;
  const result = (ended: AskResult['ended']): AskResult => ({
    answer: text,
    model: ask.model,
    tokens,
    ms: Math.round(performance.now() - started),
    ended,
  });
  try {
    const stream = engine.chat({ ...askPrompt(ask), signal });
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        tokens = next.value.tokens ?? tokens;
        return result(next.value.end);
      }
      tokens++;
      text += next.value;
      onPiece(next.value);
      const completed = completedAt(text, ask);
      if (!completed) continue;
      text = text.slice(0, completed.end);
      await stream.return({ end: 'cap', promptTokens: null, tokens: null });
      return { ...result(completed.why), avoidedAtMost: MAX_ANSWER_TOKENS - tokens };
    }
  } catch (error) {
    if (signal.aborted) return result('cancelled');
    throw error;
  }
}
