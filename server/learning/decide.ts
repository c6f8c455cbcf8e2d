import { formatDigest } from '../../shared/figures.ts';
import {
  certificateInWords,
  uncertifiedInWords,
  type Labels,
} from '../stopping/policy/certificate.ts';
import {
  worthOfAsking,
  isWorthAsking,
  SHIPPED_ASKING,
  type AskingWeights,
} from './asking/asking.ts';
import { debounceOf } from './asking/debounce.ts';
import { chosenOf } from './cascade/choose.ts';
import { beliefsOf, SHIPPED_CURVE } from './cascade/curve.ts';
import { balanceInWords, balanceOf, explores, type Balance } from './cascade/escalate.ts';
import type { ChoiceQuestion, EscalationQuestion } from './cascade/question.ts';
import {
  chooseRule,
  type BenchmarkRule,
  type ChosenRule,
  type LearnedWeights,
} from '../stopping/policy/choose-rule.ts';
import { overlaid } from './experiment/definition.ts';
import { pointOf } from '../stopping/policy/point.ts';
import type { Role } from './learner.ts';
import type {
  Advice,
  ChoiceDecision,
  Decide,
  Draw,
  EscalationDecision,
  KeystrokeDecision,
  KeystrokeQuestion,
  OfferDecision,
  OfferQuestion,
  Question,
  RaisedBar,
  RequestAdvice,
  RequestDecision,
  RequestQuestion,
  StretchDecision,
  StretchQuestion,
} from './question.ts';

/** Who has typed nothing for so long has stopped, and may be waiting for an offer. */
export const STOPPED_TYPING_MS = 400;

/** A learner with the state that it is in. */
export interface Adviser {
  readonly role: Role;
  advise(question: Question, draw: Draw): Advice | null;
}

/** What decisions are made from, beside the question. */
export interface Grounds {
  /** Null for a model that the learned rule was never trained for. */
  weightsFor(model: RequestQuestion['model']): LearnedWeights | null;
  /** Of the last calibration, for a model without weights; null where there was none. */
  readonly labelsFor?: ((model: RequestQuestion['model']) => Labels | null) | undefined;
  /** For benchmarks: another rule in the place of ours. */
  readonly instead?: BenchmarkRule | undefined;
  /** When to ask while typing; null asks at every key. Those that ship if left out. */
  readonly asking?: AskingWeights | null | undefined;
  /** In the order of their roles. */
  readonly advisers: readonly Adviser[];
}

/**
 * What the user fixed in the settings comes first, then the advice in the order of its roles, then the
 * certified default, then the simple rule. Pure: the same grounds, question and draw give the same decision.
 */
export function decider(grounds: Grounds): Decide {
  function decide(question: KeystrokeQuestion, draw?: Draw): KeystrokeDecision;
  function decide(question: StretchQuestion, draw?: Draw): StretchDecision;
  function decide(question: RequestQuestion, draw?: Draw): RequestDecision;
  function decide(question: OfferQuestion, draw?: Draw): OfferDecision;
  function decide(question: EscalationQuestion, draw?: Draw): EscalationDecision;
  function decide(question: ChoiceQuestion, draw?: Draw): ChoiceDecision;
  function decide(question: Question, draw: Draw = null) {
    switch (question.kind) {
      case 'keystroke':
        return onKeystroke(question, grounds, draw);
      case 'stretch':
        return onStretch(question, grounds, draw);
      case 'request':
        return onRequest(question, grounds, draw);
      case 'offer':
        return onOffer(question, grounds, draw);
      case 'escalation':
        return onEscalation(question, grounds, draw);
      case 'choice':
        return onChoice(question, grounds, draw);
    }
  }
  return decide;
}

/**
 * A budget is the user's own limit: what it forbids nobody else allows. Then the first that speaks is heard;
 * without one, the engine is asked once typing pauses, where that is worth its cost.
 */
function onKeystroke(question: KeystrokeQuestion, grounds: Grounds, draw: Draw): KeystrokeDecision {
  const { trigger, typing, stretch, settings } = question;
  if (trigger !== 'automatic' && !typing) return { action: 'ask', why: ['asked for by a command'] };
  const heard = adviceOn(question, grounds, draw);
  const { asking = SHIPPED_ASKING } = grounds;
  const forbids = heard.find(
    ({ role, advice }) =>
      (role === 'budget' && advice.action === 'silent') ||
      (advice.action === 'raise' && isBelow(advice, question, asking)),
  );
  if (forbids) return { action: 'silent', why: [inWords(forbids)] };
  for (const { role, advice } of heard) {
    if (advice.action !== 'raise') return { ...advice, why: [inWords({ role, advice })] };
  }
  if (stretch?.last?.accepted && asking) {
    return {
      action: 'ask',
      why: ['the last offer was accepted: what follows is asked for at once'],
    };
  }
  if (stretch && asking && !isWorthAsking(stretch, settings.preset, asking)) {
    const worth = worthOfAsking(stretch, asking).toFixed(1);
    const why = `asking here is worth ${worth} characters more than waiting`;
    return { action: 'wait', ms: STOPPED_TYPING_MS, why: [`${why}, while typing goes on`] };
  }
  const ms = trigger === 'automatic' ? debounceOf(settings, question.pace) : 0;
  return { action: 'wait', ms, why: [`after a pause of ${ms} ms`] };
}

