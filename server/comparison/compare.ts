import type { ComparedModel, Comparison, ComparisonProgress } from '../../shared/learned.ts';
import type { Settings } from '../../shared/settings.ts';
import { EngineError, type Capabilities, type Engine } from '../engines/engine.ts';
import { SupersededError, type Scheduler } from '../engines/scheduler.ts';
import { CPU_WATTS, GPU_WATTS } from '../figures/cost.ts';
import { proportion } from '../figures/proportion.ts';
import { ON_GPU } from '../energy/meter.ts';
import { paretoBest, recommended, whyRecommended, type Reading } from './recommend.ts';
import { trySpan, type SpanText, type Trial, type TrialPorts } from './try-span.ts';

/** After somebody else took the engine, so long it is left alone. Milliseconds. */
const QUIET_MS = 3_000;
/** So many spans in a row without an answer end a comparison. */
const MOST_FAILURES = 3;

export interface ComparisonPorts extends Pick<TrialPorts, 'decide' | 'meter' | 'spent'> {
  readonly models: {
    readonly engine: Engine;
    /** @throws EngineError */
    measured(model: string): Promise<{ readonly capabilities: Capabilities }>;
  };
  readonly scheduler: Pick<Scheduler, 'run'>;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What became of one model: its trial of each span, null where the engine gave no answer. */
interface Tried {
  readonly capabilities: Capabilities;
  readonly trials: readonly (Trial | null)[];
  readonly loadMs: number;
}

/**
 * The same spans through each model, one model after the other, so that each is loaded once; whoever types goes
 * first. The first span of a model is asked once more than the others, as it may load the model. A span for which the
 * engine gives a model no answer is tried once more, and then left out for all models.
 * @throws EngineError, `cancelled` where the signal aborts; that of the last span where several in a row had no answer,
 *   or no span is left
 */
export async function compareModels(
  models: readonly string[],
  spans: readonly SpanText[],
  settings: Settings,
  ports: ComparisonPorts,
  signal: AbortSignal,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<Comparison> {
  const tried = new Map<string, Tried>();
  const leftOut = new Set<number>();
  for (const model of models) {
    const capabilities = await measuredPatiently(model, ports, signal);
    const asking = { ...ports, engine: ports.models.engine, capabilities, settings, sized: true };
    const trials: (Trial | null)[] = [];
    let loadMs: number | null = null;
    let failures = 0;
    for (const [done, span] of spans.entries()) {
      if (leftOut.has(done)) {
        trials.push(null);
        continue;
      }
      onProgress({ model, done, of: spans.length });
      const ask = () => inTurn(() => trySpan(span, asking, signal), ports, signal);
      try {
        loadMs ??= (await askTwice(ask, signal)).firstTokenMs ?? 0;
        trials.push(await askTwice(ask, signal));
        failures = 0;
      } catch (error) {
        failures += 1;
        leftOut.add(done);
        const isOver = failures >= MOST_FAILURES || leftOut.size === spans.length;
        if (signal.aborted || isOver) throw error;
        trials.push(null);
      }
    }
    tried.set(model, { capabilities, trials, loadMs: loadMs ?? 0 });
  }
  return { at: ports.now(), ...report(tried, leftOut.size) };
}

/** Once more after a while, where the engine was silent. */
async function measuredPatiently(
  model: string,
  { models, sleep }: ComparisonPorts,
  signal: AbortSignal,
): Promise<Capabilities> {
  try {
    return (await models.measured(model)).capabilities;
  } catch (error) {
    if (signal.aborted || !(error instanceof EngineError && error.code === 'stalled')) throw error;
    await sleep(QUIET_MS, signal);
    return (await models.measured(model)).capabilities;
  }
}

/** Once more where it fails, unless it was cancelled. */
async function askTwice<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted) throw error;
    return ask();
  }
}

/** Again and again, until nobody else takes the engine meanwhile. */
async function inTurn<T>(
  work: () => Promise<T>,
  { scheduler, sleep }: ComparisonPorts,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await scheduler.run('background', signal, work);
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      await sleep(QUIET_MS, signal);
      if (signal.aborted) throw new EngineError('cancelled', 'The comparison was cancelled.');
    }
  }
}

function report(tried: ReadonlyMap<string, Tried>, leftOut: number): Omit<Comparison, 'at'> {
  const all = [...tried.values()].map(({ trials }) => trials);
  const read = [...tried].map(([model, { capabilities, trials: own, loadMs }]) => {
    const trials = own.flatMap((trial, i) =>
      trial && all.every((other) => other[i]) ? [trial] : [],
    );
    const joules = mean(trials.map(({ metered }) => joulesOf(metered, capabilities)));
    const ms = median(trials.map((trial) => trial.ms));
    const reading: Reading = { model, matches: trials.map(({ matched }) => matched), ms, joules };
    return { reading, capabilities, trials, loadMs };
  });
  const readings = read.map(({ reading }) => reading);
  const best = paretoBest(readings);
  const pick = recommended(readings);
  return {
    tasks: read[0]?.trials.length ?? 0,
    leftOut,
    models: read.map(({ reading, capabilities, trials, loadMs }): ComparedModel => {
      const { model, matches, ms, joules } = reading;
      const firsts = trials.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);
      return {
        model,
        digest: capabilities.model.digest,
        quantisation: capabilities.model.quantisation,
        bytes: capabilities.model.bytes,
        em: proportion(matches.filter((matched) => matched).length, matches.length),
        tokens: mean(trials.map(({ tokens }) => tokens)),
        firstTokenMs: median(firsts),
        ...{ ms, joules, loadMs },
        isEnergyMeasured: trials.every(({ metered }) => metered.joules !== null),
        isParetoBest: best.includes(reading),
      };
    }),
    recommended: pick?.model ?? null,
    why: pick ? whyRecommended(pick, readings) : 'nothing was compared',
  };
}

function joulesOf({ joules, engineMs }: Trial['metered'], { gpuShare }: Capabilities): number {
  const watts = (gpuShare ?? 0) >= ON_GPU ? GPU_WATTS : CPU_WATTS;
  return joules ?? (engineMs / 1000) * watts;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
