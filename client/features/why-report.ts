import { formatDigest } from '../../shared/figures.ts';
import type { ExplainedStep, Explanation } from '../../shared/explanation.ts';
import { escapeMarkdown } from './markdown.ts';

/** Why the last request stopped, as a Markdown page: what was decided, then token by token. */
export function whyMarkdown(explanation: Explanation): string {
  const { steps, tokensAtStop, model, digest, contextKind, trigger } = explanation;
  return [
    '# Shortstop: Why Did It Stop?',
    '',
    `**${explanation.reason}** after ${tokensAtStop} tokens, ${Math.round(explanation.stopMs)} ms from the keystroke (first token ${milliseconds(explanation.firstTokenMs)}). ${servedInWords(explanation)}`,
    '',
    `- Rule: ${ruleInWords(explanation)}`,
    `- Thresholds: ${thresholdsInWords(explanation)}, at most ${explanation.maxTokens} tokens`,
    `- Model: ${escapeMarkdown(`${model} (${formatDigest(digest)})`)}`,
    `- Place: ${contextKind}, ${trigger}, ${new Date(explanation.at).toISOString()}`,
    ...(explanation.control
      ? ['- A control request: its stream ran on after the decision, to be counted.']
      : []),
    '',
    '| # | token | offset | ms | probability | pDone | pAlive | boundary | decision |',
    '|--:|---|--:|--:|--:|--:|--:|---|---|',
    ...steps.map((step, index) => row(step, index + 1, explanation)),
    '',
    'pDone: how probably the text is complete; pAlive: how probably it becomes what is wanted. Offsets are UTF-16 characters of the generated text.',
    '',
    'This page holds your code. Shortstop keeps it in memory for the last request only.',
    '',
  ].join('\n');
}

function servedInWords({ offset }: Explanation): string {
  return offset === 0
    ? 'Nothing was served.'
    : `The text up to offset ${offset} was taken, before repairs.`;
}

function ruleInWords({ rule, weights }: Explanation): string {
  if (!weights) return `${rule}; not certified`;
  return `${rule}, weights ${weights.hash}, trained on ${weights.trainedOn}`;
}

function thresholdsInWords({ thresholds, preset }: Explanation): string {
  if (!thresholds) return 'none';
  const { tauDone, tauAlive, showBar } = thresholds;
  return `preset ${preset}: done from ${short(tauDone)}, given up at ${short(tauAlive)}, offered from ${short(showBar)}`;
}

/** To three significant digits. */
function short(probability: number): string {
  return String(Number(probability.toPrecision(3)));
}

function row(step: ExplainedStep, number: number, { tokensAtStop, reason }: Explanation): string {
  const boundaries = step.boundaries.map(({ at, offset }) => `${at} at ${offset}`);
  const decision = !step.judged
    ? 'not judged'
    : number === tokensAtStop
      ? `**${reason}**`
      : 'go on';
  const cells = [
    String(number),
    code(step.text),
    String(step.offset),
    milliseconds(step.ms).replace(' ms', ''),
    probability(step.logprob === null ? null : Math.exp(step.logprob)),
    probability(step.pDone),
    probability(step.pAlive),
    boundaries.join(', '),
    decision,
  ];
  return `| ${cells.join(' | ')} |`;
}

function milliseconds(ms: number | null): string {
  return ms === null ? '-' : `${Math.round(ms)} ms`;
}

function probability(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

/** A token as inline code: blanks and line breaks are shown, and nothing in it ends the cell. */
function code(text: string): string {
  const shown = JSON.stringify(text).replaceAll('|', '\\|');
  const fence = '`'.repeat(1 + Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length)));
  return `${fence} ${shown} ${fence}`;
}
