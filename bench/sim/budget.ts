import { join } from 'node:path';
import { formatCount, formatShare } from '../../shared/figures.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { StretchNow } from '../../server/learning/asking/question.ts';
import { budgetLearner } from '../../server/learning/budget/budget.ts';
import { decider } from '../../server/learning/decide.ts';
import type { FeatureTrace } from '../../server/learning/fit/feature-trace.ts';
import { outcomeOf, scoreTrace, type ScoredTrace } from '../../server/learning/fit/frontier.ts';
import type { Limits } from '../../server/learning/limits.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { RequestRecord } from '../../server/outcomes/records.ts';
import { mostTokensLeft } from '../../server/stopping/policy/model.ts';
import { FEATURE_NAMES } from '../../server/stopping/reading/features.ts';
import { CONTEXT_KINDS } from '../../server/stopping/trace.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { readFeatures } from '../features/table.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const TRACES = join(import.meta.dirname, '../data/features-0.5b.jsonl.gz');
const MODEL = { name: DEFAULT_SETTINGS.model, digest: '' };
/** Of what the days would spend without a budget. */
const BUDGETS = [0.8, 0.6, 0.4];
/** Days on which the learner gets to know the person's hours, and days that are read. */
const [LEARNING, READ] = [5, 30];
const TOLERANCE = 0.05;

/** Requests an hour of a person who is no early riser, has lunch, and comes back after dinner. */
const HOURS = [
  ...[4, 0, 0, 0, 0, 0, 0, 0, 6, 45, 75, 80, 20, 35, 85, 90, 70, 40, 10, 5, 20, 30, 20, 8],
];

interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trace: ScoredTrace;
}

interface Day {
  readonly tokens: number;
  readonly matches: number;
}

/** What is done at an arrival; nothing is spent where it is not asked. */
type Daemon = (arrival: Arrival) => Day;

/** `budget`: days of a person under a budget, with real traces as the requests. */
export const budgetSimulation: Simulation = {
  id: 'budget',
  title: 'a budget is kept over the day, and costs fewer matches than to stop once it is spent',
  async run() {
    const weights = weightsFor(MODEL);
    if (!weights) throw new Error(`nothing was learned for ${MODEL.name}`);
    const traces = (await readFeatures(TRACES)).map((trace) => scoreTrace(trace, weights.policy));
    const days = arrivals(traces);
    const unlimited = days.map((day) => total(day, asShipped));
    const meant = mean(unlimited.slice(LEARNING).map(({ tokens }) => tokens));
    return BUDGETS.flatMap((share) => rowsOf(days, unlimited, Math.round(share * meant), share));
  },
};

function rowsOf(
  days: readonly (readonly Arrival[])[],
  unlimited: readonly Day[],
  tokensPerDay: number,
  share: number,
): SimulationRow[] {
  const limits = { ...DEFAULT_SETTINGS.budget, tokensPerDay };
  const ours = withBudget(limits);
  const kept = days.map((day) => total(day, ours));
  const cut = days.map((day) => total(day, cutOff(tokensPerDay)));
  const wanted = unlimited.map(({ tokens }) => Math.min(tokens, tokensPerDay));
  const off = kept.map(({ tokens }, i) => Math.abs(tokens - (wanted[i] ?? 0)) / tokensPerDay);
  const read = <T>(all: readonly T[]) => all.slice(LEARNING);
  const requests = read(days).reduce((sum, day) => sum + day.length, 0);
  const em = (all: readonly Day[]) =>
    read(all).reduce((sum, { matches }) => sum + matches, 0) / requests;
  const fall = (all: readonly Day[]) => (em(unlimited) - em(all)) / em(unlimited);
  const behindLast = (all: readonly { readonly last: number }[]) =>
    formatShare(mean(read(all).map(({ last }) => 1 - last)));
  const meanOff = mean(read(off));
  const name = `budget of ${formatShare(share)}`;
  const worst = `${formatShare(meanOff)} on ${READ} days, worst ${formatShare(Math.max(...read(off)))}`;
  return [
    {
      figure: `${name}: tokens off it, or off what is wanted if that is less`,
      measured: worst,
      goal: `<= ${formatShare(TOLERANCE)}`,
      met: meanOff <= TOLERANCE,
    },
    {
      figure: `${name}: matches lost, paced | asked as usual until it is spent`,
      measured: `${formatShare(fall(kept))} | ${formatShare(fall(cut))}, n = ${formatCount(requests)}`,
      goal: 'fewer',
      met: fall(kept) < fall(cut),
    },
    {
      figure: `${name}: requests behind the last one asked, paced | until it is spent`,
      measured: `${behindLast(kept)} | ${behindLast(cut)}`,
      goal: '',
      met: null,
    },
  ];
}

