import { randomUUID } from 'node:crypto';
import type { GenerateRequest } from '../../engines/engine.ts';
import { ALTERNATIVES, type Alternative, type TraceToken } from '../../stopping/trace.ts';
import { answerOf, reportOf } from '../answer.ts';
import { FlightRecord } from '../flight-record.ts';
import { generate, noProgress, type Finished, type Progress, type Stopped } from '../generation.ts';
import type { PipelinePorts } from '../ports.ts';
import type { SentRequest } from '../prepared.ts';
import type { CompletionRequest, Suggestion } from '../request.ts';
import type { Branch, Branches } from './branches.ts';

/** What all candidates of one demand are asked by. */
export interface Demand {
  readonly request: CompletionRequest;
  readonly sent: SentRequest;
  readonly prompt: GenerateRequest['prompt'];
}

/** Another text for the same place. */
export interface Candidate {
  readonly suggestion: Suggestion;
  /** All of them, those that it has in common with the text on show among them. */
  readonly tokens: readonly TraceToken[];
  /** That the model's text begins so, up to the token at which it leaves the one on show. */
  readonly probability: number;
}

interface Ended {
  readonly stopped: Stopped;
  readonly finished: Finished;
}

/** One text that takes a branch: its stream, and its row, which is written once it is known whether it is offered. */
export class OneCandidate {
  readonly #id = randomUUID();
  readonly #demand: Demand;
  readonly #ports: PipelinePorts;
  readonly #asked: number;
  readonly #progress: Progress = noProgress();
  readonly #record: FlightRecord;
  #stopped: Stopped | null = null;
  #ended: Ended | null = null;
  #candidate: Candidate | null = null;

  /** @param number 2 for the first beside the text on show */
  constructor(demand: Demand, number: number, ports: PipelinePorts) {
    const { request } = demand;
    this.#demand = demand;
    this.#ports = ports;
    this.#asked = ports.now();
    const own = { id: this.#id, asked: this.#asked, progress: this.#progress, candidate: number };
    this.#record = new FlightRecord({ ...own, request, handover: null }, ports);
  }

  /** Null where the rule serves nothing of it. */
  get candidate(): Candidate | null {
    return this.#candidate;
  }

  /** @throws EngineError also where the signal aborts */
  async generate(branches: Branches, signal: AbortSignal): Promise<void> {
    await this.#record.metered(this.#demand.sent, async () => {
      let branch = branches.take();
      while (branch && !branch.token) {
        branches.settle(branch, await this.#alternativesAt(branch, signal));
        branch = branches.take();
      }
      if (branch) await this.#take(branch, signal);
      else this.#ended = this.#nowhere();
    });
  }

  /** Its row. @param failure why it did not come to its stop; null where it was cancelled */
  write(isOffered: boolean, failure: unknown = null): void {
    const { sent } = this.#demand;
    if (this.#ended) this.#writeEnded(this.#ended, isOffered);
    else this.#record.writeUnstopped(sent, failure);
    this.#record.writeCost();
  }

  #writeEnded({ stopped, finished }: Ended, offered: boolean): void {
    const { sent } = this.#demand;
    const { report } = this.#ports;
    const served = offered ? (this.#candidate?.suggestion.text ?? '') : '';
    this.#record.notePace(sent);
    const seen = { served, servedChars: served.length, offered };
    report.stopped(this.#record.writeStopped(sent, stopped, seen));
    const { ended, ...rest } = finished;
    const seenEnd = ended === 'superseded' ? 'pre-empted' : ended;
    report.finished({
      ...{ suggestionId: this.#id, served },
      ...reportOf(sent, stopped, { ...rest, ended: seenEnd }),
    });
  }

  /** Asks, for one token, which could stand at a place. */
  async #alternativesAt({ before }: Branch, signal: AbortSignal): Promise<readonly Alternative[]> {
    const { prompt, sent } = this.#demand;
    const stream = this.#ports.models.engine.generate({
      model: sent.settings.model,
      prompt: continued(prompt, before),
      maxTokens: 1,
      ...{ alternatives: ALTERNATIVES, signal },
    });
    for await (const { alternatives = [] } of stream) {
      this.#progress.tokens++;
      return alternatives;
    }
    return [];
  }

  async #take(branch: Branch, signal: AbortSignal): Promise<void> {
    const { prompt, sent, request } = this.#demand;
    const { rule, settings, alternatives } = sent.chosen;
    const given = givenOf(branch);
    const finished = await generate(
      {
        engine: this.#ports.models.engine,
        request: {
          model: sent.settings.model,
          prompt: continued(prompt, given),
          maxTokens: Math.max(1, settings.maxTokens - given.length),
          alternatives,
        },
        ...{ rule, settings, given, context: sent.context, follow: null },
        elapsed: () => this.#elapsed,
        sleep: this.#ports.sleep,
      },
      signal,
      this.#progress,
      { onToken: () => undefined, onStop: (stopped) => (this.#stopped = stopped) },
    );
    const stopped = this.#stopped;
    if (!stopped) return;
    this.#ended = { stopped, finished };
    const tokens = [...this.#progress.trace];
    const { suggestion } = answerOf(this.#id, request, sent, stopped, tokens);
    const { probability } = branch;
    this.#candidate = suggestion && { suggestion, tokens, probability };
  }

  get #elapsed(): number {
    return this.#ports.now() - this.#asked;
  }

  #nowhere(): Ended {
    const { tokens } = this.#progress;
    const decision = { reason: 'hopeless', offset: 0, tokens, pDone: null, pAlive: null } as const;
    const none = { text: '', tokens, tokensAtFirstNewline: null };
    const stopped = { decision, ...none, firstTokenMs: null, stopMs: this.#elapsed };
    return { stopped, finished: { ...none, tailMs: 0, ended: 'stopped' } };
  }
}

/** The token that stands at the branch is what is asked for: its own probability says nothing against the text. */
function givenOf({ before, token }: Branch): TraceToken[] {
  return token ? [...before, { text: token.text, logprob: 0 }] : [...before];
}

function continued(
  prompt: GenerateRequest['prompt'],
  tokens: readonly TraceToken[],
): GenerateRequest['prompt'] {
  const text = tokens.map((token) => token.text).join('');
  if ('raw' in prompt) return { raw: prompt.raw + text };
  return { ...prompt, prefix: prompt.prefix + text };
}
