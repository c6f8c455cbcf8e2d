import { budgetSimulation } from './budget.ts';
import { certifySimulation } from './certify.ts';
import { coldStartSimulation } from './cold-start.ts';
import { ensembleSimulation } from './ensemble.ts';
import { guardSimulation } from './guard.ts';
import { hedgeSimulation } from './hedge.ts';
import { experiments } from './experiments.ts';
import { profileSimulation } from './profile.ts';
import { refitSimulation } from './refit.ts';
import { savingsSimulation } from './savings.ts';
import type { Simulation } from './simulation.ts';

/** In the order in which they are printed. */
export const SIMULATIONS: readonly Simulation[] = [
  budgetSimulation,
  certifySimulation,
  coldStartSimulation,
  ensembleSimulation,
  guardSimulation,
  hedgeSimulation,
  experiments,
  profileSimulation,
  refitSimulation,
  savingsSimulation,
];
