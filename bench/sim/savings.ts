import { join } from 'node:path';
import { avoidedBy } from '../../server/figures/avoided.ts';
import type { FollowedRequest, SavingsRows, StoppedGroup } from '../../server/figures/rows.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import {
  MEASURING_TOKENS,
  ratesFor,
  type MeasuringRates,
} from '../../server/outcomes/measuring-rates.ts';
import type { MeasuringCosts } from '../../server/outcomes/records.ts';
import type { Avoided } from '../../shared/stats.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { readWholeStreams, type WholeStream } from '../tails/reduce.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const TAILS = join(import.meta.dirname, '../data/tails.jsonl');
const CAP = 128;

/** A model on an engine: whose streams, and how long a token takes, in milliseconds. */
interface Engine {
  readonly model: string;
  readonly msPerToken: number;
}
const ENGINES: readonly Engine[] = [
  { model: 'qwen2.5-coder:0.5b', msPerToken: 42 },
  { model: 'qwen2.5-coder:0.5b', msPerToken: 3.3 },
  { model: 'qwen2.5-coder:1.5b', msPerToken: 12 },
];

const BASELINES: readonly Avoided['baseline'][] = ['no early stopping', 'first newline'];
const CONTROLS = [50, 100, 200] as const;
const REQUESTS = [300, 1500] as const;
const COVERAGE_ROUNDS = 1000;
const WIDTH_ROUNDS = 200;
/** At which the samples of so many control requests are drawn, and tails to the line break. */
const CONTROL_RATE = 0.05;
const NEWLINE_RATE = 0.25;
const LEAST_COVERAGE = 0.93;

/** A request with all that nobody sees of it. */
interface Request extends WholeStream {
  readonly foreseen: number;
  /** Tokens behind the stop, without early stopping and to the first line break or where that would have ended. */
  readonly tail: number;
  readonly toNewline: number;
}

/** Standard normal (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * Milliseconds from a stop to what would have ended its stream: mostly the next key that goes another way, with a median
 * of 0.4 s, and in three cases of ten a pause to read or to think, with a median of 8 s. Assumed.
 */
function clock(random: Random): number {
  const thinks = random() < 0.3;
  return thinks ? 8000 * Math.exp(normal(random)) : 400 * Math.exp(0.8 * normal(random));
}

/** The engine's true pace behind the stop differs from the measured one, by 10 % in the mean square. */
function requestOf(stream: WholeStream, msPerToken: number, random: Random): Request {
  const { reason, atStop, atNewline, all } = stream;
  const afterMs = clock(random);
  const pace = msPerToken * Math.exp(0.1 * normal(random));
  const isOver = reason === 'natural-end' || reason === 'cap';
  const foreseen = isOver ? 0 : Math.min(CAP - atStop, afterMs / msPerToken);
  const tail = isOver ? 0 : Math.min(all - atStop, Math.floor(afterMs / pace));
  const toNewline = Math.min((atNewline ?? Infinity) - atStop, tail);
  return { ...stream, foreseen, tail, toNewline };
}

const hasOpenEnd = ({ reason }: WholeStream) => reason !== 'natural-end' && reason !== 'cap';
const sawNewline = ({ atNewline, atStop }: WholeStream) =>
  atNewline !== null && atNewline <= atStop;
const beforeNewline = (request: WholeStream) => hasOpenEnd(request) && !sawNewline(request);

/** What each baseline would have spent beyond what was. */
function truthOf(requests: readonly Request[], baseline: Avoided['baseline']): number {
  if (baseline === 'no early stopping') return sumOf(requests, ({ tail }) => tail);
  return sumOf(requests, (request) =>
    sawNewline(request) || beforeNewline(request) ? request.toNewline : 0,
  );
}

