import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DidChangeConfigurationNotification } from 'vscode-languageserver-protocol/node';
import type { Profile } from '../../shared/learned.ts';
import {
  AdoptExperimentRequest,
  ExperimentRequest,
  ProfileRequest,
  StartExperimentRequest,
} from '../../shared/learning-protocol.ts';
import { ExportRequest } from '../../shared/protocol.ts';
import type { Experiment } from '../../shared/stats.ts';
import { seededRandom } from '../../server/learning/random.ts';
import { keep } from '../learning/person.ts';
import { startDaemon, type DaemonCommand, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor, type GhostText } from '../session/editor.ts';
import type { Place, Source } from '../session/places.ts';
import { planVisits } from '../session/plan.ts';
import { readSources, trouble } from '../session/session.ts';

export interface EnsembleOptions {
  readonly daemon: Pick<DaemonCommand, 'node' | 'args' | 'onLog'>;
  readonly small: string;
  readonly large: string;
  /** The project that is written in: in memory only, no file is written. */
  readonly folder: string;
  readonly seed: number;
  /** Places at which both models may be asked. */
  readonly places: number;
  /** An experiment without a verdict ends behind so many stretches. */
  readonly mostStretches: number;
  /** Where all rows of the database go at the end, as JSON. */
  readonly rowsTo: string;
  readonly print: (line: string) => void;
}

export interface EnsembleResult {
  readonly profile: Profile;
  /** As it stands at the end, adopted if it has a winner. */
  readonly experiment: Experiment;
}

/** At so many places it is looked for one that tells the models apart. */
const MOST_LOOKED_AT = 30;

/** Nothing is drawn, so that each stretch is asked for, offered and judged alike. */
const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };

/**
 * Two models with one daemon and its database: places at which the larger one may be asked behind the smaller one,
 * then an experiment between both whose user keeps what the larger one writes.
 * @throws {Error} where the daemon ends, has no working engine, or both models write the same everywhere
 */
export async function runEnsemble(options: EnsembleOptions): Promise<EnsembleResult> {
  const settings: Record<string, unknown> = { ...SETTINGS };
  const daemon = await startDaemon({
    ...options.daemon,
    settings,
    folder: options.folder,
    initializationOptions: { simulatedUser: true },
  });
  try {
    return await Promise.race([write(daemon, settings, options), trouble(daemon)]);
  } finally {
    await daemon.stop();
  }
}

async function write(
  daemon: RunningDaemon,
  settings: Record<string, unknown>,
  options: EnsembleOptions,
): Promise<EnsembleResult> {
  const { small, large, places, print } = options;
  const { connection } = daemon;
  const choose = async (chosen: Record<string, unknown>) => {
    Object.assign(settings, { model: small, ensemble: { models: [] } }, chosen);
    await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  };
  const sources = await readSources(options.folder);
  const desk = new Desk(daemon, options.folder, sources);
  const plan = planVisits(sources, seededRandom(options.seed));

  const profile = await connection.sendRequest(ProfileRequest.type);
  await choose({ ensemble: { models: [small, large], lambda: 0 } });
  for (const place of plan.slice(0, places)) await desk.visit(place, desk.goldOf(place));

  print('\nlooking for a place at which the larger model writes something else');
  const writtenBy = async (model: string, place: Place) => {
    await choose({ model });
    return (await desk.visit(place, '')) ?? '';
  };
  let found: { readonly place: Place; readonly wanted: string } | null = null;
  for (const place of plan.slice(0, MOST_LOOKED_AT)) {
    const wanted = await writtenBy(large, place);
    if (wanted === '' || wanted === (await writtenBy(small, place))) continue;
    found = { place, wanted };
    break;
  }
  if (!found)
    throw new Error(`both models write the same at ${MOST_LOOKED_AT} places: nothing to compare`);

  await choose({});
  await connection.sendRequest(StartExperimentRequest.type, {
    ...{ a: { model: small }, b: { model: large } },
    endpoint: 'matches',
  });
  let experiment = await connection.sendRequest(ExperimentRequest.type);
  for (let i = 0; i < options.mostStretches && !experiment?.verdict; i += 1) {
    await desk.visit(found.place, found.wanted);
    experiment = await connection.sendRequest(ExperimentRequest.type);
  }
  if (experiment?.verdict?.winner) {
    await connection.sendRequest(AdoptExperimentRequest.type);
    experiment = await connection.sendRequest(ExperimentRequest.type);
  }
  await connection.sendRequest(ExportRequest.type, { path: options.rowsTo });
  if (!experiment) throw new Error('the experiment is not there any more');
  return { profile, experiment };
}

/** Each visit has a document of its own, so that nothing is answered from memory. */
class Desk {
  readonly #daemon: RunningDaemon;
  readonly #folder: string;
  readonly #sources: readonly Source[];
  #documents = 0;

  constructor(daemon: RunningDaemon, folder: string, sources: readonly Source[]) {
    this.#daemon = daemon;
    this.#folder = folder;
    this.#sources = sources;
  }

  goldOf({ file, start, end }: Place): string {
    return this.#sourceOf(file).text.slice(start, end);
  }

  /**
   * Asks at a place whose text is deleted, keeps what is wanted, and saves by hand, which settles the stretch.
   * @returns what was offered; null for nothing
   */
  async visit({ file, start, end }: Place, wanted: string): Promise<string | null> {
    const { text, languageId } = this.#sourceOf(file);
    this.#documents += 1;
    const uri = pathToFileURL(join(this.#folder, String(this.#documents), file)).href;
    const editor = await SimulatedEditor.open(this.#daemon.connection, uri, languageId, text);
    await editor.replace(start, end, '');
    const ghost: GhostText | null = await editor.ask();
    await keep(editor, ghost, wanted);
    await editor.save();
    return ghost?.text ?? null;
  }

  #sourceOf(file: string): Source {
    const source = this.#sources.find((one) => one.file === file);
    if (!source) throw new RangeError(`no source ${file}`);
    return source;
  }
}
