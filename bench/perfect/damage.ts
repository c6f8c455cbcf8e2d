import { repair, REPAIRS } from '../../server/post-process/repairs.ts';
import type { WindowSize } from '../../server/completion/sizing.ts';
import { contextOfSpan } from './in-process.ts';
import type { Span } from './spans.ts';

/** What one repair does to texts that are right as they are. */
export interface Damage {
  readonly repair: string;
  readonly changed: readonly Span[];
}

/**
 * Gives every repair the missing text itself, blanks at its end aside, as if the stop were always at the right place:
 * any change is one too many. Of several repairs, the first that changed something counts.
 */
export function damageOf(spans: readonly Span[], window: WindowSize): Damage[] {
  const changed = new Map<string, Span[]>();
  for (const span of spans) {
    const { text, applied } = repair(span.gold, contextOfSpan(span, window, false), 'natural-end');
    if (text.trimEnd() === span.gold.trimEnd()) continue;
    const [first = ''] = applied;
    changed.set(first, [...(changed.get(first) ?? []), span]);
  }
  return REPAIRS.map(({ name }) => ({ repair: name, changed: changed.get(name) ?? [] }));
}

/** One line: the repairs that changed a right text, and how many. */
export function renderDamage(damage: readonly Damage[], n: number): string {
  const some = damage
    .filter(({ changed }) => changed.length > 0)
    .map(({ repair: name, changed }) => `${name} ${changed.length}`);
  return `right texts changed by a repair, of ${n}: ${some.join(', ') || 'none'}`;
}
