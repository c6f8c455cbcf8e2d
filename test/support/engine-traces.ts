import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A recorded answer of the real engine, one JSON a line; the fixture's format is the laboratory's. */
export interface EngineTrace {
  readonly id: string;
  /** Text before and after the cursor. */
  readonly prompt: string;
  readonly suffix: string;
  readonly model: string;
  readonly cap: number;
  /** Text, logprob, alternatives, arrival in milliseconds. */
  readonly tokens: readonly (readonly [
    text: string,
    logprob: number,
    alternatives: readonly (readonly [text: string, logprob: number])[],
    arrivedMs: number,
  ])[];
  readonly done: 'stop' | 'length';
  readonly prompt_tokens: number;
}

export const TRACES_FILE = join(
  import.meta.dirname,
  '..',
  'fixtures',
  'traces',
  'ollama-0.32.15-qwen2.5-coder-0.5b.jsonl',
);

export function readTraces(file: string = TRACES_FILE): EngineTrace[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EngineTrace);
}

export function textOf(trace: EngineTrace): string {
  return trace.tokens.map(([text]) => text).join('');
}
