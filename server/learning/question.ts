import type { ContextKind } from '../stopping/trace.ts';
import type { TokenCosts } from '../stopping/policy/alternatives.ts';
import type { ChosenRule } from '../stopping/policy/choose-rule.ts';
import type { PartialPoint } from '../stopping/policy/point.ts';
import type { Preset, Settings } from '../../shared/settings.ts';
import type { StretchNow } from './asking/question.ts';
import type { StopReason } from '../../shared/stats.ts';
import type { Beliefs } from './cascade/curve.ts';
import type { Balance } from './cascade/escalate.ts';
import type { ChoiceQuestion, EscalationQuestion } from './cascade/question.ts';
import type { Weights } from './cascade/weights.ts';
import type { Trigger } from '../outcomes/records.ts';
import type { Overlay } from './experiment/definition.ts';
import type { Limits } from './limits.ts';

/** What can be asked of `decide`, what a learner may advise on it, and what is decided. */

/** A key was typed, or a command given: is the engine asked? */
export interface KeystrokeQuestion {
  readonly kind: 'keystroke';
  readonly trigger: Trigger;
  /** Whether it comes with a key: only then may the answer be silence. */
  readonly typing: boolean;
  readonly settings: Pick<Settings, 'debounce'> & { readonly preset: Preset };
  /** What is typed so far, and what became of it; null where each key is to be asked for. */
  readonly stretch: StretchNow | null;
  readonly pace: Pace;
  readonly limits?: Limits;
}

/** How fast keys and answers come, in milliseconds; null before it was seen. */
export interface Pace {
  /** From one key to the next while somebody types: a median. */
  readonly gapMs: number | null;
  /** From a request to its stop at the engine: a median. */
  readonly answerMs: number | null;
}

export type Asking =
  | { readonly action: 'ask' | 'silent' }
  /** Asked after so many milliseconds, unless another key comes. */
  | { readonly action: 'wait'; readonly ms: number };

/** Which settings hold for a stretch? Asked without its draw before it has begun. */
export interface StretchQuestion {
  readonly kind: 'stretch';
  readonly settings: Settings;
  /** When the editor asked, milliseconds since the epoch. */
  readonly at: number;
}

/** Which of an experiment's arms a stretch was given. */
export interface Arm {
  /** As `requests.arm` has it. */
  readonly name: string;
  /** The probability with which it was drawn. */
  readonly propensity: number;
  /** It says where requests stop: of what else is advised, only a veto is heard. */
  readonly fixesPoint: boolean;
}

/** The engine is about to be asked: which rule stops it, and where? */
export interface RequestQuestion {
  readonly kind: 'request';
  readonly trigger: Trigger;
  readonly settings: Settings['stopping'];
  readonly model: { readonly name: string; readonly digest: string };
  /** Whether the engine gives log-probabilities. */
  readonly logprobs: boolean;
  readonly costs: TokenCosts;
  /** Whether definitions of other files stand in the prompt: no certificate speaks of such prompts. */
  readonly otherFiles?: boolean;
  /** Whose settings these are; absent outside of experiments. */
  readonly assigned?: Arm | null;
  /** Of the place; null where nothing is asked for at any place yet. */
  readonly place: RequestPlace | null;
  /** What the user asks of the operating point; nothing if left out. */
  readonly targets?: Settings['profile'];
  readonly limits?: Limits;
}

export interface RequestPlace {
  readonly kind: ContextKind;
  readonly languageId: string;
  /** A salted hash of its root; null outside of any workspace. */
  readonly workspace: string | null;
}

/** A text is ready: does it go to the editor? */
export interface OfferQuestion {
  readonly kind: 'offer';
  readonly trigger: Trigger;
  readonly text: string;
  /** Why its stream was stopped. */
  readonly reason: StopReason;
  /** As the rule left them; null where it has none, or the text comes from memory. */
  readonly pDone: number | null;
  readonly pAlive: number | null;
}

export type Offering =
  | { readonly action: 'offer' | 'hide' }
  /** Offered after so many milliseconds, unless another key comes. */
  | { readonly action: 'hold'; readonly ms: number };

