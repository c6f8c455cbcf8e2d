import { buildFim, type Family } from '../../server/completion/families.ts';
import { decider } from '../../server/learning/decide.ts';
import { insertion } from '../../server/post-process/replace-range.ts';
import { repair } from '../../server/post-process/repairs.ts';
import type { Decision } from '../../server/stopping/controller.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import { offeredUntil } from '../../server/stopping/policy/likely-beginning.ts';
import { weightsFor } from '../../server/stopping/policy/weights.ts';
import type { CursorContext, TraceToken } from '../../server/stopping/trace.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { streamTokens, type EngineOptions } from '../record/stream.ts';
import { askPlaces } from '../stretches/cut.ts';
import { RECORDED_WINDOW } from '../stretches/record-command.ts';
import { contextAt } from '../stretches/record.ts';
import { acceptedOf, TYPIST } from '../typing/person.ts';
import type { ContextJob } from './jobs.ts';
import type { ContextAsk, ContextRow } from './row.ts';

const decide = decider({ weightsFor, advisers: [] });

/** The stretch's beginning, and the place nearest to its middle at which a person could ask. */
export function placesOf(wanted: string): number[] {
  const [, ...further] = askPlaces(wanted);
  const middle = wanted.length / 2;
  const [nearest] = further.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return nearest === undefined ? [0] : [0, nearest];
}

/** What the daemon offers at a place under its default preset, and after how many tokens it stops. */
async function offer(
  prompt: string,
  context: CursorContext,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly tokens: number }> {
  const chosen = decide({
    ...{ kind: 'request', trigger: 'automatic', settings: DEFAULT_SETTINGS.stopping },
    ...{ model: { name: options.model, digest: '' }, logprobs: true },
    costs: { msPerToken: null, msPerTokenWithAlternatives: null },
    place: { kind: context.kind, languageId: context.languageId, workspace: null },
  });
  const { rule } = chosen;
  const stop = new AbortController();
  const stream = streamTokens(prompt, options, AbortSignal.any([signal, stop.signal]));
  const tokens: TraceToken[] = [];
  let state = rule.begin(context, chosen.settings);
  let decision: Decision | null = null;
  while (!decision) {
    const next = await stream.next();
    if (next.done) {
      decision = rule.end(state, next.value.done === 'stop' ? 'natural-end' : 'cap');
    } else {
      tokens.push(next.value);
      ({ state, decision } = rule.step(state, next.value));
    }
  }
  stop.abort();
  const written = tokens.map(({ text }) => text).join('');
  const raw = written.slice(0, offeredUntil(decision, tokens, chosen));
  const { text } = insertion(repair(raw, context, decision.reason).text, context);
  return { text, tokens: decision.tokens };
}

function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** Asks at each place of a stretch, first without other files, then with them, one request after the other. */
export async function recordContext(
  job: ContextJob,
  family: Family,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<ContextRow> {
  const { id, packageId, lang, wanted } = job;
  const typed = placesOf(wanted);
  const contexts = typed.map((at) => contextAt(job, at, RECORDED_WINDOW));
  const promptsWith = (beside: ContextJob['beside'] | null) =>
    contexts.map(({ prefix, suffix }) => buildFim(family, prefix, suffix, beside));
  const prompts = { without: promptsWith(null), with: promptsWith(job.beside) };
  const block = (prompts.with[0]?.length ?? 0) - (prompts.without[0]?.length ?? 0);
  const ask = async (arm: 'without' | 'with', at: number): Promise<ContextAsk> => {
    const [prompt, context] = [prompts[arm][at], contexts[at]];
    if (prompt === undefined || !context) throw new Error(`${id} has no place ${at}`);
    const { text, tokens } = await offer(prompt, context, options, signal);
    const rest = wanted.slice(typed[at]);
    const taken = acceptedOf(text, rest, TYPIST);
    const before = prompts[arm][at - 1];
    const held = before === undefined ? (arm === 'with' ? block : 0) : sharedLength(before, prompt);
    return {
      ...{ prompt: prompt.length, fresh: prompt.length - held, tokens },
      exact: isExactMatch(text, rest),
      saved: taken ? taken.chars - taken.keys : 0,
    };
  };
  const asked: Record<'without' | 'with', ContextAsk[]> = { without: [], with: [] };
  for (const arm of ['without', 'with'] as const) {
    for (const at of typed.keys()) asked[arm].push(await ask(arm, at));
  }
  const places = typed.flatMap((place, at) => {
    const [without, beside] = [asked.without[at], asked.with[at]];
    return without && beside ? [{ typed: place, without, with: beside }] : [];
  });
  return { id, package: packageId, lang, block, chars: wanted.length, places };
}
