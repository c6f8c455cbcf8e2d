import { exactPValue, fixedSequence } from '../../server/learning/certify/certify.ts';
import { deltaOf, lossesOf } from '../../server/learning/certify/calibrate.ts';
import { planStrata } from '../../server/learning/certify/strata.ts';
import { outcomeOf } from '../../server/learning/fit/frontier.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { PATIENT, type PartialPoint } from '../../server/stopping/policy/point.ts';
import { drawn, type File, type World } from './files.ts';
import type { SimulationRow } from './simulation.ts';

/** The same world, in which one language loses a little more than the loosest certificate allows. */
export function losingLanguage({ files, known }: World): World {
  const share = 0.11;
  const bold = known.path[Math.floor(0.8 * known.path.length)] ?? PATIENT;
  const matches = files.filter(({ trace }) => trace.matched);
  const losses = lossesOf(matches, bold);
  const lost = matches.filter((_, i) => losses[i] === 1);
  const kept = matches.filter((_, i) => losses[i] === 0);
  const moved = new Set([
    ...lost,
    ...kept.slice(0, Math.floor((lost.length * (1 - share)) / share)),
  ]);
  const renamed = files.map((file) =>
    moved.has(file) ? { ...file, trace: { ...file.trace, lang: 'losing' } } : file,
  );
  return { files: renamed, known };
}

const RUNS = 200;
const FILES = 2400;
const LEVEL = 0.05;

/** Per point of a path, what each file costs and loses there. */
interface Replays {
  readonly tokens: readonly (readonly number[])[];
  readonly losses: readonly (readonly number[])[];
}

/**
 * What a request would cost were each stratum stopped at the boldest point that is certified in it, where that is
 * bolder than the pooled one: the economy that strata could have.
 */
export function stoppedByStratum({ files, known: { path: bolder } }: World): SimulationRow[] {
  const path = [PATIENT, ...bolder];
  const replays = replaysOf(files, path);
  const all = files.map((_, i) => i);
  const random = seededRandom(FILES);
  const runs = Array.from({ length: RUNS }, () => {
    const matches = drawn(all, FILES / 2, random).filter((i) => files[i]?.trace.matched);
    return costsOf(matches, files, replays);
  });
  const mean = (of: (run: Costs) => number) => runs.reduce((sum, run) => sum + of(run), 0) / RUNS;
  const measured = `${mean(({ strata }) => strata).toFixed(2)} tokens a request (${mean(({ pooled }) => pooled).toFixed(2)} pooled alone)`;
  const known = (by: 'lang' | 'kind') => costIfKnown(files, replays, ({ trace }) => trace[by]);
  const ideal = `${known('lang').toFixed(2)} by language, ${known('kind').toFixed(2)} by kind`;
  return [
    {
      figure: `languages and kinds stopped by themselves at ${100 * LEVEL} %, were every rate known`,
      measured: `${ideal} (${costIfKnown(files, replays, () => '').toFixed(2)} pooled alone)`,
      ...{ goal: '', met: null },
    },
    {
      figure: `${FILES} files, languages and kinds stopped by themselves at ${100 * LEVEL} %`,
      ...{ measured, goal: '', met: null },
    },
  ];
}

/** Each part at the boldest point up to which it truly loses no more than the level, none before all together. */
function costIfKnown(
  files: readonly File[],
  { tokens, losses }: Replays,
  partOf: (file: File) => string,
): number {
  const boldest = (members: readonly number[]) => {
    const matches = members.filter((i) => files[i]?.trace.matched);
    const rates = losses.map(
      (own) => matches.reduce((sum, i) => sum + (own[i] ?? 0), 0) / Math.max(1, matches.length),
    );
    const above = rates.findIndex((rate) => rate > LEVEL);
    return above === -1 ? rates.length - 1 : above - 1;
  };
  const all = files.map((_, i) => i);
  const pooled = boldest(all);
  const parts = Map.groupBy(all, (i) => partOf(files[i] as File));
  const spent = [...parts.values()].flatMap((members) => {
    const at = Math.max(pooled, boldest(members));
    return members.map((i) => tokens[at]?.[i] ?? 0);
  });
  return spent.reduce((sum, count) => sum + count, 0) / files.length;
}

function replaysOf(files: readonly File[], path: readonly PartialPoint[]): Replays {
  const outcomes = path.map((point) => files.map((file) => outcomeOf(file, point)));
  return {
    tokens: outcomes.map((own) => own.map(({ tokens }) => tokens)),
    losses: outcomes.map((own) =>
      own.map(({ matched }, i) => Number(files[i]?.trace.matched && !matched)),
    ),
  };
}

interface Costs {
  readonly pooled: number;
  readonly strata: number;
}

/** Means over all files; a file of two strata is stopped at the more cautious of their points. */
function costsOf(matches: readonly number[], files: readonly File[], replays: Replays): Costs {
  const boldest = (members: readonly number[], delta: number) => {
    const ps = replays.losses.map((own) => {
      const k = members.reduce((sum, i) => sum + (own[i] ?? 0), 0);
      return exactPValue(k, members.length, LEVEL);
    });
    return Math.max(0, fixedSequence(ps, delta) - 1);
  };
  const traces = matches.flatMap((i) => files[i]?.trace ?? []);
  const plan = planStrata(traces, LEVEL, deltaOf(1));
  const pooled = boldest(matches, plan.pooled);
  const bolder = plan.strata.flatMap(({ by, name, members }) => {
    const own = members.flatMap((i) => matches[i] ?? []);
    const at = boldest(own, plan.inStrata / plan.strata.length);
    return at > pooled ? [{ by, name, at }] : [];
  });
  const at = ({ trace }: File) => {
    const own = bolder.filter(
      ({ by, name }) => name === (by === 'language' ? trace.lang : trace.kind),
    );
    return own.length === 0 ? pooled : Math.min(...own.map((one) => one.at));
  };
  const mean = (point: (file: File) => number) =>
    files.reduce((sum, file, i) => sum + (replays.tokens[point(file)]?.[i] ?? 0), 0) / files.length;
  const alone = boldest(matches, deltaOf(1));
  return { pooled: mean(() => alone), strata: mean(at) };
}
