import running from './weights/answers.json' with { type: 'json' };

/**
 * What this code answers on the traces that are kept for it, as one hash for each weights file that ships
 * (`bench/answers`). A build puts in the place of the file what the code that it bundles really answers.
 */
export const RUNNING_ANSWERS: readonly string[] = running;

/** All of them in one: labels and certificates hold for these answers only. */
export const ANSWERS = RUNNING_ANSWERS.join(' ');
