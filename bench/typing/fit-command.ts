import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkedAskingWeights, type AskingWeights } from '../../server/learning/asking/asking.ts';
import type { Adviser } from '../../server/learning/decide.ts';
import { fittedQ, gainOfAsking } from '../../server/learning/asking/fit.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { figuresOf } from './figures.ts';
import { asWeights, explore } from './fit.ts';
import { ourClient, type AskingPoint } from './ours.ts';
import { PLAIN } from './person.ts';
import { profileOf } from './profiles.ts';
import { playAll } from './run.ts';
import { partOf } from './split.ts';
import type { Stretch } from './stretches.ts';
import { typingTable } from './table.ts';

export const SHIPPED_WEIGHTS = fileURLToPath(
  new URL('../../server/learning/asking/weights.json', import.meta.url),
);
/** Around the point of the fit's own price. */
const BARS: AskingWeights['bars'] = { faithful: -0.25, balanced: 0, saver: 0.15 };
/** Of a request, in characters. */
const PRICE = 0.75;
/** More of them look further ahead, which so few stretches do not bear: less is saved for what is spent. */
const ITERATIONS = 8;

const settings = DEFAULT_SETTINGS;
const atBar = (weights: AskingWeights, bar: number): AskingWeights => ({
  ...weights,
  bars: { faithful: bar, balanced: bar, saver: bar },
});

/** What a person would write by hand: after a request of which nothing was accepted, some keys of silence. */
function silentAfterFailure(keys: number): Adviser {
  return {
    role: 'asking',
    advise: (question) => {
      const last = question.kind === 'keystroke' ? question.stretch?.last : null;
      if (!last || last.accepted || last.typed > keys) return null;
      return { kind: 'keystroke', action: 'silent', says: 'it failed here' };
    },
  };
}

/** The shipped rule of when to ask at other bars than its own, and asking at every key. */
export function frontierPoints(weights: AskingWeights): AskingPoint[] {
  const { balanced } = weights.bars;
  const bars = [-2, -1, -0.5, -0.25, 0.25, 0.5, 1].filter((bar) => bar !== balanced);
  return [
    { id: 'shortstop at every key', settings, advisers: [], asking: null },
    ...bars.map((bar) => ({
      ...{ id: `shortstop, bar ${bar}`, settings, advisers: [] },
      asking: atBar(weights, bar),
    })),
  ];
}

/**
 * `typing --fit`: fits when to ask by Q-iteration on the stretches of the fit's packages, and shows it on the others
 * beside shorter and longer looks ahead, the gain of the next key alone, and rules by hand. Written to the file that ships with `--write`.
 */
export async function fitCommand(
  stretches: readonly Stretch[],
  write: boolean,
  print: (line: string) => void,
): Promise<void> {
  const own = stretches.filter((stretch) => partOf(stretch) === 'fit');
  const others = stretches.filter((stretch) => partOf(stretch) === 'held-out');
  const moments = await explore(own);
  print(
    `${own.length} stretches to fit on, ${moments.length} decisions; ${others.length} held out`,
  );
  const fittedOn = `${own.length} stretches of code, each typed eight times`;
  const fitted = (iterations: number) =>
    asWeights(fittedQ(moments, PRICE, iterations), BARS, fittedOn);
  const weights = fitted(ITERATIONS);
  const gain = asWeights(gainOfAsking(moments), BARS, fittedOn);
  const points: AskingPoint[] = [
    { id: 'fitted Q-iteration', settings, advisers: [], asking: weights },
    ...frontierPoints(weights),
    ...[1, 4, 16].map((iterations) => ({
      ...{ id: `${iterations} iterations`, settings, advisers: [] },
      asking: fitted(iterations),
    })),
    ...[0.5, 1, 1.5, 2].map((bar) => ({
      ...{ id: `gain until the next key, ${bar} characters`, settings, advisers: [] },
      asking: atBar(gain, bar),
    })),
    ...[1, 2, 3].map((keys) => ({
      ...{ id: `by hand: ${keys} keys of silence after a failure`, settings, asking: null },
      advisers: [silentAfterFailure(keys)],
    })),
  ];
  const rows = [];
  for (const point of points) {
    const played = await playAll(others, ourClient(point), profileOf('blackbox'), PLAIN);
    rows.push(figuresOf(point.id, played));
  }
  print(typingTable(rows));
  if (!write) return;
  await writeFile(SHIPPED_WEIGHTS, `${JSON.stringify(checkedAskingWeights(weights), null, 2)}\n`);
  print(`written: ${(await readFile(SHIPPED_WEIGHTS, 'utf8')).length} characters`);
}
