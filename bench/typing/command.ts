import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peerClient } from '../peers/clients/client.ts';
import { simpleClient } from '../peers/clients/simple.ts';
import { typedLive } from './live.ts';
import { ourClient } from './ours.ts';
import { fitCommand } from './fit-command.ts';
import { PERSONS, type Person } from './person.ts';
import { panelFigures } from './panel-figures.ts';
import { piecesTable } from './pieces.ts';
import { FRONTIER } from './points.ts';
import { PROFILES, profileOf } from './profiles.ts';
import { typingReport } from './report.ts';
import { sensitivityTable } from './sensitivity.ts';
import { partOf } from './split.ts';
import { readStretches, type Stretch } from './stretches.ts';

export const TYPING_USAGE = `typing [--trees FILE…] [--part fit|held-out] [--profile cpu|laptop|h200|blackbox] [--person typist|plain]
         [--limit N] [--sensitivity] [--pieces] [--out FILE] [--panel FILE] [--fit [--write]] [--live N --url URL --engine-log FILE]`;

const KEPT = fileURLToPath(new URL('../data/stretches-0.5b.jsonl.gz', import.meta.url));
/** Whose frontier is drawn where no profile is named. */
const PICTURED = 'laptop';

/** Stretches that are given are all held out, unless a part of them is asked for. */
function partWanted(all: readonly Stretch[], given: boolean, part: string | undefined): Stretch[] {
  if (given && part === undefined) return [...all];
  return all.filter((stretch) => partOf(stretch) === (part ?? 'held-out'));
}

function personOf(id: string): Person {
  const person = PERSONS.find((each) => each.id === id);
  if (person) return person;
  throw new Error(`--person takes ${PERSONS.map((each) => each.id).join(', ')}`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** `typing`: a person types recorded stretches in simulated time, with us and with each peer. */
export async function typingCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      trees: { type: 'string', multiple: true, default: [] },
      part: { type: 'string' },
      profile: { type: 'string' },
      person: { type: 'string', default: 'typist' },
      limit: { type: 'string' },
      sensitivity: { type: 'boolean', default: false },
      pieces: { type: 'boolean', default: false },
      out: { type: 'string' },
      panel: { type: 'string' },
      fit: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      live: { type: 'string' },
      url: { type: 'string' },
      'engine-log': { type: 'string' },
    },
  });
  const trees = [...values.trees, ...positionals];
  const all = await readStretches(trees.length > 0 ? trees : [KEPT]);
  if (values.fit) return fitCommand(all, values.write, print);
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  const found = partWanted(all, trees.length > 0, values.part);
  const stretches = found.slice(0, limit);
  const person = personOf(values.person);
  if (values.live !== undefined) {
    const { url, 'engine-log': log } = values;
    if (url === undefined || log === undefined) throw new Error(`usage: ${TYPING_USAGE}`);
    await typedLive(stretches.slice(0, Number(values.live)), { url, log }, person, print);
    return;
  }
  const measured = PROFILES.filter(({ id }) => id !== 'blackbox');
  const profiles = values.profile === undefined ? measured : [profileOf(values.profile)];
  if (values.panel !== undefined) {
    const today = new Date().toISOString().slice(0, 10);
    const figures = await panelFigures(stretches, profiles, person, today);
    await write(values.panel, `${JSON.stringify(figures, null, 2)}\n`);
    print(`What the panel shows is in ${values.panel}.`);
    return;
  }
  const chars = stretches.reduce((sum, { wanted }) => sum + wanted.length, 0);
  const files = new Set(stretches.map(({ file }) => file)).size;
  print(`${stretches.length} stretches of ${files} files, ${chars} characters; ${person.id}`);
  print('Per 100 characters of wanted code; 95 % intervals are clustered by file.');
  for (const profile of profiles) {
    print(`\n## ${profile.title}\n`);
    if (values.sensitivity) {
      const peer = peerClient(simpleClient);
      print(await sensitivityTable(stretches, ourClient(), peer, profile, person));
      continue;
    }
    if (values.pieces) {
      print(await piecesTable(stretches, profile, person));
      continue;
    }
    const { table, goals, picture } = await typingReport(stretches, FRONTIER, profile, person);
    print(`${table}\n\n${goals}`);
    if (values.out === undefined || (profiles.length > 1 && profile.id !== PICTURED)) continue;
    await write(values.out, picture);
    print(`\nThe frontier is drawn in ${values.out}.`);
  }
}
