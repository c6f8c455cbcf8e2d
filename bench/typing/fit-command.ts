import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkedAskingWeights, type AskingWeights } from '../../server/learning/asking/asking.ts';
import type { Adviser } from '../../server/learning/decide.ts';
import { fittedQ, gainOfAsking } from '../../server/learning/asking/fit.ts';
import { figuresOf } from './figures.ts';
import { asWeights, explore } from './fit.ts';
import { ourClient, SHIPPED, type AskingPoint } from './ours.ts';
import { PLAIN } from './person.ts';
import { atBar } from './points.ts';
import { profileOf } from './profiles.ts';
import { playAll } from './run.ts';
import { partOf } from './split.ts';
import type { Stretch } from './stretches.ts';
import { typingTable } from './table.ts';

const SHIPPED_WEIGHTS = fileURLToPath(
  new URL('../../server/learning/asking/weights.json', import.meta.url),
);
/** Around the point of the fit's own price. */
const BARS: AskingWeights['bars'] = { faithful: -0.25, balanced: 0, saver: 0.15 };
/** Beside that of the fit's own price. */
const OTHER_BARS = [-2, -1, -0.5, -0.25, 0.25, 0.5, 1];
/** Of a request, in characters. */
const PRICE = 0.75;
/** More of them look further ahead, which so few stretches do not bear: less is saved for what is spent. */
const ITERATIONS = 8;

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
  const point = (id: string, asking: AskingWeights | null): AskingPoint => ({
    ...SHIPPED,
    ...{ id, asking },
  });
  const points: AskingPoint[] = [
    point('fitted Q-iteration', weights),
    point('shortstop at every key', null),
    ...OTHER_BARS.map((bar) => point(`shortstop, bar ${bar}`, atBar(weights, bar))),
    ...[1, 4, 16].map((iterations) => point(`${iterations} iterations`, fitted(iterations))),
    ...[0.5, 1, 1.5, 2].map((bar) =>
      point(`gain until the next key, ${bar} characters`, atBar(gain, bar)),
    ),
    ...[1, 2, 3].map((keys) => ({
      ...point(`by hand: ${keys} keys of silence after a failure`, null),
      advisers: [silentAfterFailure(keys)],
    })),
  ];
  const rows = [];
  for (const each of points) {
    const played = await playAll(others, ourClient(each), profileOf('blackbox'), PLAIN);
    rows.push(figuresOf(each.id, played));
  }
  print(typingTable(rows));
  if (!write) return;
  await writeFile(SHIPPED_WEIGHTS, `${JSON.stringify(checkedAskingWeights(weights), null, 2)}\n`);
  print(`written: ${SHIPPED_WEIGHTS}`);
}
