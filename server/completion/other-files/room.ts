import type { Settings } from '../../../shared/settings.ts';
import type { Capabilities } from '../../engines/engine.ts';
import { familyOf } from '../families.ts';

/** Characters that definitions of other files may take of a prompt. */
export const OTHER_FILES_CHARS = 1500;

/**
 * From how many prompt tokens a second on definitions of other files pay, by `npm run bench:context`. A model that
 * was not measured has no row.
 */
const PAYS_FROM: readonly { readonly model: RegExp; readonly tokensPerSecond: number }[] = [
  { model: /^qwen2\.5-coder:0\.5b/, tokensPerSecond: Infinity },
];

export interface Room {
  /** Characters; 0: no other file is in the prompt. */
  readonly chars: number;
  /** For people. */
  readonly why: string;
}

/** How much of a prompt definitions of other files may take on this engine. */
export function roomForOtherFiles(
  { otherFiles }: Settings['context'],
  { model, prefillTokensPerSecond }: Pick<Capabilities, 'model' | 'prefillTokensPerSecond'>,
): Room {
  if (otherFiles === 'off') return { chars: 0, why: 'switched off' };
  if (!familyOf(model.name, model.family)?.repository) {
    return { chars: 0, why: 'no format for them is known for this model' };
  }
  if (otherFiles === 'on') return { chars: OTHER_FILES_CHARS, why: 'switched on' };
  const measured = PAYS_FROM.find((row) => row.model.test(model.name));
  if (!measured) return { chars: 0, why: 'whether they pay was not measured for this model' };
  return (prefillTokensPerSecond ?? 0) >= measured.tokensPerSecond
    ? { chars: OTHER_FILES_CHARS, why: 'they pay on this engine' }
    : { chars: 0, why: 'they were not shown to pay for this model on this engine' };
}
