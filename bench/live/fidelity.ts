import { UNSIZED } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import { FREE } from '../../server/stopping/policy/alternatives.ts';
import { chooseRule } from '../../server/stopping/policy/choose-rule.ts';
import { replay } from '../../server/stopping/replay.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import type { CompletionReport } from '../../shared/protocol.ts';
import type { Explanation } from '../../shared/explanation.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { Task } from '../traces.ts';
import type { Decided, LiveRow } from './rows.ts';

/**
 * What the shipped rule decides on a stream as the daemon received it, token by token; without alternatives
 * the one that needs none.
 */
export function replayed(
  task: Task,
  { model, digest, steps, preset, rule: ran }: Explanation,
  ended: CompletionReport['ended'],
): Decided {
  const { rule, settings } = chooseRule({
    weights: weightsFor({ name: model, digest }),
    logprobs: true,
    ...(ran === 'learned-full' && { costs: FREE }),
    settings: { ...DEFAULT_SETTINGS.stopping, preset },
    patient: false,
  });
  const text = task.prompt + task.suffix;
  const { context } = readWindow(text, task.prompt.length, UNSIZED, task.lang, 'auto');
  const end = ended === 'cap' ? 'cap' : 'natural-end';
  const { reason, tokens, offset } = replay(rule, context, settings, steps, end).decision;
  return { rule: rule.id, reason, tokens, offset };
}

/**
 * The same rule, reason, offset and number of tokens. Where a stop string was sent, the engine does not tell a line
 * break that is a token of its own from the model's own end, which is one token more as well.
 */
export function isSame(a: Decided, b: Decided | null): boolean {
  if (a.rule !== b?.rule || a.offset !== b.offset) return false;
  const [one, other] = [a, b].map(asLineEnd);
  return one?.reason === other?.reason && one?.tokens === other?.tokens;
}

function asLineEnd(decided: Decided): Decided {
  if (decided.reason !== 'natural-end') return decided;
  return { ...decided, reason: 'line-end', tokens: decided.tokens + 1 };
}

/** How many of `n` requests gave the same decision when their stream was replayed. */
export interface Fidelity {
  readonly n: number;
  readonly same: number;
}

/** Of control requests whose stream ran on after the live decision. */
export function ownFidelity(control: readonly LiveRow[]): Fidelity {
  const beyond = control.filter(({ streamTokens, decision }) => streamTokens > decision.tokens);
  const same = beyond.filter(({ decision, replayed }) => isSame(decision, replayed));
  return { n: beyond.length, same: same.length };
}

/**
 * Decisions made live against those of the same rule on another request's stream, which ran without stopping
 * (and without alternatives).
 */
export function crossFidelity(live: readonly LiveRow[], off: readonly LiveRow[]): Fidelity {
  const byTask = new Map(off.map((row) => [row.task, row]));
  const pairs = live.flatMap(({ task, decision }) => {
    const other = byTask.get(task)?.replayed;
    return other?.rule === decision.rule ? [isSame(decision, other)] : [];
  });
  return { n: pairs.length, same: pairs.filter(Boolean).length };
}
