import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../../shared/settings.ts';
import { closedGate } from '../completion/gate.ts';
import type { PrivateFiles } from '../completion/private-files.ts';
import { contentHash, normalisedText } from '../learning/calibrate/content.ts';
import { cutPlaces, type Place } from '../learning/calibrate/cut.ts';
import { interleaved, seedOf } from '../learning/calibrate/order.ts';
import { looksSecret } from '../learning/calibrate/secrets.ts';
import { isWrittenByHand, LARGEST_SOURCE, sourceLanguage } from '../learning/calibrate/sources.ts';
import { seededRandom } from '../learning/random.ts';
import { trackedFiles } from './git-files.ts';

const SEED = 1;
/** Of one file at most: more of them tell little that is new. */
const MOST_PER_FILE = 6;

/** A place where the daemon would ask, and what stands there. */
export interface Span {
  /** A hash of the file's content and the place in it. */
  readonly id: string;
  readonly path: string;
  /** `contentHash` of the file. */
  readonly problem: string;
  readonly languageId: string;
  /** UTF-16 offsets in the file's normalised text. */
  readonly cursor: number;
  readonly end: number;
}

/** Of a workspace, in the order in which they are to be recorded. */
export interface SpanPlan {
  readonly spans: readonly Span[];
  /** That they were cut out of. */
  readonly files: number;
  /** Tracked sources that were left out: private, ignored, generated, minified, huge, or with what looks like a secret. */
  readonly leftOut: number;
}

export interface PlanQuestion {
  /** A folder of a git checkout. */
  readonly workspace: string;
  /** How many spans at most. */
  readonly spans: number;
  readonly settings: Settings;
  readonly privateFiles: PrivateFiles;
}

/**
 * Cuts spans out of a workspace's tracked sources: of as many files as there are spans, drawn by a seed, and
 * more of each file where there are fewer. An abort ends it early.
 * @throws Error where the folder is in no git checkout
 */
export async function planSpans(question: PlanQuestion, signal: AbortSignal): Promise<SpanPlan> {
  const { workspace, spans, settings } = question;
  const sources = (await trackedFiles(workspace)).filter((path) => sourceLanguage(path) !== null);
  sources.sort((a, b) => seedOf(a, SEED) - seedOf(b, SEED));
  const seen = new Set<string>();
  const cut: Span[][] = [];
  let leftOut = 0;
  for (const inside of sources) {
    if (cut.length >= spans || signal.aborted) break;
    const path = join(workspace, inside);
    const text = await readSource(path, question);
    if (text === null) {
      leftOut += 1;
      continue;
    }
    const problem = contentHash(text);
    if (seen.has(problem)) continue;
    seen.add(problem);
    const own = spansOf(path, text, problem, settings);
    if (own.length > 0) cut.push(own);
  }
  const perFile = Math.min(MOST_PER_FILE, Math.ceil(spans / Math.max(1, cut.length)));
  return {
    spans: interleaved(cut, SEED, perFile).slice(0, spans),
    files: cut.length,
    leftOut,
  };
}

/** The text of a source that may be read and was written by hand; null for any other. */
async function readSource(
  path: string,
  { settings, privateFiles }: Pick<PlanQuestion, 'settings' | 'privateFiles'>,
): Promise<string | null> {
  if (privateFiles.verdict(pathToFileURL(path).href, settings.files) !== 'open') return null;
  const info = await lstat(path).catch(() => null);
  if (!info?.isFile() || info.size > LARGEST_SOURCE) return null;
  const text = normalisedText(await readFile(path, 'utf8').catch(() => ''));
  return isWrittenByHand(text) && !looksSecret(text) ? text : null;
}

function spansOf(path: string, text: string, problem: string, settings: Settings): Span[] {
  const languageId = sourceLanguage(path) ?? '';
  const random = seededRandom(seedOf(problem, SEED));
  return cutPlaces(text, languageId, MOST_PER_FILE, random)
    .filter((place) => isAskedFor(text, place, settings))
    .map(({ cursor, end }) => {
      const place = `${problem} ${languageId} ${cursor} ${end}`;
      const id = createHash('sha256').update(place).digest('hex').slice(0, 32);
      return { id, path, problem, languageId, cursor, end };
    });
}

/** Whether the daemon would ask there once the span is deleted. */
function isAskedFor(text: string, { cursor, end }: Place, settings: Settings): boolean {
  const without = text.slice(0, cursor) + text.slice(end);
  const open = { asked: false, pausedUntil: 0, now: 0, file: 'open' } as const;
  const question = { ...open, settings: { ...settings, enable: true }, text: without };
  return closedGate({ ...question, offset: cursor }) === null;
}

/** A span's document without it, and what is missing there; null where the file has changed since. */
export async function readSpan({ path, problem, cursor, end }: Span) {
  const text = normalisedText(await readFile(path, 'utf8').catch(() => ''));
  if (contentHash(text) !== problem) return null;
  return { without: text.slice(0, cursor) + text.slice(end), gold: text.slice(cursor, end) };
}
