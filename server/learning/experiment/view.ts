import {
  EXPERIMENT_ENDPOINTS,
  type Experiment,
  type ExperimentEndpoint,
} from '../../../shared/stats.ts';
import { difference } from './betting.ts';
import { unitOf, type ArmName } from './definition.ts';
import { meanOfKnown, scaleOf } from './endpoints.ts';
import { observationsOn, type Trial } from './experiment.ts';
import { evidenceOn, neededFor } from './verdict.ts';

/** An experiment as panel and command line show it. */
export function viewOf(trial: Trial): Experiment {
  const { definition, pairs, verdict, adoptedAt } = trial;
  return {
    id: definition.id,
    startedAt: definition.startedAt,
    endpoint: definition.endpoint,
    unit: unitOf(definition),
    a: armView(trial, 'a'),
    b: armView(trial, 'b'),
    figures: EXPERIMENT_ENDPOINTS.map((endpoint) => {
      const scale = scaleOf(endpoint, definition.bounds);
      const observations = observationsOn(endpoint, definition, trial.units);
      const { low, high } = difference(observations);
      const isKnown = observations.length > 0;
      return {
        endpoint,
        evidence: evidenceOn(endpoint, trial),
        needed: neededFor(definition, endpoint),
        low: isKnown ? low * scale : null,
        high: isKnown ? high * scale : null,
      };
    }),
    pairs,
    verdict,
    adoptedAt,
  };
}

function armView({ definition, units }: Trial, arm: ArmName): Experiment['a'] {
  const own = units.filter((unit) => unit.arm === arm);
  const meanOf = (endpoint: ExperimentEndpoint) =>
    meanOfKnown(own.map(({ measured }) => measured[endpoint]));
  return {
    settings: definition[arm],
    units: own.length,
    means: {
      matches: meanOf('matches'),
      tokens: meanOf('tokens'),
      latency: meanOf('latency'),
      acceptance: meanOf('acceptance'),
    },
  };
}