/**
 * Whether asking is not worth what the bar is raised by. Behind an accepted offer it always is, as where each key is
 * to be asked for.
 */
function isBelow(
  { characters }: RaisedBar,
  { stretch, settings }: KeystrokeQuestion,
  asking: AskingWeights | null,
): boolean {
  return (
    stretch !== null &&
    asking !== null &&
    stretch.last?.accepted !== true &&
    !isWorthAsking(stretch, settings.preset, asking, characters)
  );
}

/** The first that speaks is heard; without one, the user's settings hold. */
function onStretch(question: StretchQuestion, grounds: Grounds, draw: Draw): StretchDecision {
  const { settings } = question;
  const [first] = adviceOn(question, grounds, draw);
  if (!first) return { arm: null, settings, why: ['the settings hold'] };
  const { arm, settings: overlay } = first.advice;
  return { arm, settings: overlaid(settings, overlay), why: [inWords(first)] };
}

/** The first that speaks is heard; without one, everything is offered. */
function onOffer(question: OfferQuestion, grounds: Grounds, draw: Draw): OfferDecision {
  if (question.trigger !== 'automatic') return { action: 'offer', why: ['asked for by a command'] };
  const [first] = adviceOn(question, grounds, draw);
  if (first) return { ...first.advice, why: [inWords(first)] };
  return { action: 'offer', why: ['everything is offered'] };
}

/**
 * What was learned of the two models, else what ships, within the user's budget; where that forbids nothing, for a few
 * the larger one is asked anyway.
 */
function onEscalation(
  question: EscalationQuestion,
  grounds: Grounds,
  draw: Draw,
): EscalationDecision {
  const heard = adviceOn(question, grounds, draw);
  const learned = heard.find(({ advice }) => advice.beliefs)?.advice.beliefs;
  const price = heard.find(({ advice }) => advice.tokenPrice !== undefined)?.advice.tokenPrice;
  const beliefs = learned ?? beliefsOf(SHIPPED_CURVE, question.scores.pAlive);
  const balance = balanceOf(question, beliefs, price);
  const because = heard.some(({ advice }) => advice.forbids)
    ? 'forbidden'
    : reasonOf(balance, draw);
  const source = learned ? [] : ['as recorded pairs of two models say'];
  return {
    action: because === 'worth it' || because === 'explored' ? 'escalate' : 'stay',
    ...{ balance, because },
    why: [
      ...heard.map(inWords),
      ...source,
      `${because}: ${balanceInWords(balance, question.lambda)}`,
    ],
  };
}

function reasonOf({ net }: Balance, draw: Draw) {
  if (net > 0) return 'worth it';
  return draw !== null && explores(draw) ? 'explored' : 'not worth it';
}

/** The weighted candidate. */
function onChoice(question: ChoiceQuestion, grounds: Grounds, draw: Draw): ChoiceDecision {
  const [first] = adviceOn(question, grounds, draw);
  const chosen = chosenOf(question, first?.advice.weights ?? {});
  return { chosen, why: [first ? inWords(first) : 'all models weigh the same'] };
}

function onRequest(question: RequestQuestion, grounds: Grounds, draw: Draw): RequestDecision {
  const { settings, model, logprobs, costs, assigned } = question;
  const weights = grounds.weightsFor(model);
  const { instead } = grounds;
  const patient = question.trigger === 'complete-here';
  const heard = besideArm(untilVeto(adviceOn(question, grounds, draw)), assigned);
  const { veto, point, boldness, arm, lambda, shortest } = composed(heard);
  const most = Math.min(
    question.limits?.tokensPerRequest || Infinity,
    patient ? Infinity : shortest,
  );
  const { otherFiles = false } = question;
  const asked = { weights, logprobs, costs, otherFiles, settings, patient, instead, most };
  if (patient || instead || settings.preset === 'custom') {
    const chosen = chooseRule(asked);
    const arm = instead ? 'benchmark' : (assigned?.name ?? 'own');
    const why = [fixedInWords(question, grounds), ruleInWords(chosen, question, grounds)];
    return { ...chosen, arm, propensity: assigned?.propensity ?? 1, why };
  }
  const advised = {
    ...asked,
    lambda: lambda ?? point?.lambda,
    boldness: point ? undefined : boldness,
    ...(point && { settings: { ...settings, ...pointOf(point), preset: 'custom' as const } }),
  };
  const fallback =
    veto?.boldness === undefined
      ? ({ instead: 'confidence' } as const)
      : { boldness: veto.boldness };
  const chosen = chooseRule(veto ? { ...asked, ...fallback } : advised);
  const given = assigned ?? (veto ? FALLBACK : arm);
  return {
    ...chosen,
    arm: given?.name ?? 'deployed',
    propensity: given?.propensity ?? 1,
    why: [
      `preset ${settings.preset}`,
      ...heard.map(inWords),
      ruleInWords(chosen, question, grounds),
    ],
  };
}

