import type { Learner, Role } from '../../server/learning/learner.ts';
import type { Advice } from '../../server/learning/question.ts';

interface Count {
  readonly stretches: number;
}

/** Counts settled stretches, and advises what a test tells it to. */
export function counter(
  role: Role = 'budget',
  advice: (state: Count, draw: number | null) => Advice | null = () => null,
): Learner<Count> {
  return {
    id: `count-${role}`,
    version: 1,
    role,
    empty: () => ({ stretches: 0 }),
    read: (stored) =>
      typeof stored === 'object' &&
      stored !== null &&
      'stretches' in stored &&
      typeof stored.stretches === 'number'
        ? { stretches: stored.stretches }
        : null,
    observe: (state, { kind }) => (kind === 'stretch' ? { stretches: state.stretches + 1 } : state),
    advise: (state, _question, draw) => advice(state, draw),
  };
}
