import type { RuleReadings } from './scored.ts';

export interface Goal {
  readonly name: string;
  readonly measured: string;
  readonly met: boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** The rule of highest EM among tools; the cheaper one on a tie. Null where none was run. */
export function bestPeer(rules: readonly RuleReadings[]): RuleReadings | null {
  const peers = rules.filter(({ id }) => id.startsWith('peer-'));
  const em = (rule: RuleReadings) => rule.em?.value ?? 0;
  const tokens = (rule: RuleReadings) => rule.tokens?.value ?? 0;
  return peers.toSorted((a, b) => em(b) - em(a) || tokens(a) - tokens(b))[0] ?? null;
}

/** What the project aims at, against what was measured; a goal whose rules were not run is left out. */
export function goalsOf(rules: readonly RuleReadings[]): Goal[] {
  const find = (id: string) => rules.find((rule) => rule.id === id);
  const peer = bestPeer(rules);
  const balanced = find('learned-balanced');
  const saver = find('learned-saver');
  const goals: Goal[] = [];
  if (peer?.tokens && peer.em && balanced?.tokens && balanced.em) {
    const ratio = balanced.tokens.value / peer.tokens.value;
    goals.push({
      name: "balanced: at most 0.6 x the best peer's tokens, at an EM not below its",
      measured: `${ratio.toFixed(2)} x, EM ${percent(balanced.em.value)} against ${percent(peer.em.value)} (${peer.id})`,
      met: ratio <= 0.6 && balanced.em.value >= peer.em.value,
    });
    const ours = rules.filter(({ id }) => /^(learned|confidence|shortstop)-/.test(id));
    const best = Math.max(...ours.map(({ em }) => em?.value ?? 0));
    goals.push({
      name: 'best EM of ours at any cost: at least the best peer and one point',
      measured: `${percent(best)} against ${percent(peer.em.value)}`,
      met: best >= peer.em.value + 0.01,
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
