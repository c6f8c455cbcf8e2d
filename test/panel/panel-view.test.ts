import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { panelHtml } from '../../media/panel-view.ts';
import type { ToPanel } from '../../shared/panel-protocol.ts';
import type { Stats } from '../../shared/stats.ts';
import { firstMinutes, hostile, nothingYet, usualDay } from './samples.ts';

const message = (stats: Stats): ToPanel => ({ tag: 'stats', stats, window: 'today' });

const golden: readonly (readonly [string, ToPanel])[] = [
  ['usual-day', message(usualDay)],
  ['first-minutes', message(firstMinutes)],
  ['nothing-yet', message(nothingYet)],
  ['hostile', message(hostile)],
  ['unavailable', { tag: 'unavailable', problem: 'The engine <b>does not</b> answer.' }],
];

/** What a reader sees, one line per run of text. */
function textOf(html: string): string {
  return html
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/[ \n]+/g, ' ')
    .replace(/<[^>]*>/g, '\n')
    .replace(/[ \n]*\n[ \n]*/g, '\n');
}

for (const [name, sent] of golden) {
  test(`the panel of '${name}' is as it was approved (UPDATE_GOLDEN=1 approves anew)`, async () => {
    const file = join(import.meta.dirname, 'golden', `${name}.html.txt`);
    const actual = `${panelHtml(sent)}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, actual);
    assert.equal(actual, await readFile(file, 'utf8'));
  });

  test(`the panel of '${name}' never shows a number that is none`, () => {
    assert.doesNotMatch(panelHtml(sent), /NaN|Infinity|undefined|null|\[object/);
  });

  test(`the panel of '${name}' has no inline style and no inline script`, () => {
    assert.doesNotMatch(panelHtml(sent), /\sstyle=|<script|\son\w+="/i);
  });

  test(`the tags of the panel of '${name}' are balanced`, () => {
    const open: string[] = [];
    for (const [, close, tag = '', selfClosed] of panelHtml(sent).matchAll(
      /<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g,
    )) {
      if (selfClosed === '/') continue;
      if (close === '/') assert.equal(open.pop(), tag);
      else open.push(tag);
    }
    assert.deepEqual(open, []);
  });
}

test('every figure of the daemon stands in the panel', () => {
  const text = textOf(panelHtml(message(usualDay)));
  for (const figure of ['4,873', '231', '31,240', '22,810', '39,905', '−410', '412', '1,288']) {
    assert.ok(text.includes(figure), figure);
  }
  assert.match(text, /28\u00a0%/);
  assert.match(text, /23 min|23\u00a0min 25\u00a0s/);
  assert.match(text, /n = 281/);
});

test('an avoided figure names its baseline, its n and its interval', () => {
  const text = textOf(panelHtml(message(usualDay)));
  assert.match(text, /tokens avoided against no early stopping/);
  assert.match(text, /22,810 to 39,905, n = 4 · 98.% of it modelled/);
});

test('what has too small an n says so in place of a figure', () => {
  const text = textOf(panelHtml(message(firstMinutes)));
  assert.match(text, /not enough data yet \(n = 11 of 20 settled suggestions\)/);
  assert.match(text, /not enough data yet \(n = 12 of 20 requests\)/);
});

test('while little was measured, what was avoided is an interval, and said to be modelled', () => {
  const text = textOf(panelHtml(message(firstMinutes)));
  assert.match(text, /−33 to 1,840\ntokens avoided against no early stopping/);
  assert.match(text, /n = 0 · all of it modelled/);
  assert.doesNotMatch(text, /of what it would have spent/);
});

test('an interval that holds zero is said to show neither saving nor loss', () => {
  const [first, ...rest] = usualDay.avoided;
  assert.ok(first);
  const unsure = { ...first, net: { value: 120, low: -300, high: 560, n: 25 } };
  const text = panelHtml(message({ ...usualDay, avoided: [unsure, ...rest] }));
  assert.match(text, /holds 0: neither a saving nor a loss is shown/);
  assert.doesNotMatch(text, /class="stack"|class="big gain"/);
});

test('exact match is marked as anchored', () => {
  const text = textOf(panelHtml(message(usualDay)));
  assert.match(text, /Exact match\nanchored/);
  assert.match(text, /texts kept after seeing the suggestion/);
});

test('figures of a simulated user carry a banner, a real user’s do not', () => {
  assert.match(textOf(panelHtml(message(firstMinutes))), /Simulated\.\n1 episode was recorded/);
  assert.doesNotMatch(panelHtml(message(usualDay)), /Simulated/);
});

test('text from the engine is shown, not run', () => {
  const text = panelHtml(message(hostile));
  assert.doesNotMatch(text, /<img|<script/);
  assert.match(text, /&lt;img src=x onerror=&quot;alert\(&#39;1&#39;\)&quot;&gt;/);
});

test('the chosen window is pressed, and only that one', () => {
  const text = panelHtml({ tag: 'stats', stats: usualDay, window: '7 days' });
  assert.equal([...text.matchAll(/aria-pressed="true"/g)].length, 1);
  assert.match(text, /data-window="7 days"\s+aria-pressed="true"/);
});
