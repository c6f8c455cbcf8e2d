import { PEER_CLIENTS } from '../peers/clients/all.ts';
import { clairvoyant } from './clairvoyant.ts';
import { figuresOf, type TypingFigures } from './figures.ts';
import { frontierOf, PairedTools, type Operating } from './frontier.ts';
import { ghostGoal, goalRows, goalTable, type Sides } from './goals.ts';
import { ourClient, type AskingPoint } from './ours.ts';
import type { Person } from './person.ts';
import { typingPicture, type TypingDot } from './picture.ts';
import type { Client, Played } from './play.ts';
import { NEVER_GIVES_UP } from './points.ts';
import type { Profile } from './profiles.ts';
import { playAll } from './run.ts';
import type { Stretch } from './stretches.ts';
import { typingTable } from './table.ts';

/** Characters of which clairvoyant asking makes a request: its own frontier. */
const LEAST = [2, 4, 8, 16];

export interface TypingReport {
  readonly table: string;
  readonly goals: string;
  readonly picture: string;
}

function pictureOf(tools: ReadonlyMap<string, Operating>, sides: Sides, profile: Profile): string {
  const of = (ids: readonly string[], kind: TypingDot['kind']): TypingDot[] =>
    ids.flatMap((label) => {
      const tool = tools.get(label);
      return tool ? [{ ...tool, label, kind }] : [];
    });
  const ours = of(sides.ours, 'ours');
  const dots = [...ours.slice(0, 1), ...of(sides.peers, 'peer'), ...of(sides.clairvoyant, 'bound')];
  const points = sides.ours.flatMap((id) => tools.get(id) ?? []);
  return typingPicture(dots, frontierOf(points), `Held-out stretches; ${profile.title}`);
}

/** Every tool on the same stretches: what each comes to, the goals, and our frontier. */
export async function typingReport(
  stretches: readonly Stretch[],
  points: readonly AskingPoint[],
  profile: Profile,
  person: Person,
): Promise<TypingReport> {
  const [ours, bound] = [points.map(ourClient), LEAST.map(clairvoyant)];
  const neverGivesUp = ourClient(NEVER_GIVES_UP);
  const clients: Client[] = [...ours, neverGivesUp, ...PEER_CLIENTS, ...bound];
  const played = new Map<string, readonly Played[]>();
  const figures: TypingFigures[] = [];
  for (const client of clients) {
    const all = await playAll(stretches, client, profile, person);
    played.set(client.id, all);
    figures.push(figuresOf(client.id, all));
  }
  const ids = (some: readonly Client[]) => some.map(({ id }) => id);
  const sides: Sides = {
    ...{ ours: ids(ours), neverGivesUp: neverGivesUp.id },
    ...{ peers: ids(PEER_CLIENTS), clairvoyant: ids(bound) },
  };
  const paired = new PairedTools(played);
  const peers = figures.filter(({ id }) => sides.peers.includes(id));
  const rows = goalRows(paired, sides);
  const [shipped] = figures;
  if (shipped) rows.push(ghostGoal(shipped, peers));
  return {
    table: typingTable(figures),
    goals: goalTable(rows),
    picture: pictureOf(paired.whole(), sides, profile),
  };
}
