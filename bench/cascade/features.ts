import { logOdds } from '../../server/learning/cascade/curve.ts';
import { crossFit } from '../../server/learning/fit/folds.ts';
import { fitLogistic } from '../../server/learning/fit/logistic.ts';
import { probabilityOf } from '../../server/stopping/policy/model.ts';
import { CONTEXT_KINDS, type TraceToken } from '../../server/stopping/trace.ts';
import type { Pair } from './pairs.ts';

/** Numbers of a task, by which the larger model might be asked. */
type Features = (pair: Pair) => readonly number[];

/** Of a request that reached no token. */
const NO_TOKEN = { text: '', logprob: 0, alternatives: [] };
/** Log-probability of what is not among the alternatives. */
const UNSEEN = -6;
/** Margin of a token that has no alternative. */
const ALONE = 5;

const LANGUAGES = ['typescript', 'python', 'go', 'rust'];
const PENALTY = 1;
const FOLDS = 10;
const SHUFFLES = [1, 2, 3, 4, 5];

const alive: Features = ({ small }) => [logOdds(small.pAlive ?? 0)];
const done: Features = ({ small }) => [logOdds(small.pDone ?? 0), Math.log(1 + small.tokens)];
const kind: Features = (pair) => CONTEXT_KINDS.map((one) => Number(pair.kind === one));
const language: Features = ({ lang }) => LANGUAGES.map((one) => Number(lang === one));
const first: Features = ({ small }) =>
  [0, 1].flatMap((i) => spread(small.opening?.[i] ?? NO_TOKEN));
const peek: Features = ({ small, large }) => {
  const [own, other] = [small.opening?.[0] ?? NO_TOKEN, large.opening?.[0] ?? NO_TOKEN];
  const among = own.alternatives?.find(({ text }) => text === other.text);
  return [...spread(other), Number(own.text === other.text), among?.logprob ?? UNSEEN];
};

/** What the larger model might be asked by. The last two read its first token, and so cost its prefill. */
const SETS: readonly (readonly [string, readonly Features[]])[] = [
  ['pAlive (as shipped)', [alive]],
  ['pAlive, pDone, tokens', [alive, done]],
  ["the first two tokens' probability, entropy, margin", [first]],
  ['these and pAlive', [alive, first]],
  ['pAlive, context kind', [alive, kind]],
  ['pAlive, context kind, language', [alive, kind, language]],
  ['all of these', [alive, done, first, kind, language]],
  ["pAlive and the large one's first token", [alive, peek]],
  ["all of these and the large one's first token", [alive, done, first, kind, language, peek]],
];

/**
 * How many matches are served at a share of calls, where the larger model is asked for the tasks with the largest
 * expected gain: the difference of two logistic regressions, one for each model, cross-fitted by problem.
 * @returns lines of a table, in percent of the larger model's own matches
 */
export function featureTable(pairs: readonly Pair[], shares: readonly number[]): string[] {
  const columns = shares.map((share) => `${(100 * share).toFixed(0)} % calls`);
  return [
    `| the larger one is asked by | ${columns.join(' | ')} |`,
    `|${'---|'.repeat(shares.length + 1)}`,
    ...SETS.map(([name, parts]) => {
      const kept = shares.map((share) => keptAt(pairs, parts, share));
      return `| ${name} | ${kept.map((one) => (100 * one).toFixed(0)).join(' | ')} |`;
    }),
  ];
}

function keptAt(pairs: readonly Pair[], parts: readonly Features[], share: number): number {
  const large = pairs.filter((pair) => pair.large.matched).length;
  const kept = SHUFFLES.map((seed) => {
    const gains = gainsOf(pairs, parts, seed);
    const order = pairs.map((pair, i) => ({ pair, gain: gains[i] ?? 0 }));
    order.sort((a, b) => b.gain - a.gain);
    const asked = Math.round(share * pairs.length);
    return order.filter(({ pair }, i) => (i < asked ? pair.large : pair.small).matched).length;
  });
  return kept.reduce((sum, one) => sum + one, 0) / kept.length / large;
}

function gainsOf(pairs: readonly Pair[], parts: readonly Features[], seed: number): number[] {
  const items = pairs.map((pair) => ({ pair, row: parts.flatMap((part) => part(pair)) }));
  const gains: number[] = [];
  const problemOf = ({ pair }: (typeof items)[number]) => pair.problem;
  const fit = (part: readonly (typeof items)[number][]) => {
    const fitted = (which: 'small' | 'large') =>
      fitLogistic(
        part.map(({ pair, row }) => ({ features: row, label: pair[which].matched, weight: 1 })),
        PENALTY,
      );
    return { small: fitted('small'), large: fitted('large') };
  };
  crossFit(items, { problemOf, folds: FOLDS, seeds: [seed], fit }, ({ row }, models, i) => {
    gains[i] = probabilityOf(models.large, row) - probabilityOf(models.small, row);
  });
  return gains;
}

/** A token's log-probability, the entropy of its alternatives in nats, and its lead over the second of them. */
function spread({ logprob, alternatives = [] }: TraceToken): number[] {
  const entropy = alternatives.reduce((sum, one) => sum - Math.exp(one.logprob) * one.logprob, 0);
  const [best, second] = alternatives;
  const margin = best && second ? best.logprob - second.logprob : ALONE;
  return [logprob ?? 0, entropy, margin];
}
