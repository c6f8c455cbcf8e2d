import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { answersOf, readAnswered, type Mend } from '../../../bench/answers/answers.ts';
import { runningAnswers } from '../../../bench/answers/command.ts';
import { SHIPPED_WEIGHTS } from '../../../bench/train/weights.ts';
import { ruleInForce } from '../../../server/doctor.ts';
import { repair, REPAIRS } from '../../../server/post-process/repairs.ts';
import { RUNNING_ANSWERS } from '../../../server/stopping/policy/answers.ts';
import { cursorLine } from '../../../server/stopping/reading/cursor-line.ts';
import { checkedWeights } from '../../../server/stopping/policy/weights-file.ts';
import { weightsFor } from '../../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { certificate, certificates } from '../../support/certificates.ts';
import { decideWith } from '../../support/weights.ts';
import { CAPABILITIES } from '../stopping/capabilities.ts';

const traces = await readAnswered();
const shipped = checkedWeights(JSON.parse(await readFile(SHIPPED_WEIGHTS.lite, 'utf8')));
const now = answersOf(shipped, traces);

describe('what rule and repairs answer', () => {
  test('is kept as this code answers; `npx shortstop bench answers --write` keeps it anew', async () => {
    assert.deepEqual(RUNNING_ANSWERS, await runningAnswers());
    assert.equal(RUNNING_ANSWERS[0], now);
  });

  test('is asked of 500 cursors in a dozen languages, with no path and no code of others', () => {
    assert.equal(traces.length, 500);
    assert.ok(new Set(traces.map(({ lang }) => lang)).size >= 12);
    for (const { tokens } of traces) assert.ok(tokens.length <= 60);
  });

  test('changes with nearly every repair that is left out', () => {
    const unnoticed = REPAIRS.filter(({ name }) => {
      const without: Mend = (served, context, stoppedAt) => {
        const at = { context, line: cursorLine(context), stoppedAt };
        const steps = REPAIRS.filter((step) => step.name !== name);
        return { text: steps.reduce((text, step) => step.repair(text, at), served) };
      };
      return answersOf(shipped, traces, without) === now;
    });
    // What follows the cursor already is mostly recognised by a hard stop first.
    assert.ok(unnoticed.length <= 2, unnoticed.map(({ name }) => name).join());
  });

  test('changes with a threshold and with a number of the weights, and with nothing else', () => {
    const { presets, alive } = shipped;
    const bolder = { ...presets, saver: { ...presets.saver, tauAlive: 0.2 } };
    assert.notEqual(answersOf({ ...shipped, presets: bolder }, traces), now);
    assert.notEqual(
      answersOf({ ...shipped, alive: { kind: 'trees', bias: -4, trees: [] } }, traces),
      now,
    );
    assert.equal(answersOf({ ...shipped, alive: { ...alive }, model: 'renamed' }, traces), now);
  });
});

describe('a certificate', () => {
  const model = { name: '', digest: shipped.digests[0] ?? '', engine: 'ollama' };
  const file = { ...shipped, certified: certificates({ saver: certificate }), answers: now };
  const settings = {
    ...DEFAULT_SETTINGS,
    stopping: { ...DEFAULT_SETTINGS.stopping, preset: 'saver' as const },
  };
  const saidBy = (answers: readonly string[]) => {
    const weights = weightsFor(model, [file], [], answers);
    return ruleInForce(CAPABILITIES, settings, decideWith(weights));
  };

  test('is shown while the code answers as it did when it was given', () => {
    assert.match(saidBy([now]), /: certified: at most 5 % of the reference's matches lost/);
  });

  test('is "not certified" under a changed repair, and says that the answers changed', () => {
    const shorter: Mend = (served, context, stoppedAt) => {
      const { text } = repair(served, context, stoppedAt);
      return { text: text.replace(/\)$/, '') };
    };
    const changed = answersOf(file, traces, shorter);
    assert.match(saidBy([changed]), /: not certified: the answers changed since\. The rule is/);
    assert.match(saidBy([]), /: not certified: the answers changed since\. The rule is/);
    assert.equal(weightsFor(model, [file], [], [changed])?.certified, null);
  });

  test('that never was has not changed', () => {
    const none = weightsFor(model, [{ ...file, certified: null }], [], []);
    assert.match(
      ruleInForce(CAPABILITIES, settings, decideWith(none)),
      /: not certified\. The rule is/,
    );
  });
});
