import type { CompletionReport } from '../../shared/protocol.ts';
import type { GhostText, SimulatedEditor } from '../session/editor.ts';
import type { Place } from '../session/places.ts';
import type { Taste } from './tastes.ts';

/** Waits for the report of the request that is sent next; null where the engine is not asked. */
export type NextReport = () => (ghost: GhostText | null) => Promise<CompletionReport | null>;

/**
 * Deletes a place's text, asks there, waits until the model has written all of it, keeps what its taste says, and
 * saves by hand, which settles the stretch. Then the document is as it was.
 * @returns the characters that were kept
 */
export async function writeAt(
  editor: SimulatedEditor,
  { start, end, kind }: Place,
  languageId: string,
  taste: Taste,
  nextReport: NextReport,
): Promise<number> {
  const before = editor.text;
  const gold = before.slice(start, end);
  await editor.replace(start, end, '');
  const reportOf = nextReport();
  const ghost = await editor.ask();
  const report = await reportOf(ghost);
  const [prefix, suffix] = [before.slice(0, start), before.slice(end)];
  const { multiLine } = taste;
  const context = { prefix, suffix, languageId, kind, multiLine };
  const wanted = taste.wants({ context, gold, generated: report?.generated ?? '' });
  await keep(editor, ghost, wanted);
  await editor.save();
  await editor.replace(0, editor.text.length, before);
  return wanted.length;
}

/** Takes the suggestion where what is wanted begins with it, and types the rest. */
export async function keep(editor: SimulatedEditor, ghost: GhostText | null, wanted: string) {
  const served = ghost?.start === editor.cursor && ghost.end === ghost.start ? ghost.text : '';
  const isTaken = ghost !== null && served !== '' && wanted.startsWith(served);
  if (isTaken) await editor.accept(ghost);
  await editor.type(wanted.slice(isTaken ? served.length : 0));
}
