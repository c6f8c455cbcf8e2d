import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { panelHtml } from '../../media/panel-view.ts';
import { readStats } from '../../server/figures/stats.ts';
import { openStore, type Store } from '../../server/storage/store.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { Stats } from '../../shared/stats.ts';
import { quantile } from '../replay/bootstrap.ts';
import { fillStore, oneMore } from './rows.ts';

export const PANEL_USAGE = 'panel [--requests N]…';

const DAY_MS = 86_400_000;
/** Over which the requests are spread. */
const DAYS = 60;
/** Of which the median is told. */
const REPEATS = 9;
const WINDOWS = [1, 7, 30, null];

const COLUMNS = [
  'requests',
  'nothing kept yet, all',
  'just started, today',
  'just started, all',
  ...['today', '7 days', '30 days', 'all'].map((name) => `one request later, ${name}`),
  'drawing',
];

/** `panel`: how long the figures of each window of the panel take, by how many requests are stored, and their page. */
export async function panelCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { requests: { type: 'string', multiple: true } },
  });
  const sizes = (values.requests ?? ['1000', '10000', '100000']).map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new Error(`usage: ${PANEL_USAGE}`);
  }
  print(
    `Milliseconds of processor time / by the clock; requests spread over ${DAYS} days; medians of ${REPEATS} where one can be taken.`,
  );
  print(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
  for (const requests of sizes) {
    const folder = mkdtempSync(join(tmpdir(), 'shortstop-bench-panel-'));
    try {
      const times = timesOf(join(folder, 'shortstop.db'), requests);
      print(
        `| ${[requests, ...times.map(({ busy, wall }) => `${busy.toFixed(0)} / ${wall.toFixed(0)}`)].join(' | ')} |`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return Promise.resolve();
}

/** In the order of the columns behind the first. */
function timesOf(path: string, requests: number): Time[] {
  const now = Date.now();
  const filled = opened(path);
  fillStore(filled, requests, DAYS, now);
  const unkept = timed(() => stats(filled, null, now));
  filled.close();
  const started = [1, null].map((days) => {
    const store = opened(path);
    const time = timed(() => stats(store, days, now));
    store.close();
    return time;
  });
  const store = opened(path);
  const later = WINDOWS.map((days) => {
    stats(store, days, now);
    const times = Array.from({ length: REPEATS }, (_, index) => {
      oneMore(store, `${days}-${index}`, now);
      return timed(() => stats(store, days, now));
    });
    return median(times);
  });
  const all = stats(store, null, now);
  const drawing = median(Array.from({ length: REPEATS }, () => timed(() => drawn(all))));
  store.close();
  return [unkept, ...started, ...later, drawing];
}

function opened(path: string): Store {
  return openStore(path, { log: { warn: (line) => console.warn(line) } });
}

function stats(store: Store, days: number | null, now: number): Stats {
  return readStats(store.figures, days === null ? null : now - days * DAY_MS, now);
}

/** As the page is given it, through JSON. */
function drawn(all: Stats): string {
  const { model, stopping, multiLine } = DEFAULT_SETTINGS;
  const lengths = [{ language: null, length: multiLine, isOwn: true }];
  const settings = { model, preset: stopping.preset, lengths };
  const sent = JSON.parse(JSON.stringify(all)) as Stats;
  const learned = { profile: null, comparison: null };
  return panelHtml({ tag: 'stats', stats: sent, window: 'all', settings, learned });
}

/** Milliseconds: of the processor, which other programs hardly change, and by the clock. */
interface Time {
  readonly busy: number;
  readonly wall: number;
}

function timed(work: () => unknown): Time {
  const [usage, begun] = [process.cpuUsage(), performance.now()];
  work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(usage);
  return { busy: (user + system) / 1000, wall };
}

function median(times: readonly Time[]): Time {
  const middle = (of: (time: Time) => number) =>
    quantile(
      times.map(of).sort((a, b) => a - b),
      0.5,
    );
  return { busy: middle(({ busy }) => busy), wall: middle(({ wall }) => wall) };
}
