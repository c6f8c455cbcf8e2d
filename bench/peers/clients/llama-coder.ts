import type { StopRule } from '../../../server/stopping/controller.ts';
import { accumulating, type Stop, type Stream } from '../../../server/stopping/rules/accumulate.ts';
import type { PeerClient } from './client.ts';

const MAX_LINES = 16;
const CAP = 256;
const OPENER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** At a bracket that closes more than was opened, or at the sixteenth line outside of brackets. */
function judge({ text }: Stream): Stop | null {
  const open: string[] = [];
  for (const [offset, char] of Array.from(text).entries()) {
    if ('([{'.includes(char)) open.push(char);
    else if (char in OPENER && open.pop() !== OPENER[char]) {
      return { reason: 'brackets-closed', offset };
    }
  }
  const lines = text.split('\n').length;
  return lines > MAX_LINES && open.length === 0 ? { reason: 'cap', offset: text.length } : null;
}

const trim = (text: string): string => text.replace(/[ \t]+$/gm, '').trimEnd();

export const llamaCoderRule: StopRule<Stream> = accumulating({
  id: 'peer-llama-coder',
  cap: CAP,
  judge,
  trim,
});

/**
 * llama-coder. Source: ex3ndr/llama-coder d4b65d6, src/prompts/{provider,autocomplete}.ts: a delay of 250 ms, a cache
 * without bound, a stream left at the first token behind a cancel, 256 tokens, 16 lines. Each line's end is trimmed.
 */
export const llamaCoderClient: PeerClient = {
  id: 'llama-coder',
  rule: llamaCoderRule,
  cap: CAP,
  ends: 'at-close',
  debounceMs: 250,
  cancels: true,
  caches: true,
};
