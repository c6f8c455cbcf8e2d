import { quantile } from '../replay/bootstrap.ts';
import type { TypingFigures } from './figures.ts';
import { busyAt, frontierOf, savedAt, type Operating, type PairedTools } from './frontier.ts';

/** Which tools are whose; `ours` begins with what ships. */
export interface Sides {
  readonly ours: readonly string[];
  readonly neverGivesUp: string;
  readonly peers: readonly string[];
  readonly clairvoyant: readonly string[];
}

export interface GoalRow {
  readonly peer: string;
  readonly goal: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The same reading for clairvoyant asking. */
  readonly bound: number | null;
  readonly met: boolean;
}

const DRAWS = 1000;
const SEED = 1;

type Tools = ReadonlyMap<string, Operating>;
type Reading = (tools: Tools, frontier: readonly Operating[]) => number;

function pick(tools: Tools, ids: readonly string[]): Operating[] {
  return ids.flatMap((id) => tools.get(id) ?? []);
}

/** A value that the bound of the interval has to pass: from above or from below. */
interface Asked {
  readonly peer: string;
  readonly goal: string;
  readonly read: Reading;
  readonly bounded: boolean;
  readonly met: (low: number, high: number) => boolean;
}

function askedOf({ ours, neverGivesUp, peers }: Sides): Asked[] {
  const shipped = ours[0] ?? '';
  const of = (tools: Tools, id: string) => tools.get(id) ?? { busyMs: 0, saved: 0, notKept: 0 };
  const against = peers.flatMap((peer): Asked[] => [
    {
      ...{ peer, goal: "engine time at the peer's keystrokes saved, <= 0.5 x", bounded: true },
      read: (tools, frontier) => busyAt(frontier, of(tools, peer).saved) / of(tools, peer).busyMs,
      met: (_low, high) => high <= 0.5,
    },
    {
      ...{ peer, goal: "keystrokes saved at the peer's engine time, >= 1.1 x", bounded: true },
      read: (tools, frontier) => savedAt(frontier, of(tools, peer).busyMs) / of(tools, peer).saved,
      met: (low) => low >= 1.1,
    },
    {
      ...{ peer, goal: 'offers not kept, <= 0.7 x', bounded: false },
      read: (tools) => of(tools, shipped).notKept / of(tools, peer).notKept,
      met: (_low, high) => high <= 0.7,
    },
  ]);
  const givingUp: Asked = {
    ...{ peer: 'never giving up', goal: 'engine ms saved by giving up, above 0', bounded: false },
    read: (tools) => of(tools, neverGivesUp).busyMs - of(tools, shipped).busyMs,
    met: (low) => low > 0,
  };
  return [...against, givingUp];
}

/** Each goal against each peer, with its 95 % interval over files drawn with replacement, the same for both sides. */
export function goalRows(paired: PairedTools, sides: Sides): GoalRow[] {
  const asked = askedOf(sides);
  const readAll = (tools: Tools, ids: readonly string[]) => {
    const frontier = frontierOf(pick(tools, ids));
    return asked.map(({ read }) => read(tools, frontier));
  };
  const values = readAll(paired.whole(), sides.ours);
  const bounds = readAll(paired.whole(), sides.clairvoyant);
  const draws = [...paired.draws(DRAWS, SEED)].map((tools) => readAll(tools, sides.ours));
  return asked.map(({ peer, goal, bounded, met }, index) => {
    const sorted = draws.map((draw) => draw[index] ?? Number.NaN).filter((x) => !Number.isNaN(x));
    sorted.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
    const [low, high] = [at(0.025), at(0.975)];
    const bound = bounded ? (bounds[index] ?? null) : null;
    return {
      peer,
      goal,
      value: values[index] ?? Number.NaN,
      low,
      high,
      bound,
      met: met(low, high),
    };
  });
}

/** Ours against the peer in the middle. */
export function ghostGoal(ours: TypingFigures, peers: readonly TypingFigures[]): GoalRow {
  const sorted = peers.map(({ ghostMs }) => ghostMs.p50).filter((ms) => !Number.isNaN(ms));
  const value =
    ours.ghostMs.p50 /
    quantile(
      sorted.sort((a, b) => a - b),
      0.5,
    );
  const goal = 'time to ghost text p50, <= 1.0 x';
  const none = { low: Number.NaN, high: Number.NaN, bound: null };
  return { peer: 'the median peer', goal, value, ...none, met: value <= 1 };
}

const show = (value: number) => (value === Infinity ? 'not reached' : value.toFixed(2));

export function goalTable(rows: readonly GoalRow[]): string {
  return [
    '| against | goal | measured | clairvoyant asking | |',
    '|---|---|---|---|---|',
    ...rows.map(({ peer, goal, value, low, high, bound, met }) => {
      const interval = Number.isNaN(low) ? '' : ` [${show(low)}, ${show(high)}]`;
      const limit = bound === null ? '' : show(bound);
      return `| ${peer} | ${goal} | ${show(value)}${interval} | ${limit} | ${met ? 'met' : 'not met'} |`;
    }),
  ].join('\n');
}
