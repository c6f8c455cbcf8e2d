import { accumulating } from '../../../server/stopping/rules/accumulate.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { overlapLength, restOf } from '../rules/overlap.ts';
import type { PeerClient } from './client.ts';

/** The first line break behind some text. */
function lineEnd(text: string): number {
  const lead = text.length - text.replace(/^\n+/, '').length;
  return text.trim() === '' ? -1 : text.indexOf('\n', lead);
}

/** The first line, without what the rest of the cursor's line says again. */
function firstLine(text: string, context: CursorContext): string {
  const line = text.replace(/^\n+/, '').split('\n', 1)[0]?.trimEnd() ?? '';
  const length = overlapLength(line, restOf(context).trim());
  return length === 0 ? line : line.slice(0, -length);
}

/**
 * What takes an afternoon to write, and nobody's in particular: asks at every pause, with a line break as the
 * engine's stop string, and keeps what it got.
 */
export const simpleClient: PeerClient = {
  id: 'simple client',
  rule: accumulating({ id: 'peer-first-line', cap: 128, judge: () => null, trim: firstLine }),
  cap: 128,
  cutAt: lineEnd,
  ends: 'at-close',
  debounceMs: 0,
  cancels: true,
  caches: true,
};
