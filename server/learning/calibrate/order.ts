import { createHash } from 'node:crypto';

/** A number in [0, 2^32) that looks drawn by chance. */
export function seedOf(text: string, seed: number): number {
  return createHash('sha256').update(`${seed}:${text}`).digest().readUInt32LE(0);
}

/**
 * In what order to record: a fixed shuffle in which every source gives its first task before any gives its
 * second, so that whatever part is recorded by the time it is stopped is a fair sample of all sources.
 */
export function interleaved<T extends { readonly id: string }>(
  sources: readonly (readonly T[])[],
  seed: number,
  perSource?: number,
): T[] {
  const chance = ({ id }: T) => seedOf(id, seed);
  return sources
    .flatMap((tasks) =>
      [...tasks]
        .sort((a, b) => chance(a) - chance(b))
        .slice(0, perSource)
        .map((task, rank) => ({ task, rank })),
    )
    .sort((a, b) => a.rank - b.rank || chance(a.task) - chance(b.task))
    .map(({ task }) => task);
}
