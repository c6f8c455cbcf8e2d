import { parseArgs } from 'node:util';
import { learnedRule } from '../../server/stopping/rules/learned-rule.ts';
import { quantile } from '../replay/bootstrap.ts';
import { contextOf } from '../replay/context.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import { shippedTraces } from '../report/command.ts';
import { readWeights, SHIPPED_WEIGHTS } from '../train/weights.ts';
import { loadTraces } from '../traces.ts';

export const POLICY_USAGE = 'policy [--traces FILE…] [--weights FILE] [--rounds N]';

/**
 * `policy`: how long the learned policy takes per token, in microseconds, once the code is warm; on the
 * project's own traces where none are named.
 */
export async function policyCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      weights: { type: 'string', default: SHIPPED_WEIGHTS.lite },
      rounds: { type: 'string', default: '3' },
    },
  });
  const weights = await readWeights(values.weights);
  const files = values.traces.length > 0 ? values.traces : await shippedTraces();
  const traces = await loadTraces(files);
  const rule = learnedRule('learned', weights, { tauAlive: 0, tauDone: 1 });
  const begins: number[] = [];
  let steps: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Only the last round counts: the ones before warm the code up.
    begins.length = 0;
    steps = [];
    for (const trace of traces) {
      const context = contextOf(trace);
      const start = performance.now();
      let state = rule.begin(context, REPLAY_SETTINGS);
      let at = performance.now();
      begins.push(1000 * (at - start));
      for (const token of trace.tokens) {
        const step = rule.step(state, token);
        const now = performance.now();
        steps.push(1000 * (now - at));
        at = now;
        if (step.decision) break;
        state = step.state;
      }
    }
  }
  const show = (name: string, micros: number[]) => {
    micros.sort((a, b) => a - b);
    const [p50, p99] = [quantile(micros, 0.5), quantile(micros, 0.99)];
    print(`${name}: p50 ${p50.toFixed(1)} us, p99 ${p99.toFixed(1)} us, n ${micros.length}`);
  };
  show(`a token (${weights.set}, ${weights.alive.kind})`, steps);
  show('the beginning of a request', begins);
}
