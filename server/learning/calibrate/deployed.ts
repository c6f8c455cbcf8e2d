import type { ChosenPreset } from '../certify/calibrate.ts';
import {
  OWN_PRESETS,
  type OwnPreset,
  type PresetCertificate,
} from '../../stopping/policy/certificate.ts';
import type { LearnedWeights } from '../../stopping/policy/choose-rule.ts';
import { PATIENT, type PartialPoint } from '../../stopping/policy/point.ts';

/** Where a preset stops, and what is certified of that. */
export interface DeployedPreset {
  readonly point: PartialPoint;
  readonly certificate: PresetCertificate | null;
}

export type DeployedPresets = Readonly<Record<OwnPreset, DeployedPreset>>;

/** What ships for the same weights, if that is certified. */
type Shipped = Pick<LearnedWeights, 'thresholds' | 'certified'>;

/**
 * Each preset's point once a calibration is done: its own, unless what ships is certified at a smaller level.
 * Where neither is certified it stops where the next safer preset does, or gives nothing up.
 */
export function deployedPresets(
  own: readonly ChosenPreset[],
  shipped: Shipped | null,
): DeployedPresets {
  let safer: DeployedPreset = { point: PATIENT, certificate: null };
  const deployed = OWN_PRESETS.map((preset) => {
    const calibrated = own.find((one) => one.preset === preset);
    const before = shippedAt(shipped, preset);
    const found = calibrated?.certificate ? atStep(calibrated) : null;
    safer = smaller(found, before) ?? safer;
    return [preset, safer] as const;
  });
  return Object.fromEntries(deployed) as Record<OwnPreset, DeployedPreset>;
}

function atStep({ step, certificate }: ChosenPreset): DeployedPreset {
  const { tauDone, tauAlive } = step.stored;
  return { point: { tauDone, tauAlive }, certificate };
}

function shippedAt(shipped: Shipped | null, preset: OwnPreset): DeployedPreset | null {
  const certificate = shipped?.certified?.[preset];
  return shipped && certificate ? { point: shipped.thresholds[preset], certificate } : null;
}

/** The one certified at the smaller level; the first where both are the same. */
function smaller(a: DeployedPreset | null, b: DeployedPreset | null): DeployedPreset | null {
  if (!a?.certificate || !b?.certificate) return a ?? b;
  return a.certificate.alpha <= b.certificate.alpha ? a : b;
}
