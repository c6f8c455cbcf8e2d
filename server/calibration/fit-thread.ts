import { parentPort, workerData } from 'node:worker_threads';
import { calibrate, type CalibrationInput } from '../learning/calibrate/calibration.ts';

/** The thread that fits and certifies: it is given its input, answers once, and ends. */
parentPort?.postMessage(calibrate(workerData as CalibrationInput));
