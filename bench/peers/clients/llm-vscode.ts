import { contextKind } from '../../../server/stopping/reading/context-kind.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { accumulating } from '../../../server/stopping/rules/accumulate.ts';
import type { PeerClient } from './client.ts';

const CAP = 60;

/** One line, but where a block begins. Which it is, a syntax tree says in llm-ls. */
function trim(text: string, { prefix, suffix, languageId }: CursorContext): string {
  const block = contextKind(prefix, suffix, languageId) === 'block-start';
  return (block ? text : (text.split('\n', 1)[0] ?? '')).trimEnd();
}

/**
 * llm-vscode with llm-ls. Source: huggingface/llm-ls 1c52b94: a delay of 150 ms, 60 tokens in one answer that is not
 * streamed, trimmed afterwards; no cache; a cancelled request is closed.
 */
export const llmVscodeClient: PeerClient = {
  id: 'llm-vscode',
  rule: accumulating({ id: 'peer-llm-ls', cap: CAP, judge: () => null, trim }),
  cap: CAP,
  ends: 'by-itself',
  debounceMs: 150,
  cancels: true,
  caches: false,
};
