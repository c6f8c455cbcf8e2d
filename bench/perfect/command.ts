import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { WindowSize } from '../../server/completion/sizing.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import { withLineFeeds } from '../traces.ts';
import { damageOf, renderDamage, type Damage } from './damage.ts';
import { listFiles, ownSources, parseSources, type Sources } from './files.ts';
import { defaultRule, GPU_WINDOW, serveInProcess, type InProcess } from './in-process.ts';
import { judge, VERDICTS } from './judge.ts';
import { Outside } from './outside.ts';
import { cutSpan, type Span, type SpanOptions } from './spans.ts';
import { renderMiss, renderTable, summarise, type Row, type Summary } from './table.ts';

export const PERFECT_USAGE = `perfect [LANG=DIR[,DIR]…] [--spans N] [--seed N] [--window BEFORE/AFTER] [--crlf]
         [--also comments|blanks…] [--inside-words] [--outside] [--misses N] [--json]`;

const ROOT = join(import.meta.dirname, '../..');
/** Draws per span wanted, before a language is said to have too few lines. */
const MAX_TRIES = 60;

async function spansOf(
  sources: Sources,
  wanted: number,
  random: Random,
  options: SpanOptions,
): Promise<Span[]> {
  const files = await listFiles(sources);
  const texts = new Map<string, string>();
  const spans: Span[] = [];
  for (let tries = 0; spans.length < wanted && tries < MAX_TRIES * wanted; tries++) {
    const file = files[Math.floor(random() * files.length)];
    if (file === undefined) break;
    const text = texts.get(file) ?? withLineFeeds(await readFile(file, 'utf8'));
    texts.set(file, text);
    const span = cutSpan(text, sources.language, random, options);
    if (span) spans.push(span);
  }
  return spans;
}

function parseWindow(size: string | undefined): WindowSize {
  if (size === undefined) return GPU_WINDOW;
  const [, before, after] = /^(\d+)\/(\d+)$/.exec(size) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error(`${size}: expected characters before and after the cursor, as 600/100`);
  }
  return { prefixChars: Number(before), suffixChars: Number(after) };
}

/**
 * `perfect`: an engine that makes no mistake writes what was cut out of lines of real source, and what follows it.
 * What of its text is served should give back the line that was.
 * @throws TraceError on a folder that can't be read
 */
export async function perfectCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      spans: { type: 'string', default: '600' },
      seed: { type: 'string', default: '1' },
      window: { type: 'string' },
      crlf: { type: 'boolean', default: false },
      'inside-words': { type: 'boolean', default: false },
      outside: { type: 'boolean', default: false },
      also: { type: 'string', multiple: true, default: [] },
      misses: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  const sources = positionals.length > 0 ? positionals.map(parseSources) : await ownSources(ROOT);
  const options = {
    comments: values.also.includes('comments'),
    blanks: values.also.includes('blanks'),
    insideWords: values['inside-words'],
  };
  const spans: Span[] = [];
  for (const some of sources) {
    const random = seededRandom(Number(values.seed));
    spans.push(...(await spansOf(some, Number(values.spans), random, options)));
  }
  const { crlf } = values;
  const window = parseWindow(values.window);
  const rows = values.outside
    ? await fromOutside(spans, crlf)
    : inProcess(spans, { chosen: defaultRule(), window, crlf });
  const damage = damageOf(spans, window);
  const summaries = sources.map(({ language }) =>
    summarise(
      language,
      rows.filter(({ span }) => span.language === language),
    ),
  );
  const all = summarise('all', rows);
  if (values.json) print(JSON.stringify(toJson(summaries, all, damage, rows)));
  else {
    for (const { language } of sources) {
      for (const verdict of VERDICTS.filter((each) => each !== 'exact')) {
        rows
          .filter((row) => row.span.language === language && row.verdict === verdict)
          .slice(0, Number(values.misses))
          .forEach((row) => print(renderMiss(row)));
      }
    }
    print(renderTable(summaries, all));
    print(renderDamage(damage, spans.length));
  }
}

function inProcess(spans: readonly Span[], serving: InProcess): Row[] {
  return spans.map((span) => ({ span, ...judge(span, serveInProcess(span, serving)) }));
}

async function fromOutside(spans: readonly Span[], crlf: boolean): Promise<Row[]> {
  const outside = await Outside.start();
  try {
    const rows: Row[] = [];
    for (const span of spans) {
      rows.push({ span, ...judge(span, await outside.serve(span, crlf)) });
    }
    return rows;
  } finally {
    await outside.stop();
  }
}

function toJson(
  languages: readonly Summary[],
  all: Summary,
  damage: readonly Damage[],
  rows: readonly Row[],
): object {
  const changed = damage.map((each) => ({ repair: each.repair, n: each.changed.length }));
  return { languages, all, changed, misses: missesOf(rows) };
}

function missesOf(rows: readonly Row[]): object[] {
  return rows
    .filter(({ verdict }) => verdict !== 'exact')
    .map(({ span: { language, before, after, gold, tokens }, verdict, got }) => ({
      ...{ language, verdict, before, after, gold, tokens, got },
    }));
}
