import type { Settings } from '../shared/settings.ts';
import type { PrivateFiles } from './completion/private-files.ts';
import { midnight } from './figures/days.ts';
import type { FigureRows } from './figures/rows.ts';
import type { Learners } from './learners.ts';
import { Shadow } from './shadow/shadow.ts';
import { sleep } from './sleep.ts';
import type { Shared } from './window/shared.ts';

const HOUR_MS = 3_600_000;
/** Of the tokens that the engine generates in a day, at most so many: learning is not to cost what stopping saves. */
const SHARE_OF_DAY = 0.2;

interface ShadowHost {
  readonly learners: Learners;
  readonly figures: Pick<FigureRows, 'shadowTokens'>;
  readonly privateFiles: PrivateFiles;
  /** Those that came last, of whichever window. */
  readonly settings: () => Settings;
  /** The engine works on this machine, and no user has switched completions off or paused them. */
  readonly isWelcome: () => boolean;
}

/** What is generated at idle in a daemon, within its settings and budgets. */
export function shadowOf({ models, scheduler, power, now, log }: Shared, host: ShadowHost): Shadow {
  const { learners, privateFiles, settings } = host;
  return new Shadow({
    ...{ models, scheduler, power, now, sleep },
    stretches: learners.learning.stretches,
    tokensLeft: () => tokensLeft(host, now()),
    mayRead: (uri) => privateFiles.verdict(uri, settings().files) === 'open',
    say: (line) => log.info(line),
  });
}

function tokensLeft({ learners, figures, settings, isWelcome }: ShadowHost, now: number): number {
  const { shadowTokensPerHour: most } = settings().learning;
  if (most === 0 || learners.learning.paused || !isWelcome()) return 0;
  try {
    const gauges = learners.gauges(settings()) ?? [];
    const budgets = gauges.map(({ limit, spent }) => (limit === null ? Infinity : limit - spent));
    const today = gauges.find(({ of }) => of === 'day')?.spent ?? 0;
    return Math.min(
      most - figures.shadowTokens(now - HOUR_MS),
      SHARE_OF_DAY * today - figures.shadowTokens(midnight(now)),
      ...budgets,
    );
  } catch {
    // The doctor says what is wrong with the database.
    return 0;
  }
}
