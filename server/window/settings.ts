import type { Connection } from 'vscode-languageserver/node';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from '../../shared/settings.ts';
import type { Daemon } from '../daemon.ts';
import type { Log } from '../log.ts';

const GLOBAL = '';

/**
 * The settings that hold for a document, pulled from the editor and kept until it says that they
 * changed. An editor that can't be asked gives them in `initialize` or with the change event.
 */
export class SessionSettings {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #pulled = new Map<string, Promise<Settings>>();
  readonly #commandLine: Pick<Daemon, 'override' | 'overruled'>;
  #canPull = false;
  #pushed: Settings = DEFAULT_SETTINGS;
  #asked: Settings = DEFAULT_SETTINGS;
  #told = '';

  /** @param commandLine what it decided beats what the editor says */
  constructor(
    connection: Connection,
    log: Log,
    commandLine: Pick<Daemon, 'override' | 'overruled'>,
  ) {
    this.#connection = connection;
    this.#log = log;
    this.#commandLine = commandLine;
  }

  start(canPull: boolean, given: unknown): void {
    this.#canPull = canPull;
    if (given !== undefined) this.#pushed = this.#parse(given);
  }

  changed(pushed: unknown): void {
    this.#pulled.clear();
    if (this.#canPull || typeof pushed !== 'object' || pushed === null) return;
    this.#pushed = this.#parse((pushed as { shortstop?: unknown }).shortstop ?? pushed);
  }

  closed(uri: string): void {
    this.#pulled.delete(uri);
  }

  forDocument(uri: string): Promise<Settings> {
    return this.#for(uri);
  }

  global(): Promise<Settings> {
    return this.#for(GLOBAL);
  }

  /** Those of no document, as the editor gave them last. */
  get asked(): Settings {
    return this.#asked;
  }

  #for(uri: string): Promise<Settings> {
    if (!this.#canPull) return Promise.resolve(this.#inForce(uri, this.#pushed));
    const known = this.#pulled.get(uri);
    if (known) return known;
    const pulled = this.#pull(uri);
    this.#pulled.set(uri, pulled);
    return pulled;
  }

  async #pull(uri: string): Promise<Settings> {
    try {
      const raw: unknown = await this.#connection.workspace.getConfiguration(
        uri === GLOBAL ? { section: 'shortstop' } : { section: 'shortstop', scopeUri: uri },
      );
      return this.#inForce(uri, this.#parse(raw));
    } catch {
      this.#pulled.delete(uri);
      this.#log.warn('the editor did not answer workspace/configuration; the defaults are used');
      return this.#inForce(uri, this.#pushed);
    }
  }

  /** What the command line overrules is said once, until it is something else. */
  #inForce(uri: string, asked: Settings): Settings {
    if (uri === GLOBAL) {
      this.#asked = asked;
      const told = this.#commandLine.overruled(asked);
      if (told.join() !== this.#told) for (const sentence of told) this.#log.warn(sentence);
      this.#told = told.join();
    }
    return this.#commandLine.override(asked);
  }

  #parse(raw: unknown): Settings {
    const { settings, problems } = parseSettings(raw);
    for (const problem of problems) this.#log.warn(problem);
    return settings;
  }
}
