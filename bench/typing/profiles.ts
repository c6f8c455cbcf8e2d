/** How fast the engine of a simulation is. */
export interface Profile {
  readonly id: string;
  /** In words, with where its figures come from. */
  readonly title: string;
  readonly msPerToken: number;
  /** Whatever the prompt. */
  readonly requestMs: number;
  /** Of prompt tokens that the engine does not hold already. */
  readonly prefillTokensPerSecond: number;
  /** From a close until the slot is free; tokens are generated meanwhile. */
  readonly closeMs: number;
  /** Whether requests run side by side, each as fast as one alone. */
  readonly parallel: boolean;
}

export const PROFILES: readonly Profile[] = [
  {
    id: 'cpu',
    title: 'the 0.5B model on two cores, measured: 42 ms a token, 400 prompt tokens/s, close 49 ms',
    ...{ msPerToken: 42, requestMs: 0, prefillTokensPerSecond: 400, closeMs: 49, parallel: false },
  },
  {
    id: 'laptop',
    title: "a laptop's GPU, assumed: 12 ms a token, 2,500 prompt tokens/s, close 20 ms",
    ...{ msPerToken: 12, requestMs: 0, prefillTokensPerSecond: 2500, closeMs: 20, parallel: false },
  },
  {
    id: 'h200',
    title: 'an H200, measured: 3.3 ms a token, 17,000 prompt tokens/s, close 12 ms',
    ...{ msPerToken: 3.3, requestMs: 0, prefillTokensPerSecond: 17_000, closeMs: 12 },
    parallel: false,
  },
  {
    id: 'blackbox',
    title: 'an engine that takes 12 ms a request and 3.3 ms a token, two tokens behind a close',
    ...{ msPerToken: 3.3, requestMs: 12, prefillTokensPerSecond: Infinity, closeMs: 6.6 },
    parallel: true,
  },
];

/** @throws Error that names those there are */
export function profileOf(id: string): Profile {
  const profile = PROFILES.find((each) => each.id === id);
  if (profile) return profile;
  throw new Error(`--profile takes ${PROFILES.map((each) => each.id).join(', ')}`);
}
