import { seededRandom } from '../../server/learning/random.ts';

/**
 * In which order each task meets the arms: within every block of as many tasks as there are arms, each
 * arm comes once at each place of a row that is shuffled anew for the block.
 */
export function armOrders<Arm>(arms: readonly Arm[], tasks: number, seed: number): Arm[][] {
  const random = seededRandom(seed);
  const shuffled = () =>
    arms
      .map((arm) => ({ arm, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ arm }) => arm);
  let row = shuffled();
  return Array.from({ length: tasks }, (_, index) => {
    const turn = index % arms.length;
    if (turn === 0 && index > 0) row = shuffled();
    return [...row.slice(turn), ...row.slice(0, turn)];
  });
}
