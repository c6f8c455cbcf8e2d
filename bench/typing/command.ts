import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { PEER_CLIENTS } from '../peers/clients/all.ts';
import { clairvoyant } from './clairvoyant.ts';
import { figuresOf } from './figures.ts';
import { ourClient, SHIPPED, type AskingPoint } from './ours.ts';
import { PERSONS, type Person } from './person.ts';
import { PROFILES, profileOf } from './profiles.ts';
import { playAll } from './run.ts';
import { partOf } from './split.ts';
import { readStretches, type Stretch } from './stretches.ts';
import { typingTable } from './table.ts';

export const TYPING_USAGE =
  'typing [--trees FILE…] [--part fit|held-out] [--profile cpu|laptop|h200|blackbox] [--person typist|plain] [--limit N]';

const KEPT = fileURLToPath(new URL('../data/stretches-0.5b.jsonl.gz', import.meta.url));
const LEAST = [2, 8];

async function stretchesOf(trees: readonly string[], part: string | undefined): Promise<Stretch[]> {
  const all = await readStretches(trees.length > 0 ? trees : [KEPT]);
  if (trees.length > 0 && part === undefined) return all;
  return all.filter((stretch) => partOf(stretch) === (part ?? 'held-out'));
}

function personOf(id: string): Person {
  const person = PERSONS.find((each) => each.id === id);
  if (person) return person;
  throw new Error(`--person takes ${PERSONS.map((each) => each.id).join(', ')}`);
}

/** `typing`: a person types recorded stretches in simulated time, with us and with each peer. */
export async function typingCommand(
  args: string[],
  print: (line: string) => void,
  points: readonly AskingPoint[] = [SHIPPED],
): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      trees: { type: 'string', multiple: true, default: [] },
      part: { type: 'string' },
      profile: { type: 'string' },
      person: { type: 'string', default: 'typist' },
      limit: { type: 'string' },
    },
  });
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  const found = await stretchesOf([...values.trees, ...positionals], values.part);
  const stretches = found.slice(0, limit);
  const person = personOf(values.person);
  const measured = PROFILES.filter(({ id }) => id !== 'blackbox');
  const profiles = values.profile === undefined ? measured : [profileOf(values.profile)];
  const clients = [...points.map(ourClient), ...PEER_CLIENTS, ...LEAST.map(clairvoyant)];
  const chars = stretches.reduce((sum, { wanted }) => sum + wanted.length, 0);
  print(`${stretches.length} stretches of ${chars} characters, person: ${person.id}`);
  for (const profile of profiles) {
    const rows = [];
    for (const client of clients) {
      rows.push(figuresOf(client.id, await playAll(stretches, client, profile, person)));
    }
    print(`\n## ${profile.title}\n\n${typingTable(rows)}`);
  }
}
