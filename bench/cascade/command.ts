import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SHIPPED_CURVE } from '../../server/learning/cascade/curve.ts';
import { clusterInterval } from '../replay/bootstrap.ts';
import {
  alone,
  both,
  cascade,
  drawnWithin,
  figuresOf,
  hindsight,
  type Figures,
  type Outcome,
  type Way,
} from './evaluate.ts';
import { crossRead, fitCurve, fitLambda } from './fit.ts';
import { recordLive, type LivePairs } from './live.ts';
import { featureTable } from './features.ts';
import { PAIR_PACES, type PairPace } from './pace.ts';
import { readPairs, type Pair } from './pairs.ts';

export const CASCADE_USAGE = `cascade --pairs SMALL,LARGE [--pace NAME] [--features] [--out FILE.json]
  cascade --url URL [--small NAME] [--large NAME] [--from DIR|TASKS…] [--count 40] [--seed N]`;

const ROOT = join(import.meta.dirname, '../..');

/** Goals of the cascade, against the larger model alone. */
const LEAST_EM = 0.95;
const MOST_TIME = 0.6;
const MOST_CALLS = 0.55;

const DRAWS = 2000;

/** Of calls of the larger model, at which features are compared. */
const SHARES = [0.3, 0.4, 0.5, MOST_CALLS, 0.7, 0.8];

/**
 * `cascade`: two models on the same tasks, each alone and as a cascade. Curve and price of a second are fitted on
 * nine tenths of the problems and read on the others, so that every task is read under rules that have not seen its
 * problem. `--features` compares what the larger model could be asked by; `--out` writes what ships, fitted on all
 * of them.
 */
export async function cascadeCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      pairs: { type: 'string' },
      pace: { type: 'string', default: 'cpu' },
      out: { type: 'string' },
      features: { type: 'boolean', default: false },
      url: { type: 'string' },
      small: { type: 'string', default: 'qwen2.5-coder:0.5b' },
      large: { type: 'string', default: 'qwen2.5-coder:1.5b' },
      from: { type: 'string', multiple: true, default: [ROOT] },
      count: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      'engine-log': { type: 'string' },
    },
  });
  if (values.url !== undefined) {
    const { url, small, large, from } = values;
    const [count, seed] = [Number(values.count), Number(values.seed)];
    const live = await recordLive({ url, small, large, from, count, seed }, print);
    for (const line of liveReport(live)) print(line);
    return;
  }
  const [smallFile, largeFile, ...more] = values.pairs?.split(',') ?? [];
  if (!smallFile || !largeFile || more.length > 0) throw new Error(`usage: ${CASCADE_USAGE}`);
  const pairs = await readPairs(smallFile, largeFile, 'balanced');
  const pace = paceOf(values.pace);
  const problems = new Set(pairs.map(({ problem }) => problem)).size;
  if (problems === 1)
    throw new Error('all tasks are of one problem: there is no other one to read');
  for (const line of report(pairs, problems, pace)) print(line);
  if (values.features) for (const line of ['', ...featureTable(pairs, SHARES)]) print(line);
  if (values.out === undefined) return;
  const curve = fitCurve(pairs);
  const lambda = fitLambda(pairs, curve, pace, inTime);
  const [one] = pairs;
  const models = [one?.small.model ?? '', one?.large.model ?? ''];
  const shipped = { ...curve, lambda, fittedOn: { pairs: pairs.length, problems, models } };
  await writeFile(values.out, `${JSON.stringify(shipped, null, 2)}\n`);
}

/** Nothing is fitted here: curve and price are those that ship. */
function liveReport({ pairs, pace }: LivePairs): string[] {
  const outcomes = (way: Way) => pairs.map(way);
  const priced = (lambda: number) => outcomes(cascade(SHIPPED_CURVE, lambda, pace));
  const large = outcomes(alone('large', pace));
  const ways: readonly (readonly [string, readonly Outcome[]])[] = [
    ['small', outcomes(alone('small', pace))],
    ['large', large],
    [`cascade as shipped (${SHIPPED_CURVE.lambda} a second)`, priced(SHIPPED_CURVE.lambda)],
    ['cascade at a quarter of that price', priced(SHIPPED_CURVE.lambda / 4)],
    ['both, weighted', outcomes((pair) => both(pair, SHIPPED_CURVE, pace))],
    ['the large one where it alone is right (hindsight)', outcomes(hindsight(pace))],
  ];
  const [pair] = pairs;
  return [
    '',
    `${pairs.length} held-out tasks; small ${pair?.small.model ?? ''}, large ${pair?.large.model ?? ''}; ${pace.title}`,
    'times as measured, both models loaded; 95 % intervals by problem',
    '',
    ...table(ways, figuresOf(large)),
    '',
    ...goals(ways, figuresOf(large)),
  ];
}

