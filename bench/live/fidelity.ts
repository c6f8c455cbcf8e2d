import { UNSIZED } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import { chooseRule } from '../../server/stopping/choose-rule.ts';
import { replay } from '../../server/stopping/replay.ts';
import { weightsFor } from '../../server/stopping/weights.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { Task } from '../traces.ts';
import type { LiveResult } from './arm.ts';

/** Whether the stream of a control request, replayed, gives the decision that was made live. */
export function sameDecision(task: Task, { why, report }: LiveResult): boolean {
  if (!why) return false;
  const { rule, settings } = chooseRule({
    weights: weightsFor({ name: why.model, digest: why.digest }),
    logprobs: true,
    settings: DEFAULT_SETTINGS.stopping,
    patient: false,
  });
  const text = task.prompt + task.suffix;
  const { context } = readWindow(text, task.prompt.length, UNSIZED, task.lang, 'auto');
  const end = report.ended === 'cap' ? 'cap' : 'natural-end';
  const { decision } = replay(rule, context, settings, why.steps, end);
  return (
    decision.reason === report.reason &&
    decision.tokens === report.tokensAtStop &&
    decision.offset === why.offset
  );
}
