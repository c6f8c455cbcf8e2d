import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { frontierChart } from '../../media/frontier-chart.ts';
import { frontierSection } from '../../media/frontier-section.ts';
import { placeLabels } from '../../media/label-places.ts';
import { nearestEngine, TYPING } from '../../shared/laboratory/typing.ts';
import { settings, usualDay } from './samples.ts';

const [engine] = TYPING.engines;
assert.ok(engine);

/** Dots and the boxes of their names, in pixels of the narrowest drawing with names. */
function oursOf(chart: string) {
  const dots = chart.matchAll(
    /class="dot ours"\s+cx="([\d.]+)%"\s+cy="([\d.]+)%"[^>]*data-point="(\w+)"[^>]*>\s*<text[^>]*dx="([-\d]+)"\s+dy="([-\d]+)"\s+text-anchor="(\w+)"/g,
  );
  const found = [...dots].map(([, cx, cy, name = '', dx, dy, anchor]) => {
    const [x, y, width] = [Number(cx) * 6.4, Number(cy) * 3, name.length * 6];
    const back = anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0;
    const [left, base] = [x + Number(dx) - back, y + Number(dy)];
    return { name, x, y, left, right: left + width, top: base - 9, bottom: base + 2 };
  });
  assert.equal(found.length, 3);
  return found;
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
  const placed = placeLabels([
    { ...dot, name: 'one' },
    { ...dot, x: 50.2, name: 'another' },
  ]);
  const [one, another] = placed.map(({ dx, dy }) => `${dx} ${dy}`);
  assert.notEqual(one, another);
});

test('the name of each preset covers no preset’s dot', () => {
  const places = TYPING.engines.map((each) => {
    const chart = frontierChart(each, { chosen: 'balanced', certified: [] }).text;
    return { id: each.id, ours: oursOf(chart) };
  });
  for (const { id, ours } of places) {
    for (const { left, right, top, bottom, name } of ours) {
      for (const { x, y } of ours) {
        const isCovered = x + 5 > left && x - 5 < right && y + 5 > top && y - 5 < bottom;
        assert.ok(!isCovered, `${id}: ${name}`);
      }
    }
  }
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
