import { SHIPPED_ASKING, type AskingWeights } from '../../server/learning/asking/asking.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings.ts';
import { SHIPPED, type AskingPoint } from './ours.ts';

/** Characters that asking must be worth more than waiting, from what asks often to what asks seldom. */
const BARS = [-0.5, -0.25, 0, 0.1, 0.2, 0.3];

const withStopping = (stopping: Partial<Settings['stopping']>): Settings => ({
  ...DEFAULT_SETTINGS,
  stopping: { ...DEFAULT_SETTINGS.stopping, ...stopping },
});

/** The same bar under every preset. */
export function atBar(weights: AskingWeights, bar: number): AskingWeights {
  return { ...weights, bars: { faithful: bar, balanced: bar, saver: bar } };
}

/** As shipped under the default preset, but nothing is given up. */
export const NEVER_GIVES_UP: AskingPoint = {
  ...SHIPPED,
  id: 'shortstop, never giving up',
  settings: withStopping({
    preset: 'custom',
    tauDone:
      weightsFor({ name: DEFAULT_SETTINGS.model, digest: '' })?.thresholds.balanced.tauDone ??
      DEFAULT_SETTINGS.stopping.tauDone,
    tauAlive: 0,
    showBar: 0,
  }),
};

/** Each preset as it ships, the most patient first. */
export const PRESET_CLIENTS = (['faithful', 'balanced', 'saver'] as const).map((preset) => ({
  preset,
  point: { ...SHIPPED, id: `shortstop, ${preset}`, settings: withStopping({ preset }) },
}));

/** What is read as one frontier, what ships first: the other presets, asking more and less often. */
export const FRONTIER: readonly AskingPoint[] = [
  SHIPPED,
  { ...SHIPPED, id: 'shortstop, faithful', settings: withStopping({ preset: 'faithful' }) },
  { ...SHIPPED, id: 'shortstop, saver', settings: withStopping({ preset: 'saver' }) },
  { ...SHIPPED, id: 'shortstop, asking at every key', asking: null },
  { ...NEVER_GIVES_UP, id: 'shortstop, never giving up, asking at every key', asking: null },
  ...(['balanced', 'saver'] as const).flatMap((preset) =>
    BARS.map((bar) => ({
      ...SHIPPED,
      id: `shortstop, ${preset}, bar ${bar}`,
      settings: withStopping({ preset }),
      asking: atBar(SHIPPED_ASKING, bar),
    })),
  ),
];
