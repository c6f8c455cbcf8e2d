import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { isWorthAsking } from '../../server/learning/asking/asking.ts';
import { debounceOf } from '../../server/learning/asking/debounce.ts';
import { STOPPED_TYPING_MS, type Adviser } from '../../server/learning/decide.ts';
import type { Advice, Question } from '../../server/learning/question.ts';
import { quantile } from '../replay/bootstrap.ts';
import { PairedTools, type Operating } from './frontier.ts';
import { ourClient, SHIPPED, type AskingPoint } from './ours.ts';
import type { Person } from './person.ts';
import type { Played } from './play.ts';
import { NEVER_GIVES_UP } from './points.ts';
import type { Profile } from './profiles.ts';
import { playAll } from './run.ts';
import type { Stretch } from './stretches.ts';

/** Not the default, and so kept as it is whatever the pace of keys and answers. */
const CONSTANT_DEBOUNCE_MS = DEFAULT_SETTINGS.debounce + 1;

function advised(id: string, advise: (question: Question) => Advice | null): AskingPoint {
  const adviser: Adviser = { role: 'asking', advise };
  return { ...SHIPPED, id, advisers: [adviser] };
}

/** Behind an accepted offer it is asked where and when it is elsewhere. */
const WITHOUT_HOT_STREAK = advised('without asking at once after an accept', (question) => {
  if (question.kind !== 'keystroke' || !question.stretch?.last?.accepted) return null;
  const { stretch, settings, pace } = question;
  const ms = isWorthAsking(stretch, settings.preset)
    ? debounceOf(settings, pace)
    : STOPPED_TYPING_MS;
  return { kind: 'keystroke', action: 'wait', ms, says: 'as elsewhere' };
});

const WITHOUT_BEGINNINGS = advised('without likely beginnings of what was given up', (question) =>
  question.kind === 'offer' && question.reason === 'hopeless'
    ? { kind: 'offer', action: 'hide', says: 'it was given up' }
    : null,
);

function held(ms: number): AskingPoint {
  return advised(`with each offer held for ${ms} ms`, ({ kind }) =>
    kind === 'offer' ? { kind, action: 'hold', ms, says: 'another key may come' } : null,
  );
}

/** What ships less one of its decisions along the stretch, or with one more that was tried. */
export const PIECES: readonly AskingPoint[] = [
  { ...SHIPPED, id: 'without silence along what was given up', silence: false },
  { ...SHIPPED, id: 'without the worth of asking', asking: null },
  {
    ...SHIPPED,
    id: 'without a debounce that follows the pace',
    settings: { ...DEFAULT_SETTINGS, debounce: CONSTANT_DEBOUNCE_MS },
  },
  { ...NEVER_GIVES_UP, id: 'without giving up' },
  WITHOUT_BEGINNINGS,
  WITHOUT_HOT_STREAK,
  held(50),
  held(100),
  held(200),
];

const DRAWS = 1000;
const SEED = 1;

const MEASURES = {
  'engine-busy ms': ({ busyMs }: Operating) => busyMs,
  'keystrokes saved, points': ({ saved }: Operating) => saved,
  'offers not kept': ({ notKept }: Operating) => notKept,
} as const;

/** What each piece changes per 100 characters, with 95 % intervals of the paired difference by file. */
export async function piecesTable(
  stretches: readonly Stretch[],
  profile: Profile,
  person: Person,
): Promise<string> {
  const played = new Map<string, readonly Played[]>();
  for (const point of [SHIPPED, ...PIECES]) {
    played.set(point.id, await playAll(stretches, ourClient(point), profile, person));
  }
  const paired = new PairedTools(played);
  const whole = paired.whole();
  const draws = [...paired.draws(DRAWS, SEED)];
  const cell = (id: string, measure: (one: Operating) => number) => {
    const difference = (tools: ReadonlyMap<string, Operating>) => {
      const [shipped, other] = [tools.get(SHIPPED.id), tools.get(id)];
      return shipped && other ? measure(other) - measure(shipped) : Number.NaN;
    };
    const sorted = draws.map(difference).sort((a, b) => a - b);
    const show = (x: number) => `${x >= 0 ? '+' : '−'}${Math.abs(x).toFixed(1)}`;
    const [low, high] = [quantile(sorted, 0.025), quantile(sorted, 0.975)];
    return `${show(difference(whole))} [${show(low)}, ${show(high)}]`;
  };
  const names = Object.keys(MEASURES);
  return [
    `| against what ships | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...PIECES.map(
      ({ id }) =>
        `| ${id} | ${Object.values(MEASURES)
          .map((measure) => cell(id, measure))
          .join(' | ')} |`,
    ),
    '',
    speculation(played.get(SHIPPED.id) ?? []),
  ].join('\n');
}

/** The most that a request for what follows an offer, before it is accepted, could be of use for. */
function speculation(played: readonly Played[]): string {
  const goesOn = played.reduce((sum, one) => sum + one.acceptsBeforeEnd, 0);
  const accepts = goesOn + played.filter(({ exact }) => exact).length;
  return `Of ${accepts} whole offers accepted, ${goesOn} were accepted before the stretch's end: only there could a request for what follows, sent before the accept, be of use.`;
}
