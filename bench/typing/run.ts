import { play, type Client, type Played } from './play.ts';
import type { Person } from './person.ts';
import type { Profile } from './profiles.ts';
import type { Stretch } from './stretches.ts';

/** Types every stretch with one tool, each in simulated time of its own. */
export async function playAll(
  stretches: readonly Stretch[],
  client: Client,
  profile: Profile,
  person: Person,
): Promise<Played[]> {
  const played: Played[] = [];
  for (const stretch of stretches) played.push(await play(stretch, client, profile, person));
  return played;
}