/** A Poisson process over the person's hours, at a pace that differs from day to day by a third. */
function arrivals(traces: readonly ScoredTrace[]): Arrival[][] {
  const random = seededRandom(15);
  return Array.from({ length: LEARNING + READ }, (_, day) => {
    const pace = 0.5 + random();
    return HOURS.flatMap((rate, hour) => {
      const times: number[] = [];
      for (let at = gap(random, rate * pace); at < 1; at += gap(random, rate * pace))
        times.push(at);
      return times.flatMap((at): Arrival[] => {
        const trace = traces[Math.floor(random() * traces.length)];
        return trace
          ? [{ at: new Date(2026, 1, 1 + day, hour).getTime() + at * 3_600_000, trace }]
          : [];
      });
    });
  });
}

/** Hours until the next arrival. */
function gap(random: () => number, rate: number): number {
  return rate === 0 ? Infinity : -Math.log(1 - random()) / rate;
}

function total(day: readonly Arrival[], daemon: Daemon): Day & { readonly last: number } {
  let [tokens, matches, last] = [0, 0, 0];
  for (const [i, arrival] of day.entries()) {
    const { tokens: spent, matches: matched } = daemon(arrival);
    tokens += spent;
    matches += matched;
    if (spent > 0) last = (i + 1) / day.length;
  }
  return { tokens, matches, last };
}

const NOTHING: Day = { tokens: 0, matches: 0 };

const asShipped: Daemon = ({ trace }) => {
  const thresholds = weightsFor(MODEL)?.thresholds.balanced;
  return thresholds ? played(trace, thresholds) : NOTHING;
};

/** The same requests until nothing is left. */
function cutOff(tokensPerDay: number): Daemon {
  let spent = 0;
  return (arrival) => {
    if (spent >= tokensPerDay) return NOTHING;
    const day = asShipped(arrival);
    spent += day.tokens;
    return day;
  };
}

/** The daemon's own decisions, with the learner's state kept from day to day. */
function withBudget(budget: Omit<Limits, 'at'>): Daemon {
  const learner = budgetLearner('simulated');
  let state = learner.empty();
  const decide = decider({
    weightsFor,
    advisers: [
      { role: 'budget', advise: (question, draw) => learner.advise(state, question, draw) },
    ],
  });
  return ({ at, trace: scored }) => {
    const { trace } = scored;
    const limits = { ...budget, at };
    const { action } = decide({
      ...{ kind: 'keystroke', trigger: 'automatic', typing: true, limits },
      settings: { debounce: DEFAULT_SETTINGS.debounce, preset: 'balanced' },
      stretch: stretchOf(trace),
      pace: { gapMs: null, answerMs: null },
    });
    if (action === 'silent') return NOTHING;
    const { point, weights } = decide({
      ...{ kind: 'request', trigger: 'automatic', settings: DEFAULT_SETTINGS.stopping, limits },
      ...{ model: MODEL, logprobs: true, place: null },
      costs: { msPerToken: null, msPerTokenWithAlternatives: null },
    });
    if (!point || !weights?.policy.left) throw new Error('the shipped weights heed no price');
    const priced = point.lambda * mostTokensLeft(weights.policy.left);
    const day = played(scored, { ...point, tauAlive: Math.max(point.tauAlive, priced) });
    const request = { ...REQUEST, at, tokensAtStop: day.tokens };
    state = learner.observe(state, { kind: 'request', request, simulated: true });
    return day;
  };
}

function played(trace: ScoredTrace, point: { tauDone: number; tauAlive: number }): Day {
  const { tokens, matched } = outcomeOf(trace, point);
  return { tokens, matches: Number(matched) };
}

/** As far as a trace's numbers tell: what is asked first at a place. */
function stretchOf({ kind, rows }: FeatureTrace): StretchNow {
  const features = rows[0]?.features ?? [];
  const is = (name: string) => (features[FEATURE_NAMES.full.indexOf(name)] ?? 0) > 0;
  return {
    kind: CONTEXT_KINDS.find((one) => one === kind) ?? 'line-end',
    letters: is('inside a word') ? 2 : 0,
    behind: is('after a blank')
      ? 'blank'
      : is('after an opener')
        ? 'opener'
        : is('after an operator')
          ? 'operator'
          : 'other',
    last: null,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A request of which only time and tokens are looked at. */
const REQUEST: RequestRecord = {
  ...{
    id: 'r',
    episodeId: 'e',
    at: 0,
    languageId: '',
    workspace: null,
    kind: 'line-end',
    trigger: 'automatic',
  },
  ...{ escalatedFrom: null, escalation: null, candidate: 1 },
  ...{ engine: 'simulated', engineVersion: '', model: MODEL.name, modelDigest: '', policy: '' },
  ...{ preset: 'balanced', arm: 'deployed', propensity: 1, first: true, control: false },
  ...{ tauDone: null, tauAlive: null, showBar: null, lambda: null, controlRate: 0 },
  ...{ withheld: false, withheldRate: 0 },
  ...{ newlineRate: 0, maxTokens: 128, msPerToken: null },
  ...{ promptChars: 0, suffixChars: 0, ended: 'stopped', stopReason: 'line-end', errorCode: null },
  ...{ tokensAtStop: 0, tokensAtFirstNewline: null, servedChars: 0, firstTokenMs: null },
  ...{ stopMs: null, offered: true },
};