export type Question =
  | KeystrokeQuestion
  | StretchQuestion
  | RequestQuestion
  | OfferQuestion
  | EscalationQuestion
  | ChoiceQuestion;

/** One line for people, in every advice and decision. */
interface Says {
  readonly says: string;
}

export type KeystrokeAdvice = { readonly kind: 'keystroke' } & (Asking | RaisedBar) & Says;
/** While somebody types, asking has to be worth so many characters more; else nothing is asked. */
export interface RaisedBar {
  readonly action: 'raise';
  readonly characters: number;
}
export type OfferAdvice = { readonly kind: 'offer' } & Offering & Says;
export interface StretchAdvice extends Says {
  readonly kind: 'stretch';
  readonly arm: Arm;
  /** In the place of the user's own. */
  readonly settings: Overlay;
}
export interface RequestAdvice extends Says {
  readonly kind: 'request';
  /** Whoever comes later is not heard. With a boldness, that one holds; else the simple rule in the place of the learned one. */
  readonly veto?: true;
  /** In the place of the preset's point. */
  readonly point?: PartialPoint;
  /**
   * How far to go from giving nothing up (0) to the preset's own point (1) on the path that was certified: what
   * lies between is certified with it. Beyond 1 nothing is certified.
   */
  readonly boldness?: number;
  /** The boldness is what the user asks for in the settings: nothing that was learned holds it back. */
  readonly asked?: true;
  /** Of an experiment: which of its arms this is, and with what probability it was drawn. */
  readonly arm?: { readonly name: string; readonly propensity: number };
  /** What a token costs, in matches. */
  readonly lambda?: number;
  /** The most tokens, where that is fewer than the settings allow. */
  readonly maxTokens?: number;
}
export interface EscalationAdvice extends Says {
  readonly kind: 'escalation';
  /** What was learned of a pair of models, in the place of what ships. */
  readonly beliefs?: Beliefs;
  /** What a token costs, in matches. */
  readonly tokenPrice?: number;
  /** Not asked, whatever it is worth. */
  readonly forbids?: true;
}
/** What was learned of each model, by `keyOf` of `cascade/choose.ts`. */
export interface ChoiceAdvice extends Says {
  readonly kind: 'choice';
  readonly weights: Weights;
}
export type Advice =
  KeystrokeAdvice | StretchAdvice | RequestAdvice | OfferAdvice | EscalationAdvice | ChoiceAdvice;

interface Why {
  /** One line for each piece that spoke. */
  readonly why: readonly string[];
}

export type KeystrokeDecision = Asking & Why;
export interface StretchDecision extends Why {
  /** Null outside of experiments. */
  readonly arm: Arm | null;
  /** The very same ones outside of experiments. */
  readonly settings: Settings;
}
export type OfferDecision = Offering & Why;
export interface RequestDecision extends ChosenRule, Why {
  /** Of an experiment; else `own` where the user fixed it, `fallback` under a veto, or `deployed`. */
  readonly arm: string;
  readonly propensity: number;
}

export interface EscalationDecision extends Why {
  readonly action: 'escalate' | 'stay';
  readonly balance: Balance;
  /** `explored`: asked although it is not worth its cost, so that it goes on to be known what it is worth. */
  readonly because: 'worth it' | 'explored' | 'not worth it' | 'forbidden';
}
export interface ChoiceDecision extends Why {
  /** Place among the candidates. */
  readonly chosen: number;
}

/** Uniform in [0, 1), one a stretch; null where nothing is done by the answer. */
export type Draw = number | null;

/** The one door for every decision. */
export interface Decide {
  (question: KeystrokeQuestion, draw?: Draw): KeystrokeDecision;
  (question: StretchQuestion, draw?: Draw): StretchDecision;
  (question: RequestQuestion, draw?: Draw): RequestDecision;
  (question: OfferQuestion, draw?: Draw): OfferDecision;
  (question: EscalationQuestion, draw?: Draw): EscalationDecision;
  (question: ChoiceQuestion, draw?: Draw): ChoiceDecision;
}
