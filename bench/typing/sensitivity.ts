import { figuresOf } from './figures.ts';
import type { Person } from './person.ts';
import type { Client } from './play.ts';
import type { Profile } from './profiles.ts';
import { playAll } from './run.ts';
import type { Stretch } from './stretches.ts';

const PARAMETERS = [
  'keyMs',
  'typistSpread',
  'keySpread',
  'tokenStart',
  'committedMs',
  'noticeMs',
  'readMsPerChar',
  'longestReadMs',
] as const satisfies readonly (keyof Person)[];

/** The person as assumed, then with each parameter halved and doubled, and without accepting by the word. */
export function variantsOf(person: Person): { readonly name: string; readonly person: Person }[] {
  const scaled = PARAMETERS.flatMap((parameter) =>
    [0.5, 2].map((factor) => ({
      name: `${parameter} x ${factor}`,
      person: { ...person, [parameter]: person[parameter] * factor },
    })),
  );
  const whole = { name: 'whole offers only', person: { ...person, byWord: false } };
  return [{ name: 'as assumed', person }, ...scaled, whole];
}

/** How engine time, keystrokes saved and offers not kept of two tools compare, for each variant of the person. */
export async function sensitivityTable(
  stretches: readonly Stretch[],
  ours: Client,
  peer: Client,
  profile: Profile,
  person: Person,
): Promise<string> {
  const lines = [
    `| | engine time, against ${peer.id} | keystrokes saved %, ours and theirs | offers not kept, against theirs |`,
    '|---|---|---|---|',
  ];
  for (const variant of variantsOf(person)) {
    const play = async (client: Client) =>
      figuresOf(client.id, await playAll(stretches, client, profile, variant.person));
    const [a, b] = [await play(ours), await play(peer)];
    const times = (x: number) => `${x.toFixed(2)} x`;
    const percent = (x: number) => (100 * x).toFixed(1);
    lines.push(
      `| ${variant.name} | ${times(a.busyMs.value / b.busyMs.value)} | ${percent(a.saved.value)}, ${percent(b.saved.value)} | ${times(a.notKept.value / b.notKept.value)} |`,
    );
  }
  return lines.join('\n');
}
