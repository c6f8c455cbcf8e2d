import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { panelHtml } from '../../media/panel-view.ts';
import { csvOf } from '../../media/export-csv.ts';
import { MEASURED_MODELS } from '../../shared/laboratory/stop-rules.ts';
import type { ToPanel } from '../../shared/panel-protocol.ts';
import {
  firstMinutes,
  hostile,
  learned,
  messageOf,
  nothingYet,
  settings,
  usualDay,
} from './samples.ts';

const golden: readonly (readonly [string, ToPanel])[] = [
  ['usual-day', messageOf(usualDay, 'today', learned)],
  ['first-minutes', messageOf(firstMinutes)],
  ['nothing-yet', messageOf(nothingYet)],
  ['hostile', messageOf(hostile)],
  ['unavailable', { tag: 'unavailable', problem: 'The engine <b>does not</b> answer.' }],
];

/** Of a heading, as links to it have it. */
function slugOf(section: string): string {
  const [heading = ''] = section.split('\n');
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

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
  const text = textOf(panelHtml(messageOf(usualDay)));
  for (const figure of ['4,873', '231', '31,240', '22,810', '39,905', '−410', '412', '1,288']) {
    assert.ok(text.includes(figure), figure);
  }
  assert.match(text, /28\u00a0%/);
  assert.match(text, /23 min|23\u00a0min 25\u00a0s/);
  assert.match(text, /\n281\n/);
});

test('what was saved stands there in tokens, time and energy against both baselines, each with its interval', () => {
  const text = textOf(panelHtml(messageOf(usualDay)));
  assert.match(text, /no early stopping\n, tokens\n31,240\n22,810 to 39,905\n/);
  assert.match(text, /first newline\n, tokens\n−410\n−1,630 to 760\n/);
  assert.match(text, /no early stopping\n, time\n23.min 25.s\n/);
  // 1,405 s at 23.42 W.
  assert.match(text, /no early stopping\n, energy\n32\.9.kJ\n23\.7.kJ to 41\.9.kJ\n98.%\n8\n/);
  assert.match(text, /Energy is time at 23\.4 W, the mean of 412 requests, in part estimated\./);
});

test('keystrokes saved are the accepted characters less the keys that accepted them', () => {
  assert.match(textOf(panelHtml(messageOf(usualDay))), /\n1,268\nkeystrokes saved\n/);
});

test('what measuring and learning at idle cost is said, and that savings are net of it', () => {
  const text = textOf(panelHtml(messageOf(usualDay)));
  assert.match(
    text,
    /Measuring cost 231 of the tokens spent, 0\.56 a request, learning at idle 184; all savings are net/,
  );
});

test('an avoided figure names its baseline, its n and its interval', () => {
  const text = textOf(panelHtml(messageOf(usualDay)));
  assert.match(text, /tokens saved against no early stopping/);
  assert.match(text, /22,810 to 39,905, n = 8 followed · 98.% of it modelled/);
});

test('no headline says that n is too small: it has an interval, or says that there is nothing yet', () => {
  for (const stats of [usualDay, firstMinutes, nothingYet]) {
    assert.doesNotMatch(panelHtml(messageOf(stats)), /n too small/);
  }
  const text = textOf(panelHtml(messageOf(firstMinutes)));
  assert.match(text, /Exact match, of what was offered\n27.%\n9\.7.% to 57.%\n11\n/);
});

test('while little was measured, what was avoided is an interval, and said to be modelled', () => {
  const text = textOf(panelHtml(messageOf(firstMinutes)));
  assert.match(text, /−33 to 1,840\ntokens saved against no early stopping/);
  assert.match(text, /n = 0 followed · all of it modelled/);
});

test('an interval that rests on few followed requests is not shown, and the laboratory’s figures are', () => {
  const avoided = usualDay.avoided.map((row) => ({
    ...row,
    net: { value: -145, low: -153, high: -138, n: 1, modelled: 0.4 },
  }));
  const text = textOf(panelHtml(messageOf({ ...usualDay, avoided })));
  assert.match(text, /\n−145\n/);
  assert.match(text, /modelled; only 1 request was followed, too few for an interval/);
  assert.doesNotMatch(text, /−153/);
  assert.match(text, /Until your own figures are certain:/);
});

