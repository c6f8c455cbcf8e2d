import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPrompt } from '../../server/completion/prompt.ts';
import { sizeWindow } from '../../server/completion/sizing.ts';
import { readWindow } from '../../server/completion/window.ts';
import { createEngine } from '../../server/engines/create.ts';
import { probe } from '../../server/engines/probe.ts';
import { describe } from '../../server/model-host.ts';
import { shortstopRule } from '../../server/stopping/rules/shortstop-rule.ts';
import { simplePoint } from '../../server/stopping/policy/presets.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { quantile } from '../replay/bootstrap.ts';
import { loadTraces } from '../traces.ts';
import { placesOf, type Place, type Source } from '../session/places.ts';
import { readSources } from '../session/session.ts';
import { measureCloses } from './closes.ts';
import { measureDecisions, type Shot } from './decisions.ts';
import { measureOvershoot } from './overshoot.ts';
import { measureTyping, type Keystroke } from './typing.ts';

export const LATENCY_USAGE =
  'latency --url URL --engine-log FILE [--model NAME] [--tokens 10000] [--stops 60] [--places 10] [--closes 0] [--traces FILE…]';

const ROOT = join(import.meta.dirname, '../..');
/** A daemon that reuses nothing, in the same run. */
const BASELINE = 'without type-through and sizing';

interface Chosen {
  readonly place: Place;
  readonly source: Source;
}

/** Measures a keystroke's way against a real Ollama: decision, overshoot, time to ghost text. */
export async function latencyCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      'engine-log': { type: 'string' },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
      tokens: { type: 'string', default: '10000' },
      stops: { type: 'string', default: '60' },
      places: { type: 'string', default: '10' },
      closes: { type: 'string', default: '0' },
      traces: { type: 'string', multiple: true, default: [] },
    },
  });
  const { url, 'engine-log': engineLog, model } = values;
  if (url === undefined || engineLog === undefined) throw new Error(`usage: ${LATENCY_USAGE}`);
  const samples = await readSources(join(ROOT, 'samples'));
  const engine = createEngine({ kind: 'ollama', url, allowedHosts: [], keepAlive: '30m' });
  const capabilities = await probe(engine, model);
  print(describe(capabilities));

  const { stopping } = DEFAULT_SETTINGS;
  const settings = { ...simplePoint(stopping), maxTokens: stopping.maxTokens };
  const size = sizeWindow(
    capabilities,
    DEFAULT_SETTINGS.engine.timeToFirstToken,
    settings.maxTokens,
  );
  const shotAt = (text: string, offset: number, languageId: string): Shot => {
    const { context } = readWindow(text, offset, size, languageId, 'auto');
    return { context, prompt: buildPrompt(capabilities.model, context) };
  };
  const recorded = values.traces.length > 0 ? await loadTraces(values.traces) : [];
  const shots =
    recorded.length > 0
      ? spread(recorded, Number(values.stops)).map(({ prompt, suffix, lang }) =>
          shotAt(prompt + suffix, prompt.length, lang),
        )
      : spread(allPlaces(samples), Number(values.stops)).map(({ place, source }) =>
          shotAt(
            source.text.slice(0, place.start) + source.text.slice(place.end),
            place.start,
            source.languageId,
          ),
        );

  const wanted = Number(values.closes);
  if (wanted > 0) {
    const { left, ended, lost } = await measureCloses(engine, model, shots, wanted);
    print(`closes: ${left} streams left (${ended} had ended), ${lost} slots lost`);
  }

  const overshoots = await measureOvershoot(
    engine,
    model,
    shortstopRule,
    settings,
    shots,
    engineLog,
  );
  print(
    row(
      'overshoot, tokens',
      overshoots.map(({ tokens }) => tokens),
      '',
    ),
  );
  print(
    row(
      'overshoot, from the decision to the slot',
      overshoots.map(({ ms }) => ms),
      ' ms',
    ),
  );

  const places = spread(typingPlaces(samples), Number(values.places));
  if (places.length > 0) await compareTyping(url, model, places, print);

  const delays = await measureDecisions(
    engine,
    model,
    shortstopRule,
    settings,
    shots,
    Number(values.tokens),
    (tokens) => {
      if (tokens % 10 === 0) print(`  ${tokens} tokens`);
    },
  );
  print(row('from chunk to decision', delays, ' ms', 3));
  await engine.dispose();
}

async function compareTyping(
  url: string,
  model: string,
  places: readonly Chosen[],
  print: (line: string) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'shortstop-typing-'));
  const arm = (name: string, extra: readonly string[]) => ({
    name,
    node: process.execPath,
    args: [
      join(ROOT, 'dist/server.cjs'),
      ...['serve', '--stdio', '--state', join(folder, name.replaceAll(' ', '-'))],
      ...['--url', url, '--model', model, ...extra],
    ],
    settings: { debounce: 0, controlRate: 0, withheldRate: 0 },
  });
  try {
    const arms = [arm('as shipped', []), arm(BASELINE, ['--without-reuse'])];
    const results = await measureTyping(arms, places, join(ROOT, 'samples'));
    for (const [name, keystrokes] of results) printTyping(name, keystrokes, print);
    const [shipped, baseline] = [...results.values()].map((strokes) =>
      quantile(sorted(strokes.map(({ ms }) => ms)), 0.5),
    );
    if (shipped !== undefined && baseline !== undefined) {
      print(`keystroke p50, as shipped / ${BASELINE}: ${(shipped / baseline).toFixed(3)}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function printTyping(
  name: string,
  keystrokes: readonly Keystroke[],
  print: (line: string) => void,
): void {
  const share = (of: (stroke: Keystroke) => boolean) =>
    `${((100 * keystrokes.filter(of).length) / keystrokes.length).toFixed(0)} %`;
  print(
    row(
      `keystroke to answer, ${name}`,
      keystrokes.map(({ ms }) => ms),
      ' ms',
    ),
  );
  print(
    `  with ghost text ${share(({ answered }) => answered)}, of which from memory: ${share(({ fromMemory }) => fromMemory)} of all`,
  );
}

function allPlaces(sources: readonly Source[]): Chosen[] {
  return sources.flatMap((source) => placesOf(source).map((place) => ({ place, source })));
}

/** Where at least twelve characters are to be typed on one line. */
function typingPlaces(sources: readonly Source[]): Chosen[] {
  return allPlaces(sources).filter(({ place, source }) => {
    const text = source.text.slice(place.start, place.end);
    return text.length >= 12 && !text.slice(0, 12).includes('\n');
  });
}

/** `count` of them, evenly spread; all of them where there are fewer. */
function spread<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from(
    { length: Math.min(count, all.length) },
    (_, i) => all[Math.floor(i * step)],
  ).filter((each) => each !== undefined);
}

function row(name: string, values: readonly number[], unit: string, digits = 1): string {
  const ordered = sorted(values);
  const at = (p: number) => `${quantile(ordered, p).toFixed(digits)}${unit}`;
  return `${name}: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} (n = ${values.length})`;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
