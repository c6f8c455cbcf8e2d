import { tabbyRule } from '../rules/tabby.ts';
import type { History, PeerClient } from './client.ts';

const BASE_MS = { usual: 200, least: 100, most: 400 } as const;
/** Of the keys that are averaged. */
const GAPS = { least: 20, most: 100 } as const;
const RATE = { least: 1.5, most: 3 } as const;
const DELAY_MS = { least: 100, most: 1000 } as const;
/** What speaks for asking: a trigger character, a line's end. */
const WEIGHTS = { trigger: 0.5, lineEnd: 0.4 } as const;

const clamp = (value: number, { least, most }: { readonly least: number; readonly most: number }) =>
  Math.min(most, Math.max(least, value));
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The longer, the slower the keys come and the less speaks for asking; less by what an answer takes. */
export function tabbyDelay({ gapsMs, latenciesMs, linePrefix, lineSuffix }: History): number {
  const gaps = gapsMs.filter((gap) => gap <= BASE_MS.most).slice(-GAPS.most);
  const base = gaps.length > GAPS.least ? clamp(mean(gaps), BASE_MS) : BASE_MS.usual;
  const trigger = /^\W*$/.test(linePrefix.slice(-1)) ? WEIGHTS.trigger : 0;
  const score = trigger + (/^\W*$/.test(lineSuffix) ? WEIGHTS.lineEnd : 0);
  const rate = RATE.most - (RATE.most - RATE.least) * score;
  const latency = latenciesMs.length > 0 ? mean(latenciesMs) : 0;
  return clamp(rate * base - latency, DELAY_MS);
}

/**
 * Tabby. Source: TabbyML/tabby 21b2904, clients/tabby-agent/src/codeCompletion/debouncer.ts (an adaptive debounce), its
 * cache of a hundred answers, and a request closed by the next key; 64 tokens. Its stop words are the server's,
 * which runs the model.
 */
export const tabbyClient: PeerClient = {
  id: 'Tabby',
  rule: tabbyRule,
  cap: 64,
  ends: 'in-engine',
  debounceMs: tabbyDelay,
  cancels: true,
  caches: true,
};
