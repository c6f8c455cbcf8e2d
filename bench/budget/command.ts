import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Daemon } from '../../server/daemon.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { formatShare } from '../../shared/figures.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings.ts';
import { isExactMatch } from '../../server/stopping/match.ts';
import type { Place, Source } from '../session/places.ts';
import { planVisits } from '../session/plan.ts';
import { readSources } from '../session/session.ts';

export const BUDGET_USAGE =
  'budget --url URL [--model NAME] [--places 54] [--share 0.6]   (a day in fast motion, on the real engine)';

const ROOT = join(import.meta.dirname, '../..');
/** Between these hours the places are visited at even distances. */
const [FROM, TO] = [9, 18];
/** Of a working day; its date says nothing. */
const at = (hour: number) => new Date(2026, 0, 5, 0, hour * 60).getTime();

interface Visit {
  /** By the clock of the day, as a number of hours. */
  readonly hour: number;
  readonly asked: boolean;
  readonly tokens: number;
  readonly matched: boolean;
  /** Of a token, behind it. */
  readonly price: number;
}

/** `budget`: a working day in fast motion, once without a budget and once with a share of what that spent. */
export async function budgetCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      'engine-log': { type: 'string' },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
      places: { type: 'string', default: '54' },
      share: { type: 'string', default: '0.6' },
    },
  });
  const { url, model } = values;
  if (url === undefined) throw new Error(`usage: ${BUDGET_USAGE}`);
  const sources = await readSources(join(ROOT, 'samples'));
  const places = planVisits(sources, seededRandom(1)).slice(0, Number(values.places));
  const dayWith = (budget: Partial<Settings['budget']>) =>
    day({ sources, places, url, model, budget: { ...DEFAULT_SETTINGS.budget, ...budget } });

  const unlimited = await dayWith({});
  const tokensPerDay = Math.round(Number(values.share) * tokensOf(unlimited));
  print(`${places.length} places of samples/ from ${FROM} to ${TO} o'clock, ${model}`);
  print(inWords('without a budget', unlimited));
  print(inWords('asked as usual until it is spent', cutOff(unlimited, tokensPerDay)));
  const paced = await dayWith({ tokensPerDay });
  print(inWords(`a budget of ${tokensPerDay} tokens`, paced));
  print(
    '\nWith the budget, hour by hour: tokens spent, requests asked of those there were, price of a token in matches',
  );
  for (let hour = FROM; hour < TO; hour += 1) {
    const own = paced.filter((visit) => Math.floor(visit.hour) === hour);
    const asked = own.filter((visit) => visit.asked).length;
    const price = own.at(-1)?.price ?? 0;
    print(
      `  ${String(hour).padStart(2)}  ${String(tokensOf(own)).padStart(4)}  ${asked}/${own.length}  ${price.toFixed(3)}`,
    );
  }
}

interface DayOptions {
  readonly sources: readonly Source[];
  readonly places: readonly Place[];
  readonly url: string;
  readonly model: string;
  readonly budget: Settings['budget'];
}

/** Visits the places with a daemon of its own, whose clock goes from one to the next. */
async function day({ sources, places, url, model, budget }: DayOptions): Promise<Visit[]> {
  const stateDir = await mkdtemp(join(tmpdir(), 'shortstop-budget-'));
  let [clock, since] = [at(FROM), performance.now()];
  const now = () => Math.round(clock + performance.now() - since);
  const daemon = new Daemon({ stateDir, engine: 'ollama', url, model, now });
  try {
    const window = daemon.openWindow();
    window.markSimulated();
    const settings = daemon.override({ ...DEFAULT_SETTINGS, controlRate: 0, debounce: 0, budget });
    await window.configure(settings);
    const visits: Visit[] = [];
    for (const [i, place] of places.entries()) {
      const hour = FROM + ((TO - FROM) * i) / places.length;
      [clock, since] = [at(hour), performance.now()];
      const before = daemon.stats(null, settings);
      const { text, languageId } = sources.find(({ file }) => file === place.file) ?? NO_SOURCE;
      const wanted = text.slice(place.start, place.end);
      const cut = text.slice(0, place.start) + text.slice(place.end);
      const suggestion = await window.complete(
        {
          ...{
            uri: `file:///samples/${i}/${place.file}`,
            languageId,
            text: cut,
            offset: place.start,
          },
          ...{
            ahead: '',
            trigger: 'automatic',
            typing: true,
            settings,
            file: 'open',
            workspace: null,
          },
          isCurrent: () => true,
          textNow: () => cut,
        },
        new AbortController().signal,
      );
      const after = daemon.stats(null, settings);
      visits.push({
        hour,
        asked: after.requests.engine > before.requests.engine,
        tokens: after.tokens.spent - before.tokens.spent,
        matched: suggestion !== null && isExactMatch(suggestion.text, wanted),
        price: after.budget?.find(({ of }) => of === 'day')?.price ?? 0,
      });
    }
    return visits;
  } finally {
    await daemon.dispose();
    await rm(stateDir, { recursive: true, force: true });
  }
}

const NO_SOURCE: Source = { file: '', languageId: 'plaintext', text: '' };

/** The same requests until nothing is left. */
function cutOff(visits: readonly Visit[], budget: number): Visit[] {
  let spent = 0;
  return visits.map((visit) => {
    if (spent >= budget) return { ...visit, asked: false, tokens: 0, matched: false };
    spent += visit.tokens;
    return visit;
  });
}

function tokensOf(visits: readonly Visit[]): number {
  return visits.reduce((sum, { tokens }) => sum + tokens, 0);
}

function inWords(name: string, visits: readonly Visit[]): string {
  const asked = visits.filter((visit) => visit.asked);
  const matched = visits.filter((visit) => visit.matched).length;
  const last = asked.at(-1)?.hour ?? FROM;
  const until = `${Math.floor(last)}:${String(Math.round((last % 1) * 60)).padStart(2, '0')}`;
  return `${name.padEnd(34)} ${tokensOf(visits)} tokens, ${asked.length} asked, the last at ${until}; ${matched} matches (${formatShare(matched / visits.length)})`;
}