/** What a request was given that a guard refused its own; one of an experiment stays in the arm that it was drawn for. */
const FALLBACK = { name: 'fallback', propensity: 1 };

interface Heard<A extends Advice = Advice> {
  readonly role: Role;
  readonly advice: A;
}

function adviceOn<Q extends Question>(question: Q, { advisers }: Grounds, draw: Draw) {
  return advisers.flatMap((adviser) => {
    const advice = adviser.advise(question, draw);
    return advice && isOn(advice, question) ? [{ role: adviser.role, advice }] : [];
  });
}

function isOn<Q extends Question>(
  advice: Advice,
  { kind }: Q,
): advice is Extract<Advice, { kind: Q['kind'] }> {
  return advice.kind === kind;
}

function untilVeto(heard: readonly Heard<RequestAdvice>[]): readonly Heard<RequestAdvice>[] {
  const veto = heard.findIndex(({ advice }) => advice.veto);
  return veto === -1 ? heard : heard.slice(0, veto + 1);
}

/** Where an experiment's arm says where requests stop, of what is advised only a veto or a limit is heard. */
function besideArm(
  heard: readonly Heard<RequestAdvice>[],
  assigned: RequestQuestion['assigned'],
): readonly Heard<RequestAdvice>[] {
  if (!assigned?.fixesPoint) return heard;
  return heard.flatMap((one): readonly Heard<RequestAdvice>[] => {
    const { kind, says, veto, maxTokens } = one.advice;
    if (veto) return [one];
    if (maxTokens === undefined) return [];
    return [{ role: one.role, advice: { kind, says, maxTokens } }];
  });
}

/** On each part, the first that speaks is heard. Behind another's point an arm is no longer where the request stops. */
function composed(heard: readonly Heard<RequestAdvice>[]) {
  const advice = heard.map((one) => one.advice);
  return {
    veto: advice.find(({ veto }) => veto),
    point: advice.find(({ point }) => point)?.point,
    boldness: boldnessOf(heard),
    arm: advice.find(({ point, arm }) => point ?? arm)?.arm,
    lambda: advice.find(({ lambda }) => lambda !== undefined)?.lambda,
    shortest: Math.min(...advice.map(({ maxTokens = Infinity }) => maxTokens)),
  };
}

/** What was learned of the user moves the point only towards caution: there the most cautious that speaks is heard. */
const LEARNED: ReadonlySet<Role> = new Set<Role>(['profile', 'adaptation']);

function boldnessOf(heard: readonly Heard<RequestAdvice>[]): number | undefined {
  const first = heard.find(({ advice }) => advice.boldness !== undefined);
  if (!first || first.advice.asked || !LEARNED.has(first.role)) return first?.advice.boldness;
  return Math.min(...heard.map(({ advice: { boldness = Infinity } }) => boldness));
}

function inWords({ role, advice }: Heard): string {
  return `${role}: ${advice.says}`;
}

function fixedInWords({ trigger, settings }: RequestQuestion, { instead }: Grounds): string {
  if (instead) return `benchmark: ${instead}`;
  if (trigger === 'complete-here') return 'asked for by name, and not given up';
  return `preset ${settings.preset}`;
}

/** What is certified of what the rule loses; then which it is, and what it was trained on. */
function ruleInWords(
  { rule, point, weights, alternatives, certificate, doubt }: ChosenRule,
  { model, logprobs, place }: RequestQuestion,
  grounds: Grounds,
): string {
  if (weights) {
    const beside = alternatives > 0 ? ` with ${alternatives} alternatives a token` : '';
    return `${certificateInWords(certificate, doubt, place)}. The rule is the learned policy${beside}, weights ${weights.hash}, trained on ${weights.trainedOn}`;
  }
  if (!point) return `not certified. The rule is ${rule.id}`;
  const confidence = logprobs ? ' with the confidence of the chosen tokens' : ' alone';
  const simple = `The rule is the simple one, hard stops${confidence}`;
  if (!grounds.weightsFor(model)) {
    const labels = grounds.labelsFor?.(model);
    if (labels) return `${uncertifiedInWords(labels)}. ${simple}`;
    const digest = formatDigest(model.digest);
    return `not certified. ${simple}: ${model.name} (${digest}) was never calibrated`;
  }
  const little = logprobs ? '' : ': this engine gives the learned policy too little';
  return `not certified. ${simple}${little}`;
}
