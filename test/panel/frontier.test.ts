import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { frontierChart } from '../../media/frontier-chart.ts';
import { frontierSection } from '../../media/frontier-section.ts';
import { escapeHtml } from '../../media/html.ts';
import { placeLabels } from '../../media/label-places.ts';
import { nearestEngine, TYPING } from '../../shared/laboratory/typing.ts';
import { settings, usualDay } from './samples.ts';

const [engine] = TYPING.engines;
assert.ok(engine);

/** Where the dots of our presets are, and the boxes of what is written at them, in a drawing of so many pixels. */
function oursOf(chart: string, what: 'name' | 'number', width: number) {
  const dots = [...chart.matchAll(/class="dot ours"\s+cx="([\d.]+)%"\s+cy="([\d.]+)%"/g)];
  const texts = chart.matchAll(
    /class="(\w+) ours"\s+x="([\d.]+)%"\s+y="([\d.]+)%"\s+dx="([-\d]+)"\s+dy="([-\d]+)"\s+text-anchor="(\w+)"\s*>\s*(\w+)/g,
  );
  const boxes = [...texts]
    .filter(([, kind]) => kind === what)
    .map(([, , cx, cy, dx, dy, anchor, name = '']) => {
      const [x, y, long] = [(Number(cx) * width) / 100, Number(cy) * 3, name.length * 6];
      const back = anchor === 'end' ? long : anchor === 'middle' ? long / 2 : 0;
      const [left, base] = [x + Number(dx) - back, y + Number(dy)];
      return { name, left, right: left + long, top: base - 9, bottom: base + 2 };
    });
  assert.equal(dots.length, 3);
  assert.equal(boxes.length, 3);
  const centres = dots.map(([, x, y]) => ({ x: (Number(x) * width) / 100, y: Number(y) * 3 }));
  return { centres, boxes };
}

test('the engine whose pace is nearest is shown, the first where no pace is known', () => {
  assert.equal(nearestEngine(3)?.id, 'h200');
  assert.equal(nearestEngine(10)?.id, 'laptop');
  assert.equal(nearestEngine(200)?.id, 'cpu');
  assert.equal(nearestEngine(null)?.id, 'cpu');
});

test('the preset in force is marked, and what is certified is shaded', () => {
  const chart = frontierChart(engine, { chosen: 'saver', certified: ['faithful'] }).text;
  const saver = /cx="([^"]+)"\s+cy="([^"]+)"\s+r="5"\s+data-point="saver"/.exec(chart);
  const yours = /class="yours"\s+cx="([^"]+)"\s+cy="([^"]+)"/.exec(chart);
  assert.ok(saver && yours);
  assert.deepEqual(yours.slice(1), saver.slice(1));
  assert.match(chart, /class="certified"/);
});

test('nothing is marked under thresholds of one’s own, and nothing shaded where nothing is certified', () => {
  const chart = frontierChart(engine, { chosen: null, certified: [] }).text;
  assert.doesNotMatch(chart, /class="(yours|certified)"/);
  const section = frontierSection(usualDay, { ...settings, preset: 'custom' }).text;
  assert.match(section, /thresholds of their own \(custom\): not certified/);
});

test('a preset without a certificate is said to be not certified', () => {
  const section = frontierSection(usualDay, { ...settings, preset: 'saver' }).text;
  assert.match(section, /id="preset-words">\s*saver: [^<]*; not certified\s*</);
});

test('another model than the one that was measured is named', () => {
  const section = frontierSection(usualDay, { ...settings, model: 'some:7b' }).text;
  assert.match(section, /with\s+qwen2\.5-coder:0\.5b\s+\(yours\s+is\s+some:7b\)/);
});

test('names of dots that are close to each other get different places', () => {
  const dot = { kind: 'peer', x: 50, y: 50 } as const;
  const dots = [
    { ...dot, name: 'one' },
    { ...dot, x: 50.2, name: 'another' },
  ];
  const placed = placeLabels(dots, 640);
  const [one, another] = placed.map(({ dx, dy }) => `${dx} ${dy}`);
  assert.notEqual(one, another);
});

for (const [what, width] of [
  ['name', 640],
  ['number', 220],
] as const) {
  test(`the ${what} of each preset covers no preset’s dot, and stays within ${width} pixels`, () => {
    for (const each of TYPING.engines) {
      const chart = frontierChart(each, { chosen: 'balanced', certified: [] }).text;
      const { centres, boxes } = oursOf(chart, what, width);
      for (const { left, right, top, bottom, name } of boxes) {
        assert.ok(left >= 0 && right <= width, `${each.id}: ${name}`);
        for (const { x, y } of centres) {
          const isCovered = x + 5 > left && x - 5 < right && y + 5 > top && y - 5 < bottom;
          assert.ok(!isCovered, `${each.id}: ${name}`);
        }
      }
    }
  });
}

test('each dot’s number is its place in the legend', () => {
  const section = frontierSection(usualDay, settings).text;
  const numbers = [...section.matchAll(/class="number \w+"[^>]*>\s*(\d+)/g)].map(([, n]) =>
    Number(n),
  );
  const names = [...section.matchAll(/<li>\s*([^<]+?)\s*</g)].map(([, name]) => name);
  assert.deepEqual(
    numbers,
    names.map((_, index) => index + 1),
  );
  assert.deepEqual(names.slice(0, 2), ['Shortstop, faithful', 'Shortstop, balanced']);
  for (const { name } of engine.peers) assert.ok(names.includes(escapeHtml(name)), name);
});

test('what ships of the typing laboratory stands in the table of docs/laboratory.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/laboratory.md'), 'utf8');
  const titles: Readonly<Record<string, string>> = {
    cpu: 'CPU',
    laptop: "laptop's GPU (assumed)",
    h200: 'H200',
  };
  const clients = { balanced: 'shortstop', saver: 'shortstop, saver' };
  for (const { id, ours, peers } of TYPING.engines) {
    const named = ours.flatMap((tool) =>
      Object.entries(clients).flatMap(([preset, name]) =>
        preset === tool.name ? [{ ...tool, name }] : [],
      ),
    );
    assert.equal(named.length, 2);
    for (const { name, busyMs, saved } of [...named, ...peers]) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${titles[id]} | ${name} |`));
      if (row === undefined) continue;
      const [ms = 0, low = 0, high = 0] = busyMs;
      assert.ok(row.includes(`| ${ms} [${low}, ${high}] |`), `${id} ${name}: ${row}`);
      const written = saved.map((share) => share.toFixed(1));
      assert.ok(row.includes(`${written[0]} [${written[1]}, ${written[2]}]`), `${id} ${name}`);
    }
  }
});
