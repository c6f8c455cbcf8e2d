import { budgetSimulation } from './budget.ts';
import { ensembleSimulation } from './ensemble.ts';
import { guardSimulation } from './guard.ts';
import type { Simulation } from './simulation.ts';

/** In the order in which they are printed. */
export const SIMULATIONS: readonly Simulation[] = [
  budgetSimulation,
  ensembleSimulation,
  guardSimulation,
];
