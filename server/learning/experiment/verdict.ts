import {
  EXPERIMENT_ENDPOINTS,
  type ExperimentEndpoint,
  type ExperimentVerdict,
} from '../../../shared/stats.ts';
import { eValue, higherArm, type Betting } from './betting.ts';
import { unitOf, type ArmName, type Definition } from './definition.ts';
import { isCost } from './endpoints.ts';
import { canReplay } from './replay.ts';
import { pairsEValue, type Pairs } from './pairs.ts';

/** What the e-value of the one endpoint has to reach: then "no difference" is rejected at 5 %. */
const DECIDES = 20;
/** The part of the money on matches that bets on replayed pairs: there are few of them. */
const ON_PAIRS = 0.25;
/** For each of the two guards. */
const HARMS = 40;
/** What may not become worse, whatever is compared. */
const GUARDS: readonly ExperimentEndpoint[] = ['matches', 'acceptance'];
/** A cost decides no earlier: until then the guards may have spoken. In units. */
const LEAST = { stretch: 100, block: 40 };
/** After so many units there is no difference that would be worth a longer wait. */
const MOST = { stretch: 2000, block: 500 };

/** What is known by now. */
export interface Tally {
  readonly definition: Definition;
  readonly units: readonly unknown[];
  readonly pairs: Pairs;
  readonly betting: Readonly<Record<ExperimentEndpoint, Betting>>;
}

/**
 * Against "no difference". On matches a part of the money bets on the pairs that replay tells apart, where replay can:
 * a weighted mean of e-values is one.
 */
export function evidenceOn(
  endpoint: ExperimentEndpoint,
  { definition, betting, pairs }: Tally,
): number {
  const e = eValue(betting[endpoint]);
  if (endpoint !== 'matches' || !canReplay(definition)) return e;
  return (1 - ON_PAIRS) * e + ON_PAIRS * pairsEValue(pairs);
}

/** The e-value at which an endpoint ends the experiment; null for one that never does. */
export function neededFor(
  { endpoint: decisive }: Pick<Definition, 'endpoint'>,
  endpoint: ExperimentEndpoint,
): number | null {
  if (decisive === 'any') return DECIDES * EXPERIMENT_ENDPOINTS.length;
  if (decisive === endpoint) return DECIDES;
  return GUARDS.includes(endpoint) ? HARMS : null;
}

/** Null while it goes on. @param at milliseconds since the epoch */
export function verdictOn(tally: Tally, at: number): ExperimentVerdict | null {
  const { definition } = tally;
  const unit = unitOf(definition);
  for (const endpoint of EXPERIMENT_ENDPOINTS) {
    const needed = neededFor(definition, endpoint);
    if (needed === null || evidenceOn(endpoint, tally) < needed) continue;
    const winner = betterOn(endpoint, tally);
    const isGuard = ![endpoint, 'any'].includes(definition.endpoint);
    if (isGuard ? winner === 'b' : isCost(endpoint) && tally.units.length < LEAST[unit]) continue;
    return { kind: isGuard ? 'harm' : 'better', winner, endpoint, at };
  }
  if (tally.units.length < MOST[unit]) return null;
  return { kind: 'undecided', winner: null, endpoint: null, at };
}

function betterOn(endpoint: ExperimentEndpoint, { betting, pairs }: Tally): ArmName {
  const byPairs = ON_PAIRS * pairsEValue(pairs);
  if (endpoint === 'matches' && byPairs > (1 - ON_PAIRS) * eValue(betting.matches)) {
    return pairs.b > pairs.a ? 'b' : 'a';
  }
  const higher = higherArm(betting[endpoint]);
  if (!isCost(endpoint)) return higher;
  return higher === 'b' ? 'a' : 'b';
}
