import { canBecome, matchOffset } from '../../stopping/match.ts';
import { PATIENT } from '../../stopping/policy/point.ts';
import { firstNewlineRule } from '../../stopping/rules/first-newline.ts';
import { shortstopRule } from '../../stopping/rules/shortstop-rule.ts';
import type { StopRule, StopSettings } from '../../stopping/controller.ts';
import type { CursorContext, TraceToken } from '../../stopping/trace.ts';

/** Whether a rule has decided yet. */
class Watched {
  decided = false;
  readonly #rule: StopRule;
  #state: unknown;

  constructor(rule: StopRule, context: CursorContext, settings: StopSettings) {
    this.#rule = rule;
    this.#state = rule.begin(context, settings);
  }

  add(token: TraceToken): void {
    if (this.decided) return;
    const { state, decision } = this.#rule.step(this.#state, token);
    this.#state = state;
    this.decided = decision !== null;
  }
}

/**
 * Says when a span's recording has shown all that is asked of it: the reference and the first line break have
 * decided, and it is known whether some beginning of the text is the wanted one.
 */
export class SpanWatch {
  readonly #gold: string;
  readonly #rules: readonly Watched[];
  #text = '';

  constructor(context: CursorContext, gold: string, maxTokens: number) {
    this.#gold = gold;
    const settings = { ...PATIENT, maxTokens };
    this.#rules = [shortstopRule, firstNewlineRule].map(
      (rule) => new Watched(rule as StopRule, context, settings),
    );
  }

  /** @returns whether recording may end behind this token */
  add(token: TraceToken): boolean {
    this.#text += token.text;
    for (const rule of this.#rules) rule.add(token);
    if (!this.#rules.every(({ decided }) => decided)) return false;
    return matchOffset(this.#text, this.#gold) !== null || !canBecome(this.#text, this.#gold);
  }
}