/** What the daemon stores of requests, as they come. */
class Rows {
  readonly #msPerToken: number;
  readonly #groups = new Map<string, StoppedGroup>();
  readonly #followed: FollowedRequest[] = [];
  #seen = { requests: 0, tokens: 0, ms: 0 };
  costs: MeasuringCosts = {
    ...{ requests: 0, beforeNewline: 0 },
    ...{ control: { requests: 0, tokens: 0 }, toNewline: { requests: 0, tokens: 0 } },
    withheldTokens: 0,
  };

  constructor(msPerToken: number) {
    this.#msPerToken = msPerToken;
  }

  add(request: Request, { control, newline }: MeasuringRates, random: Random): void {
    const [isControl, isDrawn] = [random() < control, random() < newline];
    const open = beforeNewline(request);
    const toNewline = !isControl && isDrawn && open;
    if (sawNewline(request)) this.#see(request);
    if (hasOpenEnd(request)) this.#group(request);
    if (hasOpenEnd(request) && (isControl || toNewline)) {
      this.#follow(request, isControl, { control, newline });
    }
    const { costs } = this;
    this.costs = {
      requests: costs.requests + 1,
      beforeNewline: costs.beforeNewline + Number(open),
      control: added(costs.control, isControl, request.tail),
      toNewline: added(costs.toNewline, toNewline, request.toNewline),
      withheldTokens: 0,
    };
  }

  get measuring(): number {
    return this.costs.control.tokens + this.costs.toNewline.tokens;
  }

  all(): SavingsRows {
    const tokens = this.measuring;
    return {
      seenNewline: this.#seen,
      stopped: [...this.#groups.values()],
      followed: this.#followed,
      measuring: { tokens, ms: tokens * this.#msPerToken },
    };
  }

  #see({ toNewline }: Request): void {
    const { requests, tokens, ms } = this.#seen;
    this.#seen = {
      requests: requests + 1,
      tokens: tokens + toNewline,
      ms: ms + toNewline * this.#msPerToken,
    };
  }

  #group(request: Request): void {
    const { reason, foreseen } = request;
    const open = beforeNewline(request);
    const key = `${reason} ${open}`;
    const known = this.#groups.get(key);
    this.#groups.set(key, {
      reason,
      beforeNewline: open,
      requests: (known?.requests ?? 0) + 1,
      foreseen: this.#amount((known?.foreseen.tokens ?? 0) + foreseen),
      pace: (known?.pace ?? 0) + this.#msPerToken,
    });
  }

  #follow(request: Request, control: boolean, rates: MeasuringRates): void {
    const { reason, foreseen, tail, toNewline, atNewline, atStop } = request;
    const reached = atNewline !== null && atNewline - atStop <= tail;
    this.#followed.push({
      ...{ reason, beforeNewline: beforeNewline(request), control },
      ...{ controlRate: rates.control, newlineRate: rates.newline },
      msPerToken: this.#msPerToken,
      foreseen: this.#amount(foreseen),
      tail: this.#amount(control ? tail : toNewline),
      toNewline: reached ? toNewline : null,
      whole: control || !reached,
    });
  }

  #amount(tokens: number) {
    return { tokens, ms: tokens * this.#msPerToken };
  }
}

function added(tails: MeasuringCosts['control'], is: boolean, tokens: number) {
  return is ? { requests: tails.requests + 1, tokens: tails.tokens + tokens } : tails;
}

interface Session {
  readonly requests: readonly Request[];
  readonly rows: Rows;
}

/** @param ratesBy what measuring cost so far: as the daemon, which looks at it once a minute */
function session(
  streams: readonly WholeStream[],
  { msPerToken }: Engine,
  count: number,
  ratesBy: (costs: MeasuringCosts) => MeasuringRates,
  random: Random,
): Session {
  const rows = new Rows(msPerToken);
  let rates = ratesBy(rows.costs);
  const requests = Array.from({ length: count }, (_, index) => {
    if (index % 10 === 0) rates = ratesBy(rows.costs);
    const stream = streams[Math.floor(random() * streams.length)];
    if (!stream) throw new Error('there is no stream');
    const request = requestOf(stream, msPerToken, random);
    rows.add(request, rates, random);
    return request;
  });
  return { requests, rows };
}

