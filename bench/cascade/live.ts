import { createEngine } from '../../server/engines/create.ts';
import { probe } from '../../server/engines/probe.ts';
import type { Capabilities } from '../../server/engines/engine.ts';
import { decider } from '../../server/learning/decide.ts';
import { trySpan, type Trial } from '../../server/comparison/try-span.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { parseSettings } from '../../shared/settings.ts';
import { heldOutTasks } from '../live/tasks.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';
import type { Task } from '../traces.ts';
import type { ModelPace, PairPace } from './pace.ts';
import type { Answer, Pair } from './pairs.ts';

export interface LiveQuestion {
  readonly url: string;
  readonly small: string;
  readonly large: string;
  /** Folders, cut as `record` cuts them, and task files. */
  readonly from: readonly string[];
  readonly count: number;
  readonly seed: number;
}

export interface LivePairs {
  readonly pairs: readonly Pair[];
  /** As the daemon measures it at start. */
  readonly pace: PairPace;
}

/**
 * Held-out tasks through two models on a real engine, each stopped by the rule that ships for it, one task after
 * the other and the smaller model first: as in a cascade that always asks both.
 * @throws EngineError
 * @throws Error where no task is left
 */
export async function recordLive(
  { url, small, large, from, count, seed }: LiveQuestion,
  print: (line: string) => void,
): Promise<LivePairs> {
  const { trainedOn } = await readWeights(SHIPPED_WEIGHTS.lite);
  const { tasks } = await heldOutTasks({ from, count, seed, trained: trainedOn.problems });
  const engine = createEngine({ kind: 'ollama', url, allowedHosts: [], keepAlive: '30m' });
  try {
    const found = [await probe(engine, small), await probe(engine, large)] as const;
    const { settings } = parseSettings({});
    const decide = decider({
      weightsFor: (model) => weightsFor({ ...model, engine: 'ollama' }),
      advisers: [],
    });
    const ports = { engine, settings, decide, meter, sized: false };
    const signal = new AbortController().signal;
    const pairs: Pair[] = [];
    for (const task of tasks) {
      const span = spanOf(task);
      const trials = [
        await trySpan(span, { ...ports, capabilities: found[0] }, signal),
        await trySpan(span, { ...ports, capabilities: found[1] }, signal),
      ] as const;
      pairs.push(pairOf(task, trials, [small, large]));
      if (pairs.length % 10 === 0) print(`  ${pairs.length} of ${tasks.length} tasks`);
    }
    return { pairs, pace: paceOf(found) };
  } finally {
    await engine.dispose();
  }
}

const meter = () => () => ({ engineMs: 0, joules: null, meter: null });

function spanOf({ lang, prompt, suffix, gold }: Task) {
  return { languageId: lang, without: prompt + suffix, cursor: prompt.length, gold };
}

function pairOf(
  { problem, lang, prompt, suffix }: Task,
  [small, large]: readonly [Trial, Trial],
  [smallName, largeName]: readonly [string, string],
): Pair {
  return {
    ...{ problem, lang, kind: small.context.kind },
    promptChars: prompt.length + suffix.length,
    small: answerOf(small, smallName),
    large: answerOf(large, largeName),
  };
}

function answerOf({ text, matched, tokens, pDone, pAlive, ms }: Trial, model: string): Answer {
  return { model, text, matched, tokens, pDone, pAlive, ms };
}

function paceOf([small, large]: readonly [Capabilities, Capabilities]): PairPace {
  const of = ({ msPerToken, prefillTokensPerSecond }: Capabilities): ModelPace => ({
    msPerToken: msPerToken ?? 0,
    prefillTokensPerSecond: prefillTokensPerSecond ?? Infinity,
  });
  const words = ({ msPerToken, prefillTokensPerSecond }: Capabilities) =>
    `${(msPerToken ?? 0).toFixed(0)} ms a token, ${(prefillTokensPerSecond ?? 0).toFixed(0)} prompt tokens/s`;
  return {
    id: 'live',
    title: `${words(small)} and ${words(large)}`,
    small: of(small),
    large: of(large),
  };
}
