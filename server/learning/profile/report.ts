import type {
  ContextGain,
  LabelCounts,
  Profile,
  ProfileThresholds,
  Refit,
} from '../../../shared/learned.ts';
import type { Estimate } from '../../../shared/stats.ts';
import type { Settings } from '../../../shared/settings.ts';
import { ENOUGH } from '../../../shared/figures.ts';
import { aggressivenessAt, atBoldness, pointAt } from '../../stopping/policy/aggressiveness.ts';
import { certificateInWords } from '../../stopping/policy/certificate.ts';
import { wayUnder, type Way } from '../../stopping/policy/choose-rule.ts';
import type { ContextKind } from '../../stopping/trace.ts';
import { weightsKey, type WeightsFor } from './learn.ts';
import { clicksOf, personalsOf, type Personal } from './personal.ts';
import { targeted } from './profile.ts';
import type { Cell, ProfileState } from './state.ts';
import { presetReadings } from './presets.ts';
import { personalBoldness } from './thresholds.ts';

/** For whom a profile is told. */
export interface Reader {
  readonly settings: Pick<Settings, 'model' | 'stopping' | 'profile' | 'learning'>;
  /** As the engine gives it; empty where it was never asked. */
  readonly digest: string;
  readonly workspace: string | null;
  readonly refit: Refit | null;
}

/** What was learned, for the model and the preset of the settings. */
export function profileOf(
  state: ProfileState,
  { settings, digest, workspace, refit }: Reader,
  weightsFor: WeightsFor,
): Profile {
  const { model, stopping, profile: targets, learning } = settings;
  const weights = weightsFor({ name: model, digest });
  const key = weightsKey(weights);
  const cells = state.cells.filter((cell) => cell.weights === key);
  const { preset } = stopping;
  const told = {
    ...{ model, preset, paused: !learning.enabled, labels: countsOf(cells), refit },
    workspaces: new Set(cells.map((cell) => cell.workspace)).size,
    presets: presetReadings(state, weights),
    gain: gainOf(cells),
  };
  if (preset === 'custom') {
    return {
      ...told,
      certificate: null,
      shipped: null,
      everywhere: null,
      target: null,
      contexts: [],
    };
  }
  const way = wayUnder(preset, weights);
  const personals = personalsOf(state, key);
  const asked = { settings: stopping, model: { name: model, digest }, place: null, targets };
  const target = targeted(state, asked, weightsFor);
  const at = (personal: Personal) =>
    thresholdsAt(way, target?.boldness ?? personalBoldness(way, personal));
  const certified = weights?.certified?.[preset] ?? null;
  return {
    ...told,
    certificate: digest === '' ? null : certificateInWords(certified, weights ?? {}),
    shipped: thresholdsAt(way, 1),
    everywhere: at(personals.pooled),
    target:
      targets.floorEM > 0 || targets.targetTokens > 0 ? { ...targets, expected: target } : null,
    contexts: contextsOf(cells).map((group) => ({
      ...{ language: group.language, kind: group.kind, ...countsOf(group.cells) },
      ...at(personals.at({ weights: key, workspace, ...group })),
      gain: gainOf(group.cells),
    })),
  };
}

function countsOf(cells: readonly Cell[]): LabelCounts {
  return {
    unanchored: cells.reduce((sum, { unanchored }) => sum + unanchored, 0),
    anchored: cells.reduce((sum, { anchored }) => sum + anchored, 0),
    clicks: clicksOf(cells),
  };
}

interface Context {
  readonly language: string;
  readonly kind: ContextKind;
  readonly cells: readonly Cell[];
}

/** Those with most labels first. */
function contextsOf(cells: readonly Cell[]): Context[] {
  const contexts: Context[] = [];
  for (const { language, kind } of cells) {
    if (contexts.some((known) => known.language === language && known.kind === kind)) continue;
    const own = cells.filter((cell) => cell.language === language && cell.kind === kind);
    contexts.push({ language, kind, cells: own });
  }
  const labels = ({ cells: own }: Context) =>
    own.reduce((sum, { unanchored, anchored }) => sum + unanchored + anchored, 0);
  return contexts.toSorted((a, b) => labels(b) - labels(a));
}

function thresholdsAt({ path, own }: Way, boldness: number): ProfileThresholds {
  const aggressiveness = atBoldness(aggressivenessAt(path, own), boldness);
  const { tauDone, tauAlive } = boldness === 1 ? own : pointAt(path, aggressiveness);
  return { boldness, tauDone, tauAlive };
}

function gainOf(cells: readonly Cell[]): ContextGain {
  const sum = (of: (gain: Cell['gain']) => number) =>
    cells.reduce((all, { gain }) => all + of(gain), 0);
  const n = sum((gain) => gain.n);
  return {
    matches: meanOf(
      n,
      sum(({ matches }) => matches),
      sum(({ matchesSquared }) => matchesSquared),
    ),
    tokens: meanOf(
      n,
      sum(({ tokens }) => tokens),
      sum(({ tokensSquared }) => tokensSquared),
    ),
  };
}

/** A mean with its 95 % interval by the normal approximation; no value before there are enough. */
function meanOf(n: number, sum: number, squared: number): Estimate {
  if (n < ENOUGH) return { value: null, low: null, high: null, n };
  const value = sum / n;
  const half = 1.96 * Math.sqrt(Math.max(0, squared / n - value ** 2) / (n - 1));
  return { value, low: value - half, high: value + half, n };
}