interface Judged {
  readonly covered: boolean;
  /** Of the interval, as a share of what was truly avoided. */
  readonly halfWidth: number;
}

function judge({ requests, rows }: Session, baseline: Avoided['baseline']): Judged {
  const found = avoidedBy(rows.all()).find(
    (row) => row.baseline === baseline && row.unit === 'tokens',
  );
  const { low, high } = found?.net ?? {};
  if (low === undefined || high === undefined || low === null || high === null) {
    throw new Error('no interval');
  }
  const gross = truthOf(requests, baseline);
  const truth = gross - rows.measuring;
  return {
    covered: low <= truth && truth <= high,
    halfWidth: (high - low) / 2 / Math.abs(gross),
  };
}

const inWords = ({ model, msPerToken }: Engine) => `${model.split(':')[1]} at ${msPerToken} ms`;

function coverageRows(engine: Engine, streams: readonly WholeStream[]): SimulationRow[] {
  const rates = { control: CONTROL_RATE, newline: NEWLINE_RATE };
  return CONTROLS.flatMap((controls) => {
    const random = seededRandom(controls);
    // Only a control request whose stream was not over at its stop shows a tail.
    const share = streams.filter(hasOpenEnd).length / streams.length;
    const count = Math.round(controls / CONTROL_RATE / share);
    const judged = Array.from({ length: COVERAGE_ROUNDS }, () => {
      const made = session(streams, engine, count, () => rates, random);
      return BASELINES.map((baseline) => judge(made, baseline));
    });
    return BASELINES.map((baseline, index) => {
      const covered = judged.filter((each) => each[index]?.covered).length / COVERAGE_ROUNDS;
      return {
        figure: `coverage, ${controls} control, ${inWords(engine)}, ${baseline}`,
        measured: `${(100 * covered).toFixed(1)} % of ${COVERAGE_ROUNDS}`,
        goal: `>= ${100 * LEAST_COVERAGE} %`,
        met: covered >= LEAST_COVERAGE,
      };
    });
  });
}

function widthRows(engine: Engine, streams: readonly WholeStream[]): SimulationRow[] {
  const rates = (costs: MeasuringCosts) => ratesFor(DEFAULT_SETTINGS.controlRate, costs);
  return REQUESTS.flatMap((count) => {
    const random = seededRandom(count);
    const sessions = Array.from({ length: WIDTH_ROUNDS }, () =>
      session(streams, engine, count, rates, random),
    );
    const cost = sumOf(sessions, ({ rows }) => rows.measuring) / WIDTH_ROUNDS / count;
    const widths = BASELINES.map((baseline) => {
      const judged = sessions.map((made) => judge(made, baseline));
      const half = median(judged.map(({ halfWidth }) => halfWidth));
      const covered = judged.filter((each) => each.covered).length / WIDTH_ROUNDS;
      return {
        figure: `half-width, ${count} requests, ${inWords(engine)}, ${baseline}`,
        measured: `${(100 * half).toFixed(1)} % (covers ${(100 * covered).toFixed(1)} %)`,
        ...{ goal: '', met: null },
      };
    });
    return [
      ...widths,
      {
        figure: `cost of measuring, ${count} requests, ${inWords(engine)}`,
        measured: `${cost.toFixed(2)} tokens a request`,
        goal: `<= ${MEASURING_TOKENS}`,
        met: cost <= MEASURING_TOKENS,
      },
    ];
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** Tails of complete traces, and clocks of a simulated typist: what is true of each window is known. */
export const savingsSimulation: Simulation = {
  id: 'savings',
  title: 'What stopping saves: intervals, and what measuring costs',
  async run() {
    const streams = await readWholeStreams(TAILS);
    return ENGINES.flatMap((engine) => {
      const own = streams.filter(({ model }) => model === engine.model);
      return [...coverageRows(engine, own), ...widthRows(engine, own)];
    });
  },
};
