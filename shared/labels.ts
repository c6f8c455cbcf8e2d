import type { Outcome, RequestFate, StopReason } from './stats.ts';

/** What people read in place of the protocol's words, with an explanation for a tooltip. */
export interface Label {
  readonly text: string;
  readonly explanation: string;
}

export const STOP_LABELS: Readonly<Record<StopReason, Label>> = {
  'natural-end': { text: 'Model ended', explanation: 'The model itself said that it was done.' },
  cap: { text: 'Token cap', explanation: 'shortstop.stopping.maxTokens was reached.' },
  'line-end': { text: 'End of the line', explanation: 'One line was enough here.' },
  'rest-of-line': {
    text: 'Rest of the line',
    explanation: 'The text arrived at what stands after the cursor on its line.',
  },
  'suffix-reproduced': {
    text: 'Suffix repeated',
    explanation: 'The text began to repeat what follows the cursor.',
  },
  'indent-left': { text: 'Left the block', explanation: 'The next line was indented less.' },
  'brackets-closed': {
    text: 'Bracket closed',
    explanation: 'A bracket that was open at the cursor was closed.',
  },
  'blank-line': { text: 'Blank line', explanation: 'A blank line ended the thought.' },
  loop: { text: 'Loop', explanation: 'The model repeated itself.' },
  confident: { text: 'Complete', explanation: 'What stood there was complete with confidence.' },
  hopeless: {
    text: 'Given up',
    explanation: 'The text had become too improbable to be worth its tokens.',
  },
};

export const OUTCOME_LABELS: Readonly<Record<Outcome | 'pending', Label>> = {
  accepted: { text: 'Accepted', explanation: 'Taken as a whole.' },
  'partly-accepted': { text: 'Partly accepted', explanation: 'Some words or lines taken.' },
  'typed-through': {
    text: 'Typed through',
    explanation: 'Typed by hand, character by character, as suggested.',
  },
  rejected: { text: 'Rejected', explanation: 'Something else was typed or it was dismissed.' },
  ignored: { text: 'Ignored', explanation: 'The cursor went elsewhere.' },
  unknown: { text: 'Unknown', explanation: 'It could not be followed to its end.' },
  pending: { text: 'Not settled yet', explanation: 'The text around it is still being edited.' },
};

/** All outcomes but `pending`, in the order in which they are shown. */
export const SETTLED = (Object.keys(OUTCOME_LABELS) as (keyof typeof OUTCOME_LABELS)[]).filter(
  (outcome) => outcome !== 'pending',
);

/** Of one request; what became of a suggestion is told by its outcome, where that is known. */
export const FATE_LABELS: Readonly<Record<RequestFate, Label>> = {
  offered: {
    text: 'Offered later in its stretch',
    explanation: 'What became of a stretch is told of the first suggestion in it.',
  },
  late: {
    text: 'Came too late to be offered',
    explanation: 'By then other text stood there, or the cursor was elsewhere.',
  },
  nothing: { text: 'Nothing to offer', explanation: 'No text in it was worth showing.' },
  withheld: {
    text: 'Withheld on purpose',
    explanation: 'In a small random share of stretches nothing is offered: shortstop.withheldRate.',
  },
  cancelled: { text: 'Cancelled', explanation: 'The next key came before its stop.' },
  failed: { text: 'Failed', explanation: 'The engine gave no usable answer.' },
};
