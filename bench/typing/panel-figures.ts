import type { Measured } from '../../shared/laboratory/stop-rules.ts';
import type { MeasuredEngine, MeasuredTool, TypingFile } from '../../shared/laboratory/typing.ts';
import { PEER_CLIENTS } from '../peers/clients/all.ts';
import { figuresOf, type Figure } from './figures.ts';
import { ourClient } from './ours.ts';
import type { Person } from './person.ts';
import type { Client } from './play.ts';
import { PRESET_CLIENTS } from './points.ts';
import type { Profile } from './profiles.ts';
import { playAll } from './run.ts';
import type { Stretch } from './stretches.ts';

function measured({ value, interval }: Figure, scale: number, digits: number): Measured {
  return [value, interval?.low ?? value, interval?.high ?? value].map((each) =>
    Number((scale * each).toFixed(digits)),
  );
}

async function toolOf(
  name: string,
  client: Client,
  stretches: readonly Stretch[],
  profile: Profile,
  person: Person,
): Promise<MeasuredTool> {
  const played = await playAll(stretches, client, profile, person);
  const { busyMs, tokens, saved, notKept } = figuresOf(client.id, played);
  return {
    name,
    busyMs: measured(busyMs, 1, 0),
    tokens: measured(tokens, 1, 1),
    saved: measured(saved, 100, 1),
    notKept: measured(notKept, 1, 1),
  };
}

/** What the savings panel shows of this laboratory: each preset, and each peer. */
export async function panelFigures(
  stretches: readonly Stretch[],
  profiles: readonly Profile[],
  person: Person,
  date: string,
): Promise<TypingFile> {
  const engines: MeasuredEngine[] = [];
  for (const profile of profiles) {
    const play = (name: string, client: Client) => toolOf(name, client, stretches, profile, person);
    const ours: MeasuredTool[] = [];
    for (const { preset, point } of PRESET_CLIENTS) ours.push(await play(preset, ourClient(point)));
    const peers: MeasuredTool[] = [];
    for (const client of PEER_CLIENTS) peers.push(await play(client.id, client));
    const { id, title, msPerToken } = profile;
    engines.push({ id, title, msPerToken, ours, peers });
  }
  const files = new Set(stretches.map(({ file }) => file)).size;
  return {
    model: stretches[0]?.model ?? '',
    of: `${stretches.length} stretches of ${files} files that nothing was fitted on, typed in simulated time`,
    date,
    engines,
  };
}
