import { clusterInterval, meanOf, type Observation } from '../replay/bootstrap.ts';
import { CHARS_PER_TOKEN } from '../typing/engine.ts';
import type { Profile } from '../typing/profiles.ts';
import type { ContextAsk, ContextRow } from './row.ts';

const DRAWS = 2000;
const SEED = 1;

export type Arm = 'without' | 'with';

/**
 * A person asks at a stretch's beginning, and in its middle where nothing of the first offer was taken.
 * @returns the requests that this makes, at most two
 */
export function asksOf({ places }: ContextRow, arm: Arm): ContextAsk[] {
  const asks = places.map((place) => place[arm]);
  const first = asks.findIndex(({ saved }) => saved > 0);
  return first === -1 ? asks : asks.slice(0, first + 1);
}

export function savedOf(row: ContextRow, arm: Arm): number {
  return asksOf(row, arm).reduce((sum, { saved }) => sum + saved, 0);
}

/** Prompt tokens that the engine reads for a stretch, where it holds the other files already. */
function readOf(row: ContextRow, arm: Arm): number {
  return asksOf(row, arm).reduce((sum, { fresh }) => sum + fresh, 0) / CHARS_PER_TOKEN;
}

function generatedOf(row: ContextRow, arm: Arm): number {
  return asksOf(row, arm).reduce((sum, { tokens }) => sum + tokens, 0);
}

/** Engine time of a stretch, ms, where the engine holds the other files already. */
export function engineMs(row: ContextRow, arm: Arm, profile: Profile): number {
  const { requestMs, prefillTokensPerSecond, msPerToken } = profile;
  return (
    requestMs * asksOf(row, arm).length +
    (1000 * readOf(row, arm)) / prefillTokensPerSecond +
    msPerToken * generatedOf(row, arm)
  );
}

/** Engine time to read the other files of a stretch, ms. */
export function blockMs({ block }: ContextRow, { prefillTokensPerSecond }: Profile): number {
  return (1000 * block) / CHARS_PER_TOKEN / prefillTokensPerSecond;
}

/**
 * For how many stretches the other files of a prompt have to stay as they are until a millisecond spent on them
 * saves as many keystrokes as one that is spent without them.
 * @returns Infinity where they never do
 */
export function paysFrom(rows: readonly ContextRow[], profile: Profile): number {
  const mean = (value: (row: ContextRow) => number) =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const gain = mean((row) => savedOf(row, 'with') - savedOf(row, 'without'));
  const msPerKey =
    mean((row) => engineMs(row, 'without', profile)) / mean((row) => savedOf(row, 'without'));
  const more = mean((row) => engineMs(row, 'with', profile) - engineMs(row, 'without', profile));
  const left = gain * msPerKey - more;
  return gain > 0 && left > 0 ? mean((row) => blockMs(row, profile)) / left : Infinity;
}

interface Line {
  readonly title: string;
  readonly digits: number;
  readonly of: (row: ContextRow, arm: Arm) => number;
}

const exactAt =
  (place: number): Line['of'] =>
  (row, arm) =>
    row.places[place]?.[arm].exact === true ? 100 : 0;

const LINES: readonly Line[] = [
  { title: 'EM at the beginning, %', digits: 1, of: exactAt(0) },
  { title: 'EM in the middle, %', digits: 1, of: exactAt(1) },
  {
    title: 'keystrokes saved, % of the text',
    digits: 1,
    of: (row, arm) => (100 * savedOf(row, arm)) / row.chars,
  },
  { title: 'requests', digits: 2, of: (row, arm) => asksOf(row, arm).length },
  { title: 'tokens generated', digits: 1, of: generatedOf },
  { title: 'prompt tokens read, other files held', digits: 0, of: readOf },
  {
    title: 'prompt tokens of other files',
    digits: 0,
    of: ({ block }, arm) => (arm === 'with' ? block / CHARS_PER_TOKEN : 0),
  },
];

function engineLines(profile: Profile): Line[] {
  const { id } = profile;
  return [
    {
      ...{ title: `engine ms on ${id}, other files held`, digits: 0 },
      of: (row, arm) => engineMs(row, arm, profile),
    },
    {
      ...{ title: `engine ms on ${id}, other files read`, digits: 0 },
      of: (row, arm) => engineMs(row, arm, profile) + (arm === 'with' ? blockMs(row, profile) : 0),
    },
  ];
}

/** A mean per stretch, with a 95 % interval that draws whole packages. */
function figure(rows: readonly ContextRow[], value: (row: ContextRow) => number) {
  const observations: Observation[] = rows.map((row) => ({
    ...{ cluster: row.package, value: value(row), weight: 1 },
  }));
  const mean = meanOf(observations) ?? Number.NaN;
  return { mean, interval: clusterInterval(observations, DRAWS, SEED) };
}

/** Each arm's mean a stretch, and the paired difference. */
export function contextTable(rows: readonly ContextRow[], profiles: readonly Profile[]): string {
  const lines = [...LINES, ...profiles.flatMap(engineLines)];
  const cells = lines.map(({ title, digits, of }) => {
    const means = (['without', 'with'] as const).map((arm) =>
      figure(rows, (row) => of(row, arm)).mean.toFixed(digits),
    );
    const { mean, interval } = figure(rows, (row) => of(row, 'with') - of(row, 'without'));
    const range = interval
      ? ` [${interval.low.toFixed(digits)}, ${interval.high.toFixed(digits)}]`
      : '';
    return `| ${title} | ${means.join(' | ')} | ${mean.toFixed(digits)}${range} |`;
  });
  return [
    '| mean of a stretch | without | with | difference |',
    '|---|---:|---:|---:|',
    ...cells,
  ].join('\n');
}

/** Whether other files pay, in a line for each profile; one line where what they gain can't be told from nothing. */
export function paysInWords(rows: readonly ContextRow[], profiles: readonly Profile[]): string[] {
  const { mean, interval } = figure(rows, (row) => savedOf(row, 'with') - savedOf(row, 'without'));
  const low = interval?.low ?? -Infinity;
  const gain = `${mean.toFixed(2)} [${low.toFixed(2)}, ${(interval?.high ?? Infinity).toFixed(2)}]`;
  if (low <= 0) return [`not shown to pay on any engine: ${gain} keystrokes saved more a stretch`];
  return profiles.map((profile) => {
    const stretches = paysFrom(rows, profile);
    return stretches === Infinity
      ? `${profile.id}: never pay, though ${gain} keystrokes more are saved a stretch`
      : `${profile.id}: pay where they stay as they are for ${Math.ceil(stretches)} stretches`;
  });
}
