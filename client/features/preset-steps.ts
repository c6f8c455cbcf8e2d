import { formatCount, formatShare } from '../../shared/figures.ts';
import type { PresetReading } from '../../shared/learned.ts';
import { PRESETS, type Preset } from '../../shared/settings.ts';

/** One step from quality to savings. */
export interface PresetStep {
  readonly preset: Preset;
  /** Where on the way it lies, as a row of dots, and its name. */
  readonly label: string;
  /** What it costs and keeps. */
  readonly detail: string;
}

const WORDS: Readonly<Record<Preset, string>> = {
  faithful: 'gives up least',
  balanced: 'gives up what is improbable',
  saver: 'gives up early, so fewer suggestions',
  custom: 'the thresholds in your settings',
};

/** The most patient preset first; `custom` only where it is in force. */
export function presetSteps(now: Preset, readings: readonly PresetReading[]): PresetStep[] {
  const steps = PRESETS.filter((preset) => preset !== 'custom');
  const custom = { preset: 'custom', label: 'custom', detail: WORDS.custom } as const;
  return [
    ...steps.map((preset, index) => ({
      preset,
      label: `${steps.map((_, at) => (at === index ? '●' : '○')).join('')} ${preset}`,
      detail: figuresOf(preset, readings) ?? WORDS[preset],
    })),
    ...(now === 'custom' ? [custom] : []),
  ];
}

/** Against the first reading, the most patient preset; null where there is none. */
function figuresOf(preset: Preset, readings: readonly PresetReading[]): string | null {
  const [most] = readings;
  const own = readings.find((reading) => reading.preset === preset);
  if (!most || !own) return null;
  const about = `${own.tokens.toFixed(1)} tokens a request, ${formatShare(own.matches)} of all requests right`;
  if (own === most || most.tokens <= 0 || most.matches <= 0) return about;
  const spends = formatShare(own.tokens / most.tokens);
  const keeps = formatShare(own.matches / most.matches);
  return `${about}: ${spends} of ${most.preset}'s cost, ${keeps} of its matches`;
}

/** On what the figures rest. */
export function groundsOf(readings: readonly PresetReading[]): string {
  const [any] = readings;
  if (!any) return 'No figures for this model yet: calibrate on this workspace to get some.';
  const own = any.ownTraces === 0 ? '' : ` and on ${formatCount(any.ownTraces)} stretches of yours`;
  return `Measured in the laboratory${own}.`;
}
