import type { StretchNow } from './question.ts';

type Feature = (now: StretchNow) => boolean;

/** The last answer, unless something of it was accepted. */
const failed = ({ last }: StretchNow) => (last && !last.accepted ? last : null);

/** Each a yes or no, so that a weight is read as characters more or less to expect. */
export const ASKING_FEATURES: Readonly<Record<string, Feature>> = {
  midLine: ({ kind }) => kind === 'mid-line',
  arguments: ({ kind }) => kind === 'arguments',
  emptyLine: ({ kind }) => kind === 'empty-line',
  comment: ({ kind }) => kind === 'comment',
  atToken: ({ letters }) => letters === 0,
  firstLetter: ({ letters }) => letters === 1,
  longWord: ({ letters }) => letters >= 6,
  afterBlank: ({ behind }) => behind === 'blank',
  afterOpener: ({ behind }) => behind === 'opener' || behind === 'separator',
  afterOperator: ({ behind }) => behind === 'operator',
  accepted: ({ last }) => last?.accepted === true,
  failed: (now) => failed(now) !== null,
  nextKey: (now) => (failed(now)?.typed ?? 2) <= 1,
  secondKey: (now) => failed(now)?.typed === 2,
  silent: (now) => failed(now)?.silent === true,
  wentAstrayAtOnce: (now) => failed(now)?.agreed === 0,
  unsureThere: (now) => (failed(now)?.contradicted ?? 1) < 0.3,
  sureThere: (now) => (failed(now)?.contradicted ?? 0) >= 0.6,
  hopeless: (now) => (failed(now)?.pAlive ?? 1) < 0.15,
  alive: (now) => (failed(now)?.pAlive ?? 0) >= 0.3,
  manyFailures: (now) => (failed(now)?.failures ?? 0) >= 5,
};

/** One number a feature, 0 or 1, in the order of {@link ASKING_FEATURES}. */
export function askingVector(now: StretchNow): number[] {
  return Object.values(ASKING_FEATURES).map((feature) => (feature(now) ? 1 : 0));
}
