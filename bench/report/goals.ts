import type { RuleReadings } from './scored.ts';

export interface Goal {
  readonly name: string;
  readonly measured: string;
  readonly met: boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/**
 * What the project aims at, against what was measured; a goal whose rules were not run is left out.
 * @param toBeat the id of the peer whose tokens count (`peerToBeat`); its EM must be the best peer's
 */
export function goalsOf(rules: readonly RuleReadings[], toBeat: string | undefined): Goal[] {
  const find = (id: string) => rules.find((rule) => rule.id === id);
  const highest = (pattern: RegExp) =>
    Math.max(0, ...rules.filter(({ id }) => pattern.test(id)).map(({ em }) => em?.value ?? 0));
  const peer = find(toBeat ?? '');
  const peerEm = highest(/^peer-/);
  const balanced = find('learned-balanced');
  const saver = find('learned-saver');
  const goals: Goal[] = [];
  if (peer?.tokens && balanced?.tokens && balanced.em) {
    const ratio = balanced.tokens.value / peer.tokens.value;
    goals.push({
      name: "balanced: at most 0.6 x the tokens of the cheapest peer that can't be told from the best, at an EM not below the best's",
      measured: `${ratio.toFixed(2)} x (${peer.id}), EM ${percent(balanced.em.value)} against ${percent(peerEm)}`,
      met: ratio <= 0.6 && balanced.em.value >= peerEm,
    });
    const best = highest(/^(learned|confidence|shortstop)-/);
    goals.push({
      name: 'best EM of ours at any cost: at least the best peer and one point',
      measured: `${percent(best)} against ${percent(peerEm)}`,
      met: best >= peerEm + 0.01,
    });
  }
  if (balanced?.captured) {
    const { value } = balanced.captured;
    goals.push({
      name: 'balanced: at least 92 % of the reachable captured',
      measured: percent(value),
      met: value >= 0.92,
    });
  }
  const oracle = find('oracle-causal');
  if (saver?.tokens && oracle?.tokens) {
    const ratio = saver.tokens.value / oracle.tokens.value;
    goals.push({
      name: "saver: at most 1.25 x the causal oracle's tokens",
      measured: `${ratio.toFixed(2)} x`,
      met: ratio <= 1.25,
    });
  }
  const endless = find('no-stop-128');
  if (balanced?.tokens && endless?.tokens) {
    const saved = 1 - balanced.tokens.value / endless.tokens.value;
    goals.push({
      name: 'balanced: at least 95 % fewer tokens than no stopping, cap 128',
      measured: percent(saved),
      met: saved >= 0.95,
    });
  }
  return goals;
}
