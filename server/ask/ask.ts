import type { AskResult } from '../../shared/protocol.ts';
import type { ChatRequest, Engine } from '../engines/engine.ts';

export interface Question {
  readonly question: string;
  readonly model: string;
  readonly languageId: string;
  /** The file's name, without its folders. */
  readonly fileName: string;
  readonly text: string;
  /** UTF-16 offsets of the selection; equal for a cursor, then the question is about the file. */
  readonly start: number;
  readonly end: number;
  /** Characters of code that the prompt may hold. */
  readonly room: number;
}

const MAX_ANSWER_TOKENS = 600;

const SYSTEM = [
  'You answer questions about code inside an editor.',
  'Be brief. Put code into fenced blocks with the language named.',
  'Do not repeat code that was not asked for.',
].join(' ');

/** What is sent to the chat model for a question. */
export function askPrompt(ask: Question): Omit<ChatRequest, 'signal'> {
  const code = excerpt(ask);
  const about = ask.start === ask.end ? 'part of the file around the cursor' : 'the selected code';
  const question = [
    `The file is ${ask.fileName}; this is ${about}:`,
    '```' + ask.languageId,
    code,
    '```',
    ask.question,
  ].join('\n');
  return { model: ask.model, system: SYSTEM, question, maxTokens: MAX_ANSWER_TOKENS };
}

/** The selection, or the lines around the cursor, as much as there is room for. */
function excerpt({ text, start, end, room }: Question): string {
  if (start !== end) return toLf(text.slice(start, Math.min(end, start + room)));
  const from = text.indexOf('\n', Math.max(0, start - Math.floor(room * 0.6)) - 1) + 1;
  const lineStart = Math.min(from, start);
  return toLf(text.slice(lineStart, lineStart + room));
}

function toLf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/**
 * Streams the answer; `onPiece` gets it piece by piece. An abort ends it with what there is.
 * @throws EngineError
 */
export async function answer(
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
    }
  } catch (error) {
    if (signal.aborted) return result('cancelled');
    throw error;
  }
}
