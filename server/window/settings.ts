import type { Connection } from 'vscode-languageserver/node';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from '../../shared/settings.ts';
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
  readonly #override: (settings: Settings) => Settings;
  #canPull = false;
  #pushed: Settings = DEFAULT_SETTINGS;

  /** @param override what the command line decided beats what the editor says */
  constructor(connection: Connection, log: Log, override: (settings: Settings) => Settings) {
    this.#connection = connection;
    this.#log = log;
    this.#override = override;
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

  #for(uri: string): Promise<Settings> {
    if (!this.#canPull) return Promise.resolve(this.#override(this.#pushed));
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
      return this.#override(this.#parse(raw));
    } catch {
      this.#pulled.delete(uri);
      this.#log.warn('the editor did not answer workspace/configuration; the defaults are used');
      return this.#override(this.#pushed);
    }
  }

  #parse(raw: unknown): Settings {
    const { settings, problems } = parseSettings(raw);
    for (const problem of problems) this.#log.warn(problem);
    return settings;
  }
}
