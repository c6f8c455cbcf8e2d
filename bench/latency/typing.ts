import type { ProtocolConnection } from 'vscode-languageserver-protocol/node';
import { pathToFileURL } from 'node:url';
import { startDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor } from '../session/editor.ts';
import type { Place, Source } from '../session/places.ts';

/** One keystroke and the daemon's answer to it. */
export interface Keystroke {
  readonly ms: number;
  readonly answered: boolean;
  readonly fromMemory: boolean;
}

export interface TypingArm {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  readonly settings: unknown;
}

const KEYSTROKES = 12;

/**
 * Types the next characters at each place, one by one, waiting for each answer, once with each arm
 * in turn; which arm comes first alternates. Returns each arm's keystrokes by its name.
 */
export async function measureTyping(
  arms: readonly TypingArm[],
  places: readonly { readonly place: Place; readonly source: Source }[],
  folder: string,
): Promise<ReadonlyMap<string, readonly Keystroke[]>> {
  const running = await Promise.all(
    arms.map(async (arm) => {
      const seen = new Set<string>();
      const daemon = await startDaemon({
        ...arm,
        folder,
        initializationOptions: { simulatedUser: true },
        onLog: () => undefined,
      });
      return { arm, daemon, seen, keystrokes: [] as Keystroke[] };
    }),
  );
  for (const [index, { place, source }] of places.entries()) {
    const order = index % 2 === 0 ? running : [...running].reverse();
    for (const { daemon, keystrokes, seen } of order) {
      keystrokes.push(...(await typeAt(daemon.connection, place, source, index, seen)));
    }
  }
  await Promise.all(running.map(({ daemon }) => daemon.stop()));
  return new Map(running.map(({ arm, keystrokes }) => [arm.name, keystrokes]));
}

/** The rest of the line is what the user types; the file ends with what follows it. */
async function typeAt(
  connection: ProtocolConnection,
  place: Place,
  source: Source,
  index: number,
  seen: Set<string>,
): Promise<Keystroke[]> {
  const uri = pathToFileURL(`/typing/${index}/${source.file}`).href;
  const editor = await SimulatedEditor.open(connection, uri, source.languageId, source.text);
  const wanted = source.text.slice(place.start, place.end);
  await editor.replace(place.start, place.end, '');
  await editor.ask();
  const keystrokes: Keystroke[] = [];
  for (const char of wanted.slice(0, KEYSTROKES)) {
    await editor.type(char);
    const asked = performance.now();
    const ghost = await editor.ask();
    const ms = performance.now() - asked;
    const fromMemory = ghost !== null && seen.has(ghost.suggestionId);
    if (ghost) seen.add(ghost.suggestionId);
    keystrokes.push({ ms, answered: ghost !== null, fromMemory });
  }
  return keystrokes;
}