test('a figure that is counted has no interval of width 0', () => {
  const [first, ...rest] = usualDay.avoided;
  assert.ok(first);
  const counted = { ...first, net: { value: 12, low: 12, high: 12, n: 1, modelled: 0 } };
  const text = textOf(panelHtml(messageOf({ ...usualDay, avoided: [counted, ...rest] })));
  assert.match(text, /all of it counted/);
  assert.doesNotMatch(text, /12 to 12/);
});

test('wide intervals have the laboratory’s figures of this model beside them, with their source', () => {
  const text = textOf(panelHtml(messageOf(firstMinutes)));
  assert.match(text, /In the laboratory qwen2\.5-coder:0\.5b under the preset balanced wrote 5\.4/);
  assert.match(text, /docs\/stopping-experiments\.md/);
  const other = { ...messageOf(firstMinutes), settings: { ...settings, model: 'some:7b' } };
  assert.match(textOf(panelHtml(other)), /The laboratory has not measured some:7b/);
});

test('every figure of the laboratory stands in the row of its page', () => {
  for (const { source, rules, of } of MEASURED_MODELS) {
    const [path = '', anchor = ''] = source.split('#');
    const page = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
    const section = page.split(/^## /m).find((part) => slugOf(part) === anchor) ?? '';
    assert.ok(section.includes(of.slice(0, 4)), source);
    for (const [rule, { tokens, matches }] of Object.entries(rules)) {
      const row = section.split('\n').filter((line) => line.startsWith('|') && line.includes(rule));
      const written = [tokens, matches].map(
        ([value = 0, low = 0, high = 0]) =>
          `${value.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`,
      );
      assert.ok(
        row.some((line) => written.every((each) => line.includes(each))),
        `${source}: ${rule}`,
      );
    }
  }
});

test('an interval that holds zero is said to show neither saving nor loss', () => {
  const [first, ...rest] = usualDay.avoided;
  assert.ok(first);
  const unsure = { ...first, net: { value: 120, low: -300, high: 560, n: 25 } };
  const text = panelHtml(messageOf({ ...usualDay, avoided: [unsure, ...rest] }));
  assert.match(text, /holds 0: neither a saving nor a loss is shown/);
  assert.doesNotMatch(text, /class="stack"|class="big gain"/);
});

test('exact matches are marked as anchored, with the share offered, early and late stops beside them', () => {
  const text = textOf(panelHtml(messageOf(usualDay)));
  assert.match(text, /Exact matches\nanchored/);
  assert.match(text, /Offered, of all stretches\n73.%/);
  assert.match(text, /Stopped too early\n6\.1.%\n3\.6.% to 10.%\n230\n/);
  assert.match(text, /Stopped too late\n8\.3.%/);
});

test('figures of a simulated user carry a banner, a real user’s do not', () => {
  assert.match(textOf(panelHtml(messageOf(firstMinutes))), /Simulated\.\n1 episode was recorded/);
  assert.doesNotMatch(panelHtml(messageOf(usualDay)), /Simulated/);
});

test('text from the engine is shown, not run', () => {
  const text = panelHtml(messageOf(hostile));
  assert.doesNotMatch(text, /<img|<script/);
  assert.match(text, /&lt;img src=x onerror=&quot;alert\(&#39;1&#39;\)&quot;&gt;/);
});

test('the chosen window is pressed, and only that one', () => {
  const text = panelHtml(messageOf(usualDay, '7 days'));
  assert.equal([...text.matchAll(/aria-pressed="true"/g)].length, 1);
  assert.match(text, /data-window="7 days"\s+aria-pressed="true"/);
});

test('the table that is saved has a row for each figure, with its interval, and names that can be read back', () => {
  const odd = { languageId: 'a,"b"', n: 3, meanTokens: 2.5 };
  const lines = csvOf({ ...usualDay, languages: [odd] }).split('\r\n');
  assert.equal(lines[0], 'section,figure,unit,value,low,high,n,modelled');
  assert.ok(lines.includes('saved against,no early stopping,tokens,31240,22810,39905,8,0.98'));
  assert.ok(lines.includes('matches,premature,share,0.061,0.036,0.1,230,'));
  assert.ok(lines.includes('day 2030-06-01,spent up to the stop,tokens,4420,,,,'));
  assert.ok(lines.includes('language,"a,""b""",mean tokens,2.5,,,3,'));
});
