import type { Estimate } from './stats.ts';

/** How figures are written for people, the same in status bar, panel and terminal. */

/** From this n on an average has an interval; below it, there is "not enough data yet". */
export const ENOUGH = 20;

/** With fewer requests followed behind their stop than this, what stopping avoided has no interval to rely on. */
const ENOUGH_FOLLOWED = 5;

/** Some of it is modelled, by few followed requests or none. */
export function hasFewFollowed({ n, modelled }: Pick<Estimate, 'n' | 'modelled'>): boolean {
  return modelled !== 0 && n < ENOUGH_FOLLOWED;
}

const MINUS = '\u2212';
/** Between a number and its unit, so that no line breaks there. */
const NO_BREAK = '\u00a0';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12,345`; a dash where there is no number. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const rounded = Math.round(value);
  return rounded < 0 ? `${MINUS}${whole.format(-rounded)}` : whole.format(Math.abs(rounded));
}

/** `1 token`, `2,000 tokens`. */
export function formatTokens(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'token' : 'tokens'}`;
}

/** Share in [0, 1] as `12 %`, with one decimal below 10 %. */
export function formatShare(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const percent = value * 100;
  const text = percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0);
  return `${text.replace(/\.0$/, '')}${NO_BREAK}%`;
}

/** What a model is known by: `sha256:` and 12 digits, or its name in full. */
export function formatDigest(digest: string): string {
  return digest.startsWith('sha256:') ? digest.slice(0, 19) : digest;
}

/** Milliseconds as `85 ms`, `1.2 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `${MINUS}${formatDuration(-ms)}`;
  if (ms < 999.5) return `${ms.toFixed(0)}${NO_BREAK}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}${NO_BREAK}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${NO_BREAK}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(`${minutes}${NO_BREAK}min`, seconds % 60, 's');
  return withRest(`${whole.format(Math.floor(minutes / 60))}${NO_BREAK}h`, minutes % 60, 'min');
}

/**
 * The value of an estimate where its interval is narrower than the value is large, else the interval alone, as
 * `200 to 1,400`. Null where there is neither.
 */
export function formatEstimate(
  { value, low, high }: Estimate,
  format: (value: number) => string = formatCount,
): string | null {
  if (value === null || low === null || high === null) return null;
  const isNarrow = high - low <= Math.abs(value);
  return isNarrow ? format(value) : `${format(low)} to ${format(high)}`;
}

/** The energy of an estimate in milliseconds of the engine's time. */
export function inJoules(estimate: Estimate, watts: number): Estimate {
  const joules = (ms: number | null) => (ms === null ? null : (ms / 1000) * watts);
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map(joules);
  return { ...estimate, value: value ?? null, low: low ?? null, high: high ?? null };
}

/** How much of an estimate was not counted; empty where that is not said. */
export function formatModelled({ modelled }: Pick<Estimate, 'modelled'>): string {
  if (modelled === undefined) return '';
  if (modelled === 0) return 'all of it counted';
  return modelled > 0.995 ? 'all of it modelled' : `${formatShare(modelled)} of it modelled`;
}

/** Why an estimate has no value; `of` is what n counts, in the plural. */
export function notEnough(estimate: Pick<Estimate, 'n'>, of: string): string {
  return estimate.n < ENOUGH
    ? `not enough data yet (n = ${formatCount(estimate.n)} of ${ENOUGH} ${of})`
    : `no figure (n = ${formatCount(estimate.n)} ${of})`;
}

function withRest(text: string, rest: number, unit: string): string {
  return rest === 0 ? text : `${text} ${rest}${NO_BREAK}${unit}`;
}

/** Joules as `42 J`, `1.5 kJ` or `0.21 kWh`. */
export function formatEnergy(joules: number): string {
  if (!Number.isFinite(joules)) return '–';
  if (joules < 0) return `${MINUS}${formatEnergy(-joules)}`;
  if (joules < 999.5) return `${joules.toFixed(joules < 9.95 ? 1 : 0)}${NO_BREAK}J`;
  if (joules < 360_000) return `${(joules / 1000).toFixed(1)}${NO_BREAK}kJ`;
  return `${(joules / 3_600_000).toFixed(2)}${NO_BREAK}kWh`;
}
