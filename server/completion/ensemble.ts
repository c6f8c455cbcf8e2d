import type { Escalation, ModelAnswer } from './cascade.ts';
import type { LastRequest } from './last-request.ts';
import type { Nothing } from './nothing.ts';
import type { Waiters } from './waiters.ts';

/** What follows where a model's answer is not the last word. */
export interface Ensemble {
  /** @param answers of one request so far, the smallest model's first */
  next(answers: readonly ModelAnswer[], signal: AbortSignal): Promise<Escalation | null>;
  /** Begins the larger model's flight, which takes over who waits here. */
  handOver(handover: Handover): { readonly nothing: Nothing };
  /** @returns the place of the answer to serve */
  choose(answers: readonly ModelAnswer[]): number;
}

/** A larger model is asked for those who wait; the smaller ones' answers are kept meanwhile. */
export interface Handover extends Escalation {
  readonly waiters: Waiters;
  /** The smallest first. */
  readonly earlier: readonly Earlier[];
}

/** An answer of a smaller model, whose row is written once it is known whether it was served. */
export interface Earlier {
  readonly answer: ModelAnswer;
  readonly last: LastRequest;
  close(isServed: boolean): void;
}
