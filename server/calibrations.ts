import type { Capabilities } from './engines/engine.ts';
import { Calibrator, type CalibratorPorts } from './calibration/calibrator.ts';
import { fitInThread } from './calibration/fitting.ts';
import { Refitter } from './calibration/refitter.ts';
import type { Scheduler } from './engines/scheduler.ts';
import type { Learners } from './learners.ts';
import type { Log } from './log.ts';
import { sleep } from './sleep.ts';
import type { Store } from './storage/store.ts';

export interface CalibrationsPorts extends Pick<CalibratorPorts, 'models' | 'privateFiles'> {
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly learners: Learners;
  readonly log: Log;
  /** A sentence for the user. */
  readonly notice: (sentence: string) => void;
  /** Other weights are in force. */
  readonly replaced: () => void;
}

/** What makes weights of a daemon's own: calibrations that the user asks for, and refits in the background. */
export class Calibrations {
  readonly calibrator: Calibrator;
  readonly #refitter: Refitter;
  readonly #ports: CalibrationsPorts;

  constructor(ports: CalibrationsPorts) {
    const { models, privateFiles, scheduler, store, learners, log, notice, replaced } = ports;
    this.#ports = ports;
    const shared = {
      records: store.calibrations,
      fitting: fitInThread,
      known: (model: Capabilities['model']) => learners.known(model),
      now: Date.now,
    };
    this.calibrator = new Calibrator({
      ...{ ...shared, models, privateFiles, scheduler, sleep },
      observe: (evidence) => learners.learning.observe(evidence),
      spent: (tokens) =>
        learners.learning.ledger.recordSpanTokens({ by: 'calibration', at: shared.now(), tokens }),
      workspaceName: (root) => learners.workspaceName(root),
      calibrated: replaced,
    });
    this.#refitter = new Refitter({
      ...{ ...shared, replaced, notice },
      evidence: store.evidence,
      say: (line) => log.info(line),
    });
  }

  /** Once a second; refits while nothing else is done. @param models in use */
  tick(models: readonly Capabilities[]): void {
    const { scheduler, learners } = this.#ports;
    if (!scheduler.isIdle || learners.learning.paused || this.calibrator.progress) return;
    for (const model of models) this.#refitter.heed(model);
  }

  /** Ends what is fitted now; nothing of that is kept. */
  end(): Promise<void> {
    return this.#refitter.end();
  }
}
