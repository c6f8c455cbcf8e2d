import { formatShare } from '../../../shared/figures.ts';
import type { Feedback } from '../../../shared/learned.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { RequestDecision } from '../question.ts';
import type { RequestRecord } from '../../outcomes/records.ts';

const PLACES: Readonly<Record<RequestRecord['kind'], string>> = {
  comment: 'in comments',
  arguments: 'in arguments',
  'block-start': 'at the start of blocks',
  'empty-line': 'on empty lines',
  'line-end': 'at the end of lines',
  'mid-line': 'in the middle of lines',
};

/** Those whose identifier differs from their name; others are named by their identifier. */
const LANGUAGES: Readonly<Partial<Record<string, string>>> = {
  cpp: 'C++',
  csharp: 'C#',
  go: 'Go',
  java: 'Java',
  javascript: 'JavaScript',
  python: 'Python',
  rust: 'Rust',
  typescript: 'TypeScript',
};

type Decided = Pick<RequestDecision, 'point'>;

/** In plain words first: what feedback changed for requests like the one that it was about, or why nothing. */
export function changeInWords(
  said: Feedback,
  { languageId, kind }: Pick<RequestRecord, 'languageId' | 'kind'>,
  settings: Pick<Settings, 'stopping' | 'profile' | 'learning'>,
  { before, after }: { readonly before: Decided; readonly after: Decided },
): string {
  if (!settings.learning.enabled) {
    return 'Learning is switched off (shortstop.learning.enabled), and nothing was counted.';
  }
  const { preset } = settings.stopping;
  const where = `${PLACES[kind]} in ${LANGUAGES[languageId] ?? languageId}`;
  const same = `Suggestions stay as long as they are ${where}.`;
  if (preset === 'custom') {
    return `${same} Under the preset custom your own thresholds hold, and feedback does not move them.`;
  }
  if (settings.profile.floorEM > 0 || settings.profile.targetTokens > 0) {
    return `${same} The targets in the settings (shortstop.profile) decide where requests stop, and feedback does not move them.`;
  }
  const [was, is] = [before.point, after.point];
  if (!was || !is) return `${same} A benchmark's rule is in force, and feedback does not move it.`;
  if (was.tauAlive === is.tauAlive && was.tauDone === is.tauDone) {
    return `${same} ${unmoved(said, preset)}`;
  }
  const direction = is.tauAlive < was.tauAlive || is.tauDone > was.tauDone ? 'longer' : 'shorter';
  return `Suggestions may get ${direction} ${where}. They end early from ${formatShare(is.tauDone)} on (was ${formatShare(was.tauDone)}), and are given up below ${formatShare(is.tauAlive)} (was ${formatShare(was.tauAlive)}).`;
}

function unmoved(said: Feedback, preset: string): string {
  switch (said) {
    case 'good':
      return 'Later feedback moves them less.';
    case 'too-long':
      return `They end as early there as is certified for the preset ${preset}; for shorter ones choose a thriftier preset, or set shortstop.profile.targetTokens.`;
    case 'too-short':
      return `The point of the preset ${preset} stays in force there: "Too Long" was said more often, or a budget or an experiment decides for now.`;
  }
}
