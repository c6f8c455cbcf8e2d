import type { OwnPreset } from '../../server/stopping/policy/certificate.ts';
import { FREE } from '../../server/stopping/policy/alternatives.ts';
import { chooseRule } from '../../server/stopping/policy/choose-rule.ts';
import { offeredUntil } from '../../server/stopping/policy/likely-beginning.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import { replay } from '../../server/stopping/replay.ts';
import type { ContextKind, TraceToken } from '../../server/stopping/trace.ts';
import { repair } from '../../server/post-process/repairs.ts';
import { contextOf } from '../replay/context.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { LEFT_OUT } from '../report/input.ts';
import { loadTraces, type RecordedTrace } from '../traces.ts';

/** What one model would have served of a task, by the rule that ships for it. */
export interface Answer {
  readonly model: string;
  readonly text: string;
  readonly matched: boolean;
  readonly tokens: number;
  readonly pDone: number | null;
  readonly pAlive: number | null;
  /** Measured from asking the engine to the stop, milliseconds; absent from recorded traces. */
  readonly ms?: number;
  /** Its first two tokens, if they were read; absent from live answers. */
  readonly opening?: readonly TraceToken[];
}

/** One task, answered by two models. */
export interface Pair {
  readonly problem: string;
  readonly lang: string;
  readonly kind: ContextKind;
  /** Characters of prefix and suffix. */
  readonly promptChars: number;
  readonly small: Answer;
  readonly large: Answer;
}

/**
 * Complete traces of two models, by task.
 * @throws Error where the two files have no task in common
 * @throws TraceError on a file that can't be used
 */
export async function readPairs(
  smallFile: string,
  largeFile: string,
  preset: OwnPreset,
): Promise<Pair[]> {
  const usable = ({ kind, end }: RecordedTrace) => !LEFT_OUT.includes(kind) && end !== 'cut';
  const smalls = (await loadTraces([smallFile])).filter(usable);
  const larges = new Map((await loadTraces([largeFile])).filter(usable).map((t) => [t.id, t]));
  const pairs = smalls.flatMap((small): Pair[] => {
    const large = larges.get(small.id);
    if (large?.gold !== small.gold) return [];
    return [
      {
        problem: small.problem,
        lang: small.lang,
        kind: contextOf(small).kind,
        promptChars: small.prompt.length + small.suffix.length,
        small: answerOf(small, preset),
        large: answerOf(large, preset),
      },
    ];
  });
  if (pairs.length === 0) throw new Error(`${smallFile} and ${largeFile} have no task in common`);
  return pairs;
}

/** Token by token, as live: what comes behind the stop is never read. */
export function answerOf(trace: RecordedTrace, preset: OwnPreset): Answer {
  const { tokens, model } = trace;
  const chosen = chooseRule({
    weights: weightsFor({ name: model, digest: '' }),
    logprobs: tokens.every(({ logprob }) => logprob !== null),
    ...(tokens.every(({ alternatives }) => alternatives) && { costs: FREE }),
    settings: { ...REPLAY_SETTINGS, preset },
    patient: false,
  });
  const context = contextOf(trace);
  const end = trace.end === 'natural-end' ? 'natural-end' : 'cap';
  const { decision } = replay(chosen.rule, context, chosen.settings, tokens, end);
  const read = tokens.slice(0, decision.tokens);
  const written = read.map((token) => token.text).join('');
  const raw = written.slice(0, offeredUntil(decision, read, chosen));
  const { text } = repair(raw, context, decision.reason);
  const { pDone, pAlive } = decision;
  const matched = isExactMatch(text, trace.gold);
  const opening = read.slice(0, 2);
  return { model, text, matched, tokens: decision.tokens, pDone, pAlive, opening };
}