const inTime = (own: Figures, large: Figures) => own.ms <= MOST_TIME * large.ms;
const inCalls = ({ calls }: Figures) => calls <= MOST_CALLS;

/** @throws Error that names those there are */
function paceOf(id: string): PairPace {
  const pace = PAIR_PACES.find((each) => each.id === id);
  if (pace) return pace;
  throw new Error(`--pace takes ${PAIR_PACES.map((each) => each.id).join(', ')}`);
}

function report(pairs: readonly Pair[], problems: number, pace: PairPace): string[] {
  const cascadeIf = (keeps: typeof inTime) =>
    crossRead(pairs, (part) => {
      const curve = fitCurve(part);
      return cascade(curve, fitLambda(part, curve, pace, keeps), pace);
    });
  const always = (way: Way) => pairs.map(way);
  const weighted = crossRead(pairs, (part) => {
    const curve = fitCurve(part);
    return (pair) => both(pair, curve, pace);
  });
  const [small, large] = [always(alone('small', pace)), always(alone('large', pace))];
  const ways: readonly (readonly [string, readonly Outcome[]])[] = [
    ['small', small],
    ['large', large],
    ['cascade, <= 60 % of the time', cascadeIf(inTime)],
    ['cascade, <= 55 % of the calls', cascadeIf(inCalls)],
    ['both, weighted', weighted],
    ['the large one where it alone is right (hindsight)', always(hindsight(pace))],
  ];
  const [one] = pairs;
  const [smallFigures, largeFigures] = [figuresOf(small), figuresOf(large)];
  const drawn = drawnWithin(MOST_TIME * largeFigures.ms, smallFigures, largeFigures);
  return [
    `${pairs.length} tasks of ${problems} problems; small ${one?.small.model ?? ''}, large ${one?.large.model ?? ''}`,
    'curve and price of a second fitted on nine tenths of the problems and read on the others, in five shuffles',
    `time computed at ${pace.title}; 95 % intervals by problem`,
    '',
    ...table(ways, largeFigures),
    '',
    ...goals(ways, largeFigures),
    `one of the two drawn for each task, ${percent(drawn.share)} % for the large one: ${percent(drawn.em / largeFigures.em)} % of its EM at 60 % of its time`,
  ];
}

function table(ways: readonly (readonly [string, readonly Outcome[]])[], large: Figures): string[] {
  return [
    `| | EM % | tokens | seconds | calls of the large one % | EM, large's % | time, large's % |`,
    '|---|---|---|---|---|---|---|',
    ...ways.map(([name, outcomes]) => row(name, outcomes, large)),
  ];
}

function row(name: string, outcomes: readonly Outcome[], large: Figures): string {
  const own = figuresOf(outcomes);
  const observed = outcomes.map(({ problem, matched }) => ({
    cluster: problem,
    value: Number(matched),
    weight: 1,
  }));
  const interval = clusterInterval(observed, DRAWS, 1);
  const em = `${percent(own.em)} [${percent(interval?.low ?? 0)}, ${percent(interval?.high ?? 1)}]`;
  const cells = [
    ...[name, em, own.tokens.toFixed(1), (own.ms / 1000).toFixed(2), percent(own.calls)],
    ...[percent(own.em / large.em), percent(own.ms / large.ms)],
  ];
  return `| ${cells.join(' | ')} |`;
}

function goals(ways: readonly (readonly [string, readonly Outcome[]])[], large: Figures): string[] {
  const figures = ways
    .filter(([name]) => name.startsWith('cascade'))
    .map(([, one]) => figuresOf(one));
  const met = (isMet: (own: Figures) => boolean) => (figures.some(isMet) ? 'met' : 'MISSED');
  const rich = met((own) => own.em >= LEAST_EM * large.em && inTime(own, large));
  const rare = met((own) => own.em >= large.em && inCalls(own));
  return [
    `>= 95 % of the large one's EM at <= 60 % of its time: ${rich}`,
    `<= 55 % calls of the large one at no less EM than it alone: ${rare}`,
  ];
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
