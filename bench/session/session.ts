import { EventEmitter, once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ReportNotification,
  StatsRequest,
  StatusNotification,
  type CompletionReport,
} from '../../shared/protocol.ts';
import type { Outcome, Stats } from '../../shared/stats.ts';
import { seededRandom } from '../../server/learning/random.ts';
import type { Act } from './behaviour.ts';
import { startDaemon, type DaemonCommand, type RunningDaemon } from './daemon-client.ts';
import { SimulatedEditor } from './editor.ts';
import type { Place, Source } from './places.ts';
import { planVisits } from './plan.ts';
import { visit, type Visit } from './visit.ts';

export interface SessionOptions {
  readonly daemon: Pick<DaemonCommand, 'node' | 'args' | 'settings' | 'onLog'>;
  /** The project that is edited: in memory only, no file is written. */
  readonly folder: string;
  readonly seed: number;
  /** Times a person's thinking between suggestion and act; 0 does without. */
  readonly pace: number;
  /** The session goes on until it has this many offered completions, */
  readonly completions: number;
  /** every outcome, and some control runs; but no further than this many places. */
  readonly maxVisits: number;
  readonly onVisit: (visit: Visit, number: number) => void;
}

export interface SessionResult {
  readonly visits: readonly Visit[];
  readonly stats: Stats;
  /** Outcomes that did not occur within `maxVisits`. */
  readonly missing: readonly Outcome[];
}

const WANTED: readonly Outcome[] = [
  'accepted',
  'partly-accepted',
  'typed-through',
  'rejected',
  'ignored',
];
const LANGUAGES: Readonly<Record<string, string>> = { ts: 'typescript', py: 'python' };
/** Fewer say little of what was avoided. */
const CONTROL_RUNS = 20;
/** A control run to the cap on a busy machine. */
const REPORT_TIMEOUT_MS = 300_000;

/**
 * An editing session with a real daemon and a simulated user.
 * @throws {Error} where the daemon ends, or says that it has no working engine
 */
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const sources = await readSources(options.folder);
  const daemon = await startDaemon({
    ...options.daemon,
    folder: options.folder,
    initializationOptions: { simulatedUser: true, reports: true },
  });
  try {
    return await Promise.race([edit(daemon, sources, options), trouble(daemon)]);
  } finally {
    await daemon.stop();
  }
}

async function edit(
  { connection }: RunningDaemon,
  sources: readonly Source[],
  options: SessionOptions,
): Promise<SessionResult> {
  const { pace } = options;
  const random = seededRandom(options.seed);
  const reports = new Reports();
  connection.onNotification(ReportNotification.type, (report) => reports.take(report));
  const editors = new Map<string, SimulatedEditor>();
  for (const { file, languageId, text } of sources) {
    const uri = pathToFileURL(join(options.folder, file)).href;
    editors.set(file, await SimulatedEditor.open(connection, uri, languageId, text));
  }
  const done = new Map<Act, number>();
  const visits: Visit[] = [];
  let stats = await connection.sendRequest(StatsRequest.type, {});
  for (const place of planVisits(sources, random).slice(0, options.maxVisits)) {
    const editor = editorOf(editors, place);
    const made = await visit(editor, place, {
      done,
      pace,
      random,
      nextReport: () => {
        const report = reports.next();
        const before = stats.requests.engine;
        return async (suggestionId) => {
          const { requests } = await connection.sendRequest(StatsRequest.type, {});
          return report(suggestionId, requests.engine > before);
        };
      },
    });
    visits.push(made);
    done.set(made.act, (done.get(made.act) ?? 0) + 1);
    options.onVisit(made, visits.length);
    stats = await connection.sendRequest(StatsRequest.type, {});
    if (isEnough(stats, options)) break;
  }
  return { visits, stats, missing: missingOutcomes(stats) };
}

function isEnough(stats: Stats, { completions }: SessionOptions): boolean {
  return (
    stats.requests.offered >= completions &&
    stats.requests.control >= CONTROL_RUNS &&
    missingOutcomes(stats).length === 0
  );
}

function missingOutcomes({ outcomes }: Pick<Stats, 'outcomes'>): Outcome[] {
  return WANTED.filter((outcome) => outcomes[outcome] === 0);
}

/** Rejects once the daemon ends or has no engine; a start that takes long is none. */
export async function trouble({ connection, gone }: RunningDaemon): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    connection.onNotification(StatusNotification.type, ({ state, problem }) => {
      if (state === 'error') reject(new Error(problem ?? 'the daemon has no working engine'));
    });
  });
  return Promise.race([gone, failed]);
}

/** The daemon's reports, by request. */
export class Reports {
  readonly #arrived = new EventEmitter<{ report: [CompletionReport] }>();

  take(report: CompletionReport): void {
    this.#arrived.emit('report', report);
  }

  /**
   * Begins to wait for the report of the request that is sent next, and which is told apart once it
   * is known what it offered: a request that offered nothing has the next report there is. One that
   * did not reach the engine has none.
   */
  next(): (suggestionId: string | null, reached: boolean) => Promise<CompletionReport | null> {
    const early: CompletionReport[] = [];
    const keep = (report: CompletionReport) => early.push(report);
    this.#arrived.on('report', keep);
    return async (suggestionId, reached) => {
      const isIt = (report: CompletionReport) =>
        suggestionId === null ? report.served === '' : report.suggestionId === suggestionId;
      const late = AbortSignal.timeout(REPORT_TIMEOUT_MS);
      try {
        while (reached) {
          const found = early.find(isIt);
          if (found) return found;
          await once(this.#arrived, 'report', { signal: late });
        }
        return null;
      } catch {
        return null;
      } finally {
        this.#arrived.off('report', keep);
      }
    };
  }
}

function editorOf(editors: ReadonlyMap<string, SimulatedEditor>, { file }: Place): SimulatedEditor {
  const editor = editors.get(file);
  if (!editor) throw new Error(`${file} is not open`);
  return editor;
}

/** All source files of a folder that the simulated user can edit, in order of their names. */
export async function readSources(folder: string): Promise<Source[]> {
  const names = await readdir(folder, { recursive: true });
  const sources: Source[] = [];
  for (const file of names.map((name) => name.replaceAll('\\', '/')).sort()) {
    const languageId = LANGUAGES[/\.(\w+)$/.exec(file)?.[1] ?? ''];
    if (!languageId) continue;
    const text = await readFile(join(folder, file), 'utf8');
    sources.push({ file, languageId, text: text.replaceAll('\r\n', '\n') });
  }
  return sources;
}
