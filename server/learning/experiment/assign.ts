import { seededRandom } from '../random.ts';
import { unitOf, type ArmName, type Definition } from './definition.ts';

/** How long all requests fall to the same arm, where it is drawn by time, milliseconds. */
export const BLOCK_MS = 600_000;

/** Of each arm. */
export const PROPENSITY = 0.5;

/** A block of time, counted from the epoch. */
export function blockOf(at: number): number {
  return Math.floor(at / BLOCK_MS);
}

/**
 * The arm of a stretch, by its own draw, or of the block of time in which it is asked. The draw is mixed with the
 * experiment's seed, so that whatever else is decided by the same draw is independent of the arm.
 * @param draw uniform in [0, 1), one a stretch; null before a stretch has begun
 * @param at milliseconds since the epoch
 * @returns null where the arm is drawn by stretch, and none has begun
 */
export function armOf(definition: Definition, draw: number | null, at: number): ArmName | null {
  const byTime = unitOf(definition) === 'block';
  if (!byTime && draw === null) return null;
  const mark = byTime ? blockOf(at) : Math.floor((draw ?? 0) * 2 ** 32);
  const random = seededRandom(definition.seed ^ Math.imul(mark >>> 0, 0x9e3779b1));
  random();
  return random() < PROPENSITY ? 'a' : 'b';
}

/** As `requests.arm` names it: arms of different experiments are different. */
export function armLabel({ id }: Pick<Definition, 'id'>, arm: ArmName): string {
  return `${id.slice(0, 8)}:${arm}`;
}
