import { nextLevel } from './detector.ts';

/**
 * Who types on at once where a suggestion ended may have wanted more of it. That is no loss: it also happens after
 * a stop in the right place. So its usual share is measured first, and only a rise above that alarms.
 */
export interface Symptom {
  /** Offers from which the usual share is known, and those among them that were typed on. */
  readonly labels: number;
  readonly typedOn: number;
  /** Of the e-detector; 1 while the usual share is being measured. */
  readonly level: number;
}

export const NO_SYMPTOM: Symptom = { labels: 0, typedOn: 0, level: 1 };

/** Offers that the usual share is measured on. */
export const USUAL_LABELS = 200;
/** Right for about twice the usual share. */
const BET = 1;
/** The usual share is an estimate, and offers of one hour are alike: more than for a certified alpha. */
const ALARM_LEVEL = 1000;

export function watchSymptom(symptom: Symptom, typedOn: boolean): Symptom {
  const loss = Number(typedOn);
  if (symptom.labels < USUAL_LABELS) {
    return { ...symptom, labels: symptom.labels + 1, typedOn: symptom.typedOn + loss };
  }
  return { ...symptom, level: nextLevel(symptom.level, loss, usualShare(symptom), BET) };
}

export function isAlarming({ level }: Symptom): boolean {
  return level >= ALARM_LEVEL;
}

/** Its upper limit, two standard errors above what was measured; in (0, 1). */
export function usualShare({ labels, typedOn }: Symptom): number {
  const share = (typedOn + 1) / (labels + 2);
  return Math.min(0.99, share + 2 * Math.sqrt((share * (1 - share)) / labels));
}
