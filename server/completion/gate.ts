import type { Settings } from '../../shared/settings.ts';
import type { FileVerdict } from './private-files.ts';

/** Why a request was answered with nothing before it cost a token. */
export type GateReason =
  | 'off'
  | 'paused'
  | 'never-read'
  | 'git-ignored'
  | 'binary'
  | 'too-large'
  | 'inside-word'
  | 'closed-document'
  /** The entry selected in the editor's suggestion list does not continue what is typed. */
  | 'other-entry';

/** Documents beyond this many UTF-16 characters are left alone. */
export const LARGEST_DOCUMENT = 20_000_000;

export interface GateQuestion {
  readonly settings: Settings;
  readonly text: string;
  readonly offset: number;
  /** True where the user asked by a command, not by typing. */
  readonly asked: boolean;
  readonly pausedUntil: number;
  readonly now: number;
  readonly file: FileVerdict;
}

/** The first reason not to spend anything on this request, or null. */
export function closedGate(question: GateQuestion): GateReason | null {
  const { settings, text, offset, asked } = question;
  if (!settings.enable && !asked) return 'off';
  if (question.now < question.pausedUntil && !asked) return 'paused';
  if (question.file !== 'open') return question.file;
  if (text.length > LARGEST_DOCUMENT) return 'too-large';
  if (text.slice(Math.max(0, offset - 4000), offset + 4000).includes('\0')) return 'binary';
  if (!asked && isWord(text[offset - 1]) && isWord(text[offset])) return 'inside-word';
  return null;
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_$]/u.test(char);
}
