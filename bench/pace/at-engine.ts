import { LAST_LINE_MS, mayEndAtStop } from '../../server/engines/engine.ts';
import { wantsLines } from '../peers/rules/cody-text.ts';
import type { CursorContext, TraceToken } from '../../server/stopping/trace.ts';
import { contextOf } from '../replay/context.ts';
import { candidates } from '../replay/rules.ts';
import { decide, judge, type Candidate } from '../replay/run.ts';
import { REPLAY_SETTINGS } from '../replay/settings.ts';
import type { RecordedTrace } from '../traces.ts';
import type { Pace } from './pace.ts';

/** What a rule costs at an engine. */
export interface AtEngine {
  readonly id: string;
  /** Means per request: generated in all, and of them up to the decision. */
  readonly tokens: number;
  readonly decided: number;
  /** Exact matches among all requests, 0 to 1. */
  readonly em: number;
}

/**
 * Stop strings that the peers' clients send to an Ollama; sources are named at their rules. Twinny and Tabby match
 * theirs on their own side, Copilot's client sends some after an accepted text only.
 */
const CLIENTS: Readonly<Record<string, (context: CursorContext) => readonly string[]>> = {
  'peer-first-newline': () => ['\n'],
  'peer-cody': ({ prefix, suffix, languageId }) =>
    wantsLines(prefix, suffix, languageId) ? ['\n\n'] : ['\n'],
  'peer-continue': () => ['/src/', '#- coding: utf-8', '```'],
};
/** A part of the engine: what it decides on is the last token. */
const INSIDE = ['peer-llamacpp-infill'];

/**
 * Every rule of the replay on recorded traces, with what its client makes the engine generate: up to its stop strings, and
 * behind its own stop as long as a close takes. All that the traces hold beyond a cap is not seen.
 */
export function atEngine(traces: readonly RecordedTrace[], pace: Pace): AtEngine[] {
  return candidates(traces)
    .filter(({ id }) => !id.startsWith('oracle-'))
    .map((candidate) => {
      const all = traces.map((trace) =>
        candidate.id.startsWith('peer-')
          ? askedByPeer(candidate, trace, pace)
          : askedByUs(candidate, trace, pace),
      );
      const mean = (of: (one: Cost) => number) =>
        all.reduce((total, one) => total + of(one), 0) / all.length;
      return {
        id: candidate.id,
        tokens: mean(({ tokens }) => tokens),
        decided: mean(({ decided }) => decided),
        em: mean(({ exact }) => (exact ? 1 : 0)),
      };
    });
}

interface Cost {
  readonly tokens: number;
  readonly decided: number;
  readonly exact: boolean;
}

/** The rule sees no more than the client was sent. */
function askedByPeer(peer: Candidate, trace: RecordedTrace, pace: Pace): Cost {
  const { id } = peer;
  const ended = cutAt(trace, CLIENTS[id]?.(contextOf(trace)) ?? []);
  const rule = peer.ruleFor(ended.trace);
  const decision = decide(rule, ended.trace, REPLAY_SETTINGS);
  const behind = INSIDE.includes(id) ? 0 : generatedBehind(pace, 0);
  const stopped = decision.tokens < ended.trace.tokens.length;
  const tokens = stopped ? Math.min(ended.generated, decision.tokens + behind) : ended.generated;
  const { exact } = judge(rule, ended.trace, decision);
  return { tokens, decided: decision.tokens, exact };
}

/** As `generation.ts` asks: what the rule reads beyond a stop string is asked for again. */
function askedByUs(own: Candidate, trace: RecordedTrace, pace: Pace): Cost {
  const rule = own.ruleFor(trace);
  const stop = rule.stopStrings?.(contextOf(trace), REPLAY_SETTINGS) ?? [];
  const decision = decide(rule, trace, REPLAY_SETTINGS);
  const { exact } = judge(rule, trace, decision);
  const decided = decision.tokens;
  const all = trace.tokens.length + (trace.end === 'natural-end' ? 1 : 0);
  const { generated } = cutAt(trace, stop);
  if (decided === generated) return { tokens: generated, decided, exact };
  const again = decided > generated;
  const last = trace.tokens[decided - 1]?.text ?? '';
  const waits = !again && stop.length > 0 && mayEndAtStop(last);
  const behind = generatedBehind(pace, waits ? LAST_LINE_MS : 0);
  const tokens = again
    ? generated + Math.min(all, decided + behind)
    : Math.min(generated, decided + behind);
  return { tokens, decided, exact };
}

function generatedBehind({ closeMs, msPerToken }: Pace, waitMs: number): number {
  return Math.floor((waitMs + closeMs) / msPerToken);
}

/** What an engine sends that ends at the first of these strings, and how much it generates for that. */
function cutAt(trace: RecordedTrace, stop: readonly string[]) {
  const sent: TraceToken[] = [];
  let text = '';
  for (const token of trace.tokens) {
    text += token.text;
    const places = stop.map((each) => text.indexOf(each)).filter((at) => at >= 0);
    const at = Math.min(...places);
    if (places.length > 0) {
      const kept = token.text.slice(0, Math.max(0, at - (text.length - token.text.length)));
      const tokens = kept === '' ? sent : [...sent, { ...token, text: kept }];
      return {
        trace: { ...trace, tokens, end: 'natural-end' as const },
        generated: sent.length + 1,
      };
    }
    sent.push(token);
  }
  return { trace, generated: sent.length + (trace.end === 'natural-end' ? 1 : 0) };
}

/** A table, the cheapest peer's tokens as the measure. */
export function atEngineInWords(rows: readonly AtEngine[], n: number): string[] {
  const peer = rows.find(({ id }) => id === 'peer-first-newline')?.tokens ?? NaN;
  return [
    `at the engine, as each client asks and leaves, computed for ${n} traces:`,
    '| rule | engine tokens | up to the decision | EM % | first newline’s tokens |',
    '|---|---|---|---|---|',
    ...rows.map(({ id, tokens, decided, em }) => {
      const share = (tokens / peer).toFixed(2);
      return `| ${id} | ${tokens.toFixed(2)} | ${decided.toFixed(2)} | ${(100 * em).toFixed(1)} | ${share} x |`;
    }),
  ];
}
