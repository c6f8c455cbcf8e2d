import type { Comparison, ComparisonProgress } from '../../shared/learned.ts';
import type { Settings } from '../../shared/settings.ts';
import { planSpans, readSpan, type Span } from '../calibration/spans.ts';
import type { PrivateFiles } from '../completion/private-files.ts';
import { compareModels, type ComparisonPorts } from './compare.ts';
import type { SpanText } from './try-span.ts';

/** Spans that each model is asked for, unless somebody names another number. */
const DEFAULT_TASKS = 60;

export interface ComparisonOrder {
  /** A folder of a git checkout. */
  readonly workspace: string;
  readonly models: readonly string[];
  readonly tasks?: number | undefined;
  readonly settings: Settings;
}

export interface OrderPorts extends ComparisonPorts {
  readonly privateFiles: PrivateFiles;
}

/**
 * Cuts spans out of a folder's tracked code, and asks each model for them.
 * @throws EngineError
 * @throws Error that says what to do where the folder has no spans, or fewer than two models are named
 */
export async function compareOn(
  { workspace, models, tasks = DEFAULT_TASKS, settings }: ComparisonOrder,
  ports: OrderPorts,
  signal: AbortSignal,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<Comparison> {
  const names = [...new Set(models)];
  if (names.length < 2) throw new Error('Name at least two models to compare.');
  const { privateFiles } = ports;
  const plan = await planSpans({ workspace, spans: tasks, settings, privateFiles }, signal);
  const spans = await textsOf(plan.spans);
  if (spans.length === 0)
    throw new Error(
      `${workspace} has no source file that git tracks and that is long enough to cut a place out of: choose another folder.`,
    );
  return compareModels(names, spans, settings, ports, signal, onProgress);
}

/** What stands at the spans now; those of files that have changed since are left out. */
async function textsOf(spans: readonly Span[]): Promise<SpanText[]> {
  const texts: SpanText[] = [];
  for (const span of spans) {
    const read = await readSpan(span);
    const { languageId, cursor } = span;
    if (read) texts.push({ languageId, cursor, ...read });
  }
  return texts;
}
