import { alarmLevel, nextLevel, recoveryPValue } from '../../server/learning/guard/detector.ts';
import { isAlarming, NO_SYMPTOM, watchSymptom } from '../../server/learning/guard/symptom.ts';
import { recalibrationDelta } from '../../server/learning/certify/certify.ts';
import { DELTA } from '../../server/learning/certify/calibrate.ts';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import type { Simulation, SimulationRow } from './simulation.ts';

const RUNS = 2000;
const ALPHAS = [0.01, 0.02, 0.05, 0.1] as const;
const WITHIN = 600;
const GOOD_LABELS = 1000;

/** One guard, its level carried along. */
class Detector {
  readonly #alpha: number;
  readonly #random: Random;
  #level = 1;

  constructor(alpha: number, random: Random) {
    this.#alpha = alpha;
    this.#random = random;
  }

  /** Whether it alarms within so many labels. */
  alarms(labels: number, risk: number): boolean {
    for (let i = 0; i < labels; i += 1) {
      this.#level = nextLevel(this.#level, Number(this.#random() < risk), this.#alpha);
      if (this.#level >= alarmLevel(this.#alpha)) return true;
    }
    return false;
  }
}

function share(happens: (random: Random) => boolean): number {
  const random = seededRandom(11);
  let count = 0;
  for (let run = 0; run < RUNS; run += 1) count += Number(happens(random));
  return count / RUNS;
}

function detected(alpha: number, goodLabels: number): number {
  return share((random) => {
    let guard = new Detector(alpha, random);
    // A false alarm on the way is no detection: the guard begins anew.
    while (guard.alarms(goodLabels, alpha / 2)) guard = new Detector(alpha, random);
    return guard.alarms(WITHIN, 3 * alpha);
  });
}

/** Within so many labels at a risk, looked at after each. */
function recovers(alpha: number, labels: number, risk: number): number {
  return share((random) => {
    let losses = 0;
    for (let n = 1; n <= labels; n += 1) {
      losses += Number(random() < risk);
      if (recoveryPValue(n, losses, alpha) <= recalibrationDelta(DELTA, 1)) return true;
    }
    return false;
  });
}

function symptomAlarms(usual: number, then: number, offers: number): number {
  return share((random) => {
    let symptom = NO_SYMPTOM;
    for (let i = 0; i < 200; i += 1) symptom = watchSymptom(symptom, random() < usual);
    for (let i = 0; i < offers; i += 1) {
      symptom = watchSymptom(symptom, random() < then);
      if (isAlarming(symptom)) return true;
    }
    return false;
  });
}

export const guardSimulation: Simulation = {
  id: 'guard',
  title: 'A loss of matches that grew is noticed, and few alarms are false',
  run: () => [...ALPHAS.flatMap(rowsAt), ...symptomRows()],
};

function rowsAt(alpha: number): SimulationRow[] {
  const at = `alpha ${100 * alpha} %`;
  const thrice = `a loss of ${300 * alpha} % noticed within ${WITHIN} labels`;
  return [
    atLeast(`${at}: ${thrice}, from the start`, detected(alpha, 0), 0.85),
    atLeast(`${at}: the same after ${GOOD_LABELS} good labels`, detected(alpha, GOOD_LABELS), 0.85),
    atMost(
      `${at}: false alarm in 2,000 labels at ${50 * alpha} %`,
      share((random) => new Detector(alpha, random).alarms(2000, alpha / 2)),
      0.02,
    ),
    atMost(
      `${at}: returns in 2,000 labels while ${100 * alpha} % are lost`,
      recovers(alpha, 2000, alpha),
      DELTA,
    ),
    shown(`${at}: returns in 1,500 labels at ${25 * alpha} %`, recovers(alpha, 1500, alpha / 4)),
  ];
}

function symptomRows(): SimulationRow[] {
  return [
    atMost('symptom at 20 %: false alarm in 2,000 offers', symptomAlarms(0.2, 0.2, 2000), 0.02),
    atLeast('symptom from 20 to 50 %: noticed in 200 offers', symptomAlarms(0.2, 0.5, 200), 0.85),
  ];
}

function shown(figure: string, value: number): SimulationRow {
  const measured = `${(100 * value).toFixed(1)} % of ${RUNS} runs`;
  return { figure, measured, goal: '', met: null };
}

function atLeast(figure: string, value: number, goal: number): SimulationRow {
  return { ...shown(figure, value), goal: `>= ${100 * goal} %`, met: value >= goal };
}

function atMost(figure: string, value: number, goal: number): SimulationRow {
  return { ...shown(figure, value), goal: `<= ${100 * goal} %`, met: value <= goal };
}
