import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DidChangeConfigurationNotification } from 'vscode-languageserver-protocol/node';
import { ExportLearningRequest } from '../../shared/learning-protocol.ts';
import { ExportRequest, ReportNotification, StatsRequest } from '../../shared/protocol.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { startDaemon, type DaemonCommand, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor } from '../session/editor.ts';
import type { Place, Source } from '../session/places.ts';
import { planVisits } from '../session/plan.ts';
import { readSources, Reports, trouble } from '../session/session.ts';
import { boldnessIn, figuresOf, exportSchema, type Stage, type StageFigures } from './figures.ts';
import { writeAt, type NextReport } from './person.ts';
import { SHORT_LINES, WHOLE_BLOCKS, type Taste } from './tastes.ts';

export interface LearningOptions {
  readonly daemon: Pick<DaemonCommand, 'node' | 'args' | 'onLog'>;
  /** Of the editor; `multiLine` is each person's own. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The project that is written in: in memory only, no file is written. */
  readonly folder: string;
  readonly seed: number;
  /** Places that each person writes at. */
  readonly places: number;
  /** Places of a stage, which is one row of the table. */
  readonly perStage: number;
  /** Where all rows of the database go at the end, as JSON. */
  readonly rowsTo: string;
  readonly onStage: (stage: Stage, index: number) => void;
}

/** The first person comes back at the end. */
export const PERSONS: readonly Taste[] = [SHORT_LINES, WHOLE_BLOCKS, SHORT_LINES];

/**
 * Scripted persons write one after the other with one daemon and one database.
 * @returns what the database says of each stage
 * @throws {Error} where the daemon ends, or says that it has no working engine
 */
export async function runLearning(options: LearningOptions): Promise<StageFigures[]> {
  const sources = await readSources(options.folder);
  const settings = { ...options.settings };
  const daemon = await startDaemon({
    ...options.daemon,
    settings,
    folder: options.folder,
    initializationOptions: { simulatedUser: true, reports: true },
  });
  try {
    return await Promise.race([
      write(daemon, sources, options, (taste) => choose(daemon, settings, taste)),
      trouble(daemon),
    ]);
  } finally {
    await daemon.stop();
  }
}

async function write(
  { connection }: RunningDaemon,
  sources: readonly Source[],
  options: LearningOptions,
  chooseSettings: (taste: Taste) => Promise<void>,
): Promise<StageFigures[]> {
  const reports = new Reports();
  connection.onNotification(ReportNotification.type, (report) => reports.take(report));
  const editors = new Map<string, { editor: SimulatedEditor; languageId: string }>();
  for (const { file, languageId, text } of sources) {
    const uri = pathToFileURL(join(options.folder, file)).href;
    const editor = await SimulatedEditor.open(connection, uri, languageId, text);
    editors.set(file, { editor, languageId });
  }
  const asked = async () => (await connection.sendRequest(StatsRequest.type, {})).requests.engine;
  let before = await asked();
  const nextReport: NextReport = () => {
    const report = reports.next();
    return async (ghost) => {
      const now = await asked();
      const reached = now > before;
      before = now;
      return report(ghost?.suggestionId ?? null, reached);
    };
  };
  const stages: Stage[] = [];
  const random = seededRandom(options.seed);
  for (const taste of PERSONS) {
    await chooseSettings(taste);
    const places = placesFor(taste, sources, random);
    for (let written = 0; written < options.places; written += options.perStage) {
      const from = Date.now();
      let kept = 0;
      for (let i = written; i < written + options.perStage; i += 1) {
        const place = places[i % places.length];
        const at = place && editors.get(place.file);
        if (!at)
          throw new Error(`the project has no place for somebody with a taste for ${taste.name}`);
        kept += await writeAt(at.editor, place, at.languageId, taste, nextReport);
      }
      const { text } = await connection.sendRequest(ExportLearningRequest.type);
      const stage = {
        taste: taste.name,
        from,
        until: Date.now(),
        kept,
        boldness: boldnessIn(text),
      };
      stages.push(stage);
      options.onStage(stage, stages.length);
    }
  }
  await connection.sendRequest(ExportRequest.type, { path: options.rowsTo });
  const { tables } = exportSchema.parse(JSON.parse(await readFile(options.rowsTo, 'utf8')));
  return figuresOf(tables, stages);
}

/** The daemon asks for settings again once it hears of a change. */
async function choose(
  { connection }: RunningDaemon,
  settings: Record<string, unknown>,
  { multiLine }: Taste,
): Promise<void> {
  settings['multiLine'] = multiLine;
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
}

function placesFor(taste: Taste, sources: readonly Source[], random: () => number): Place[] {
  return planVisits(sources, random).filter(({ kind }) => taste.kinds.includes(kind));
}
