import { setTimeout as pause } from 'node:timers/promises';
import type { CompletionReport } from '../../shared/protocol.ts';
import {
  chooseAct,
  commonPrefix,
  firstLine,
  firstWord,
  possibleActs,
  type Act,
} from './behaviour.ts';
import type { GhostText, SimulatedEditor } from './editor.ts';
import type { Place } from './places.ts';

/** One place visited: what was asked, what came, what the simulated user did. */
export interface Visit {
  readonly place: Place;
  /** 1-based, as editors show it. */
  readonly line: number;
  /** What the simulated user means to write. */
  readonly wanted: string;
  readonly act: Act;
  /** Null where the request never reached the engine. */
  readonly report: CompletionReport | null;
  /** Answers from memory while the user typed along. */
  readonly fromMemory: number;
}

export interface VisitContext {
  readonly done: ReadonlyMap<Act, number>;
  /** Times a person's thinking; 0 does without. */
  readonly pace: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /**
   * To be called before the request; the result, called with what came as soon as it has come, gives
   * its report, which a control run's stream ends first. Null where the engine was not asked.
   */
  nextReport(): (suggestionId: string | null) => Promise<CompletionReport | null>;
}

/**
 * Deletes the place's text, asks for a completion, acts on it, saves by hand (which settles the
 * episode) and leaves the document as it was before.
 */
export async function visit(
  editor: SimulatedEditor,
  place: Place,
  context: VisitContext,
): Promise<Visit> {
  const { start, end } = place;
  const wanted = editor.text.slice(start, end);
  const line = editor.text.slice(0, start).split('\n').length;
  await editor.replace(start, end, '');
  const reportOf = context.nextReport();
  const ghost = await editor.ask();
  const reported = reportOf(ghost?.suggestionId ?? null);
  await pause(context.pace * thinkingMs(context.random));
  const served = ghost && addition(ghost, editor.text, start);
  const acts = ghost && served === null ? REWRITING : possibleActs(served ?? '', wanted);
  const act = chooseAct(acts, context.done, context.random);
  const fromMemory = await perform(act, editor, ghost, served ?? '', wanted);
  const report = await reported;
  await editor.save();
  if (act === 'ignore') await editor.replace(start, start, wanted);
  return { place, line, wanted, act, report, fromMemory };
}

/** For a suggestion that would change what stands behind the cursor. */
const REWRITING: readonly Act[] = ['reject', 'ignore'];

/** Log-normal with a median of 0.7 s, 0.2 to 4 s. */
function thinkingMs(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(4000, Math.max(200, 700 * Math.exp(0.7 * normal)));
}

/**
 * What accepting would add at the cursor. Text behind the cursor that it would only put again in its
 * own place (a closing bracket, mostly) is left out; null where it would change such text.
 */
function addition(ghost: GhostText, document: string, cursor: number): string | null {
  const text = ghost.text.slice(cursor - ghost.start);
  const replaced = document.slice(cursor, ghost.end);
  return text.endsWith(replaced) ? text.slice(0, text.length - replaced.length) : null;
}

/** @returns how many answers came from memory */
async function perform(
  act: Act,
  editor: SimulatedEditor,
  ghost: GhostText | null,
  served: string,
  wanted: string,
): Promise<number> {
  const start = editor.cursor;
  switch (act) {
    case 'ignore':
      return 0;
    case 'reject':
    case 'write':
      await editor.type(wanted);
      return 0;
    case 'accept':
    case 'accept and edit':
      if (ghost) await editor.accept(ghost);
      await correct(editor, start, start + served.length, wanted);
      return 0;
    case 'accept a word':
    case 'accept a line': {
      const part = act === 'accept a word' ? firstWord(served) : (firstLine(served) ?? served);
      await editor.replace(start, start, part);
      const again = await askAgain(editor, ghost);
      await editor.type(wanted.slice(part.length));
      return again;
    }
    case 'type along':
      return typeAlong(editor, ghost, served, wanted);
  }
}

/** Types the suggestion's own characters, asking after each as an editor does, then the rest. */
async function typeAlong(
  editor: SimulatedEditor,
  ghost: GhostText | null,
  served: string,
  wanted: string,
): Promise<number> {
  const along = served.trimEnd();
  let fromMemory = 0;
  for (let at = 0; at < along.length; at++) {
    await editor.type(along.charAt(at));
    if (at + 1 < along.length) fromMemory += await askAgain(editor, ghost);
  }
  await editor.type(wanted.slice(along.length));
  return fromMemory;
}

/** Makes what was accepted what was wanted: one edit from the first difference on, then typing. */
async function correct(
  editor: SimulatedEditor,
  start: number,
  end: number,
  wanted: string,
): Promise<void> {
  const keep = commonPrefix(editor.text.slice(start, end), wanted);
  if (start + keep < end) await editor.replace(start + keep, end, '');
  await editor.type(wanted.slice(keep));
}

async function askAgain(editor: SimulatedEditor, ghost: GhostText | null): Promise<number> {
  const again = await editor.ask();
  return again && again.suggestionId === ghost?.suggestionId ? 1 : 0;
}
