import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { UNSIZED } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import { FREE } from '../../server/stopping/policy/alternatives.ts';
import { chooseRule, type LearnedWeights } from '../../server/stopping/policy/choose-rule.ts';
import { replay } from '../../server/stopping/replay.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { WhyRequest } from '../../shared/protocol.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { until } from '../support/answers.ts';
import { connectDaemon, type ConnectedDaemon } from '../support/daemon.ts';
import { readTraces, textOf, type EngineTrace } from '../support/engine-traces.ts';
import { FAKE_MODEL, FakeOllama } from '../support/fake-ollama.ts';
import { madeUpWeights } from '../support/weights.ts';

const TRACES = readTraces();
const { maxTokens } = DEFAULT_SETTINGS.stopping;
/** Every stream runs on behind its stop, so that a stop too late would show as well. */
const CONTROL = { controlRate: 1, withheldRate: 0, debounce: 0 };

const SHIPPED = weightsFor({ name: FAKE_MODEL, digest: '' });

/** As they ship, but for what a request spends with alternatives: whatever these cost, they pay or don't. */
function shipped(spentWithAlternatives: number): LearnedWeights {
  const withAlternatives = SHIPPED?.withAlternatives;
  assert.ok(withAlternatives, 'weights over the full set of features ship');
  const of = (tokens: number) => ({ faithful: tokens, balanced: tokens, saver: tokens });
  return {
    ...{ ...SHIPPED, spends: of(1000) },
    withAlternatives: { ...withAlternatives, spends: of(spentWithAlternatives) },
  };
}

const RULES: readonly (readonly [name: string, rule: string, weights: LearnedWeights | null])[] = [
  ['the simple rule', 'shortstop', null],
  ['the learned rule', 'learned-lite', madeUpWeights()],
  ['the learned rule as it ships', 'learned-lite', shipped(1e6)],
  ['the learned rule with alternatives', 'learned-full', shipped(1)],
];

for (const [name, id, weights] of RULES) {
  describe(`live stops of ${name} on recorded streams`, () => {
    let current: EngineTrace | undefined;
    let fake: FakeOllama;
    let daemon: ConnectedDaemon;

    before(async () => {
      fake = await FakeOllama.start({ answer: () => current });
      const options = { weightsFor: () => weights, withoutReuse: true };
      daemon = await connectDaemon('in-band', {
        url: fake.url,
        settings: CONTROL,
        daemon: options,
      });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    });

    after(async () => {
      await daemon.stop();
      await fake.stop();
    });

    for (const trace of TRACES) {
      test(`equal replayed ones: ${trace.id}`, async () => {
        current = trace;
        daemon.reports.length = 0;
        const languageId = { ts: 'typescript', py: 'python' }[trace.id.slice(0, 2)] ?? 'go';
        const uri = `file:///project/${trace.id}`;
        const editor = await SimulatedEditor.open(daemon.connection, uri, languageId, '');
        await editor.replace(0, 0, trace.prompt + trace.suffix);
        await editor.replace(trace.prompt.length, trace.prompt.length, '');
        const ghost = await editor.ask();
        await until(() => daemon.reports.length > 0, 'the stream is closed');
        const [report] = daemon.reports;

        const { rule, settings } = chooseRule({
          weights,
          logprobs: true,
          costs: FREE,
          settings: DEFAULT_SETTINGS.stopping,
          patient: false,
        });
        const text = trace.prompt + trace.suffix;
        const { length } = trace.prompt;
        const { context } = readWindow(text, length, UNSIZED, languageId, 'auto');
        const tokens = trace.tokens.map(([each, logprob, alternatives]) => ({
          text: each,
          logprob,
          alternatives: alternatives.map(([other, own]) => ({ text: other, logprob: own })),
        }));
        const end = trace.done === 'stop' ? 'natural-end' : 'cap';
        const { decision } = replay(rule, context, settings, tokens, end);

        assert.equal(report?.reason, decision.reason);
        assert.equal(report.tokensAtStop, decision.tokens);
        assert.equal(report.tokens, trace.tokens.length);
        assert.equal(report.generated, textOf(trace));
        assert.equal(ghost === null, report.served === '');

        const why = await daemon.connection.sendRequest(WhyRequest.type);
        assert.equal(why?.suggestionId, report.suggestionId);
        assert.equal(why.offset, decision.offset);
        assert.equal(why.rule, id);
        const asked = why.steps.some(({ alternatives }) => alternatives !== undefined);
        assert.equal(asked, id === 'learned-full');
        assert.equal(why.weights?.hash, weights?.hash);
        assert.equal(why.maxTokens, maxTokens);
        assert.equal(why.steps.map((step) => step.text).join(''), textOf(trace));
        assert.equal(why.steps.at(-1)?.offset, textOf(trace).length);
        const judged = why.steps.filter((step) => step.judged);
        assert.equal(judged.length, decision.tokens);
        assert.ok(judged.every(({ pDone, pAlive }) => pDone !== null && pAlive !== null));
        if (decision.tokens < trace.tokens.length) {
          assert.equal(judged.at(-1)?.pAlive, decision.pAlive);
        }
      });
    }

    test('leave no code in the log', () => {
      const log = daemon.log.join('\n');
      for (const trace of TRACES) {
        const line = textOf(trace).split('\n')[0] ?? '';
        if (line.trim().length >= 8) assert.ok(!log.includes(line.trim()), trace.id);
      }
    });
  });
}
