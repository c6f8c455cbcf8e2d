import type { Settings } from '../../shared/settings.ts';
import { EngineError, type Capabilities } from '../engines/engine.ts';
import { delayOf } from '../learning/cascade/escalate.ts';
import type { AnswerCost, Candidate, Expert } from '../learning/cascade/question.ts';
import type { Pace, RequestDecision } from '../learning/question.ts';
import type { EpisodeDraw } from '../outcomes/records.ts';
import type { CursorContext } from '../stopping/trace.ts';
import { AnswerTimes } from './answer-times.ts';
import type { Stopped } from './generation.ts';
import type { PipelinePorts } from './ports.ts';
import type { CompletionRequest, Suggestion } from './request.ts';
import { CHARS_PER_TOKEN } from './sizing.ts';

/** What one model has made of a request, before anything of it is offered. */
export interface ModelAnswer {
  readonly request: CompletionRequest;
  /** The user's, or those of an experiment's arm. */
  readonly settings: Settings;
  readonly capabilities: Capabilities;
  readonly context: CursorContext;
  readonly chosen: RequestDecision;
  readonly draw: EpisodeDraw;
  readonly stopped: Stopped;
  readonly suggestion: Suggestion | null;
  /** Milliseconds from the editor's request to when the engine was asked. */
  readonly sentMs: number;
}

/** A larger model is asked, too. */
export interface Escalation {
  readonly model: string;
  /** Numbers and words, no code. */
  readonly reason: string;
}

/** What the user did at this place. */
export interface Typist {
  pace(): Pace;
  /** Answers in a row in this stretch of which nothing was accepted. */
  failures(): number;
}

/** Several models, small to large: whether the next one is asked, and whose text is served. */
export class Cascade {
  readonly #ports: PipelinePorts;
  readonly #typist: Typist;
  readonly #times = new AnswerTimes();

  constructor(ports: PipelinePorts, typist: Typist) {
    this.#ports = ports;
    this.#typist = typist;
  }

  /**
   * Null where the answer stays as it is: no larger model, not worth its cost, or a control request, whose stream
   * is to run on as it would without stopping.
   * @param answers of one request so far, the smallest model's first
   */
  async next(answers: readonly ModelAnswer[], signal: AbortSignal): Promise<Escalation | null> {
    const answer = answers.at(-1);
    if (!answer) return null;
    const { settings, capabilities, draw, stopped, sentMs } = answer;
    const { firstTokenMs, tokens } = stopped;
    const ownMs = firstTokenMs === null ? null : firstTokenMs - sentMs;
    this.#times.add(capabilities.model.name, ownMs, tokens);
    const model = largerThan(settings.ensemble.models, settings.model);
    if (model === null || draw.control) return null;
    const large = await this.#ready(model, signal);
    if (!large) return null;
    const spentTokens = answers.reduce((sum, one) => sum + one.stopped.tokens, 0);
    return this.#decide({ answer, spentTokens }, large, model);
  }

  /** @returns the place of the answer to serve */
  choose(answers: readonly ModelAnswer[]): number {
    const texts = answers.map(({ suggestion }) => suggestion?.text ?? null);
    const candidates = answers.map((answer, i): Candidate => {
      const text = texts[i] ?? null;
      const { pAlive } = answer.stopped.decision;
      return {
        expert: expertOf(answer),
        group: text === null ? null : texts.indexOf(text),
        pAlive,
      };
    });
    return this.#ports.decide({ kind: 'choice', candidates }).chosen;
  }

  #decide(
    { answer, spentTokens }: { readonly answer: ModelAnswer; readonly spentTokens: number },
    large: Capabilities,
    model: string,
  ): Escalation | null {
    const { request, settings, context, draw, stopped } = answer;
    const { languageId, trigger } = request;
    const { pDone, pAlive } = stopped.decision;
    const cost = this.#costOf(answer, large);
    const decision = this.#ports.decide(
      {
        ...{ kind: 'escalation', trigger, cost, lambda: settings.ensemble.lambda },
        place: { kind: context.kind, languageId },
        small: expertOf(answer),
        large: expertOf({ settings, capabilities: large }),
        scores: { pDone, pAlive },
        ...{ limits: { ...settings.budget, at: this.#ports.now() }, spentTokens },
        user: {
          waitedMs: stopped.stopMs,
          gapMs: this.#typist.pace().gapMs,
          failures: this.#typist.failures(),
        },
      },
      draw.chance,
    );
    if (decision.action === 'stay') return null;
    const swap = this.#times.swapMs(large, promptTokensOf(context));
    const loaded = `${delayOf(cost).toFixed(0)} ms expected, ${swap.toFixed(0)} of them loading`;
    return { model, reason: `${decision.why.at(-1) ?? decision.because}; ${loaded}` };
  }

  #costOf({ context, capabilities }: ModelAnswer, large: Capabilities): AnswerCost {
    return {
      ...this.#times.expected(large, promptTokensOf(context)),
      swapBackMs: this.#times.swapMs(capabilities, promptTokensOf(context)),
    };
  }

  /** Null where it is not there: the smaller model's answer is served. */
  async #ready(model: string, signal: AbortSignal): Promise<Capabilities | null> {
    try {
      return await this.#ports.models.ready(model, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.code !== 'cancelled') this.#ports.report.unready(model, error);
      return null;
    }
  }
}

/** The next one on the list; null where it is the last, or not on it. */
export function largerThan(models: readonly string[], model: string): string | null {
  const at = models.indexOf(model);
  return at === -1 ? null : (models[at + 1] ?? null);
}

function expertOf({
  settings,
  capabilities: { model },
}: Pick<ModelAnswer, 'settings' | 'capabilities'>): Expert {
  return { model: model.name, digest: model.digest, preset: settings.stopping.preset };
}

function promptTokensOf({ prefix, suffix }: CursorContext): number {
  return (prefix.length + suffix.length) / CHARS_PER_TOKEN;
}
