import type { AskingWeights } from '../../server/learning/asking/asking.ts';
import { ASKING_FEATURES, askingVector } from '../../server/learning/asking/features.ts';
import type { Moment } from '../../server/learning/asking/fit.ts';
import type { Adviser } from '../../server/learning/decide.ts';
import type { Linear } from '../../server/learning/fit/ridge.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { ourClient } from './ours.ts';
import { PLAIN } from './person.ts';
import { play, type Client, type Session } from './play.ts';
import { profileOf } from './profiles.ts';
import type { Stretch } from './stretches.ts';

/** How often each stretch is typed, and how many keys in a hundred are asked for by chance then. */
const ASKED_PERCENT = [30, 50, 70, 100, 30, 50, 70, 100];
const ENGINE = profileOf('blackbox');

interface Decision {
  readonly features: readonly number[];
  readonly asked: boolean;
  /** Characters that stand there beyond the keys typed for them, when it was decided. */
  readonly saved: number;
}

/** Types a stretch through the daemon's pipeline, which asks by chance; every decision of it in turn. */
async function explored(stretch: Stretch, percent: number, seed: number): Promise<Moment[]> {
  const random = seededRandom(seed);
  const decisions: Decision[] = [];
  const keys = { typed: 0, pressed: -1 };
  const byChance: Adviser = {
    role: 'experiment',
    advise: (question) => {
      if (question.kind !== 'keystroke' || !question.stretch) return null;
      const asked = random() * 100 < percent;
      const features = askingVector(question.stretch);
      decisions.push({ features, asked, saved: keys.typed - keys.pressed });
      return asked
        ? { kind: 'keystroke', action: 'wait', ms: 0, says: 'drawn' }
        : { kind: 'keystroke', action: 'silent', says: 'drawn' };
    },
  };
  const own = ourClient({ id: 'by chance', settings: DEFAULT_SETTINGS, advisers: [byChance] });
  const client: Client = {
    id: own.id,
    begin: (world) => counted(own.begin(world), keys),
  };
  const { chars, keys: pressed } = await play(stretch, client, ENGINE, PLAIN);
  return decisions.map(({ features, asked, saved }, at) => {
    const next = decisions[at + 1];
    const gain = (next?.saved ?? chars - pressed) - saved;
    return { features, asked, gain, next: next?.features ?? null };
  });
}

/** A session that tells how much is typed, and with how many keys. */
function counted(session: Session, keys: { typed: number; pressed: number }): Session {
  return {
    ask: (typed, signal) => {
      Object.assign(keys, { typed, pressed: keys.pressed + 1 });
      return session.ask(typed, signal);
    },
    changed: (typed) => session.changed?.(typed),
    accepted: () => session.accepted(),
    close: () => session.close(),
  };
}

/** What an asking policy is fitted on: each stretch typed several times, asked for by chance. */
export async function explore(stretches: readonly Stretch[]): Promise<Moment[]> {
  const moments: Moment[] = [];
  for (const [at, stretch] of stretches.entries()) {
    for (const [round, percent] of ASKED_PERCENT.entries()) {
      moments.push(...(await explored(stretch, percent, at * ASKED_PERCENT.length + round)));
    }
  }
  return moments;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** In the form of the file that ships. */
export function asWeights(
  { intercept, weights }: Linear,
  bars: AskingWeights['bars'],
  fittedOn: string,
): AskingWeights {
  const named = Object.keys(ASKING_FEATURES).map((name, at) => [name, rounded(weights[at] ?? 0)]);
  return {
    intercept: rounded(intercept),
    weights: Object.fromEntries(named) as Record<string, number>,
    bars,
    fittedOn,
  };
}
