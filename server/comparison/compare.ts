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

export interface ComparisonPorts extends Pick<TrialPorts, 'decide' | 'meter'> {
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

/**
 * The same spans through each model, one model after the other, so that each is loaded once; whoever types goes
 * first. The first span of a model is asked once more than the others, as it may load the model.
 * @throws EngineError, `cancelled` where the signal aborts
 */
export async function compareModels(
  models: readonly string[],
  spans: readonly SpanText[],
  settings: Settings,
  ports: ComparisonPorts,
  signal: AbortSignal,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<Comparison> {
  const trials = new Map<string, { capabilities: Capabilities; trials: Trial[]; loadMs: number }>();
  for (const model of models) {
    const { capabilities } = await ports.models.measured(model);
    const asking = { ...ports, engine: ports.models.engine, capabilities, settings, sized: true };
    const own: Trial[] = [];
    let loadMs = 0;
    for (const [done, span] of spans.entries()) {
      onProgress({ model, done, of: spans.length });
      const ask = () => inTurn(() => trySpan(span, asking, signal), ports, signal);
      if (done === 0) loadMs = (await ask()).firstTokenMs ?? 0;
      own.push(await ask());
    }
    trials.set(model, { capabilities, trials: own, loadMs });
  }
  return { at: ports.now(), ...report(trials, spans.length) };
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

function report(
  all: ReadonlyMap<string, { capabilities: Capabilities; trials: Trial[]; loadMs: number }>,
  tasks: number,
): Omit<Comparison, 'at'> {
  const read = [...all].map(([model, { capabilities, trials, loadMs }]) => {
    const joules = mean(trials.map(({ metered }) => joulesOf(metered, capabilities)));
    const ms = median(trials.map((trial) => trial.ms));
    const reading: Reading = { model, matches: trials.map(({ matched }) => matched), ms, joules };
    return { reading, capabilities, trials, loadMs };
  });
  const readings = read.map(({ reading }) => reading);
  const best = paretoBest(readings);
  const pick = recommended(readings);
  return {
    tasks,
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
