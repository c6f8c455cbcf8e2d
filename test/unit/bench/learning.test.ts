import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boldnessIn, figuresOf, type Rows } from '../../../bench/learning/figures.ts';
import { learningPicture } from '../../../bench/learning/picture.ts';
import { SHORT_LINES, WHOLE_BLOCKS } from '../../../bench/learning/tastes.ts';
import { HEDGE } from '../../../server/learning/hedge/policies.ts';

const context = {
  prefix: 'function f() {',
  suffix: '\n}\n',
  languageId: 'typescript',
  kind: 'block-start',
  multiLine: 'always',
} as const;
const generated = '\n  const a = 1;\n  return a;\n}\n\nfunction g() {}\n';

describe('a scripted person', () => {
  test('with a taste for short lines keeps the line that stands in the file', () => {
    const moment = { context, gold: 'return 1;\n  // end', generated };
    assert.equal(SHORT_LINES.wants(moment), 'return 1;');
  });

  test('with a taste for whole blocks keeps what the patient rule would serve', () => {
    const kept = WHOLE_BLOCKS.wants({ context, gold: 'return 1;', generated });
    assert.equal(kept.trim(), 'const a = 1;\n  return a;');
    assert.equal(WHOLE_BLOCKS.wants({ context, gold: 'return 1;', generated: '' }), 'return 1;');
  });
});

const request = (id: string, at: number, changes: Partial<Rows['requests'][number]> = {}) => ({
  ...{ episode_id: id, at, first: 1, ended: 'stopped', tokens_at_stop: 4, offered: 1 },
  tau_alive: 0.1,
  ...changes,
});
const episode = (id: string, exact: number | null, accepted: number) => ({
  ...{ id, exact_match: exact, accepts: Number(accepted > 0), accepted_chars: accepted },
});
const stage = { taste: 'a & b', from: 100, until: 200, kept: 20, boldness: 0.5 };

test('the figures of a stage are of its own first requests that were stopped', () => {
  const rows: Rows = {
    requests: [
      request('e1', 100),
      request('e2', 150, { offered: 0, tokens_at_stop: 2, tau_alive: 0.3 }),
      request('e2', 160, { first: 0 }),
      request('e3', 170, { ended: 'cancelled' }),
      request('e4', 200),
    ],
    episodes: [episode('e1', 1, 11), episode('e2', null, 0), episode('e4', 1, 50)],
  };
  const [figures] = figuresOf(rows, [stage]);
  assert.deepEqual(figures, {
    ...stage,
    ...{ requests: 2, tokens: 3, offered: 0.5, em: 0.5, keystrokesSaved: 0.5, tauAlive: 0.2 },
  });
});

test('boldness is read from what was exported, and is none before the first label', () => {
  const exported = (models: unknown) =>
    JSON.stringify({
      learners: [
        { id: 'guard', state: {} },
        { id: 'hedge', state: { models } },
      ],
    });
  assert.equal(boldnessIn(exported({})), null);
  const presets = { balanced: HEDGE.prior };
  assert.ok(Math.abs((boldnessIn(exported({ a: { presets } })) ?? 0) - 0.948) < 1e-9);
  assert.throws(() => boldnessIn('{}'));
});

test('the picture has a dot for each figure of each stage, and escapes its texts', () => {
  const figures = {
    requests: 1,
    tokens: 3,
    offered: 1,
    em: 0.5,
    keystrokesSaved: 0.1,
    tauAlive: 0,
  };
  const stages = [stage, { ...stage, taste: '<c>' }].map((one) => ({ ...one, ...figures }));
  const svg = learningPicture(stages, 'x < y');
  assert.equal(svg.split('<circle').length - 1, 8);
  assert.match(svg, /a &amp; b/);
  assert.match(svg, /x &lt; y/);
  assert.doesNotMatch(svg, /<c>|NaN/);
});
