import { existsSync } from 'node:fs';
import { EventEmitter, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
  type LanguageClientOptions,
  type Middleware,
} from 'vscode-languageclient/node';
import {
  StatusNotification,
  type InitializationOptions,
  type StatusParams,
} from '../shared/protocol.ts';
import { BackOff } from './back-off.ts';
import { onSettingsChange } from './config.ts';
import { Disposables } from './disposables.ts';

/** `crashed`: it starts again by itself in `retryInMs`. */
export type DaemonState =
  | { readonly kind: 'starting' | 'running' | 'stopped' }
  | { readonly kind: 'crashed'; readonly retryInMs: number };

export interface DaemonOptions {
  /** The daemon's bundle. */
  readonly module: string;
  /** Where its database and its log live. */
  readonly stateFolder: string;
  readonly log: LogOutputChannel;
  readonly middleware: (client: LanguageClient) => Middleware;
}

/** Where there is code to complete; output panes, diffs and comment boxes are left alone. */
const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-remote', 'vscode-vfs'];

/** The daemon, kept running: one language client per life, a new one after each crash. */
export class DaemonProcess {
  readonly #options: DaemonOptions;
  readonly #disposables = new Disposables();
  readonly #status = this.#disposables.track(new EventEmitter<StatusParams>());
  readonly #state = this.#disposables.track(new EventEmitter<DaemonState>());
  readonly #backOff = new BackOff();
  #client: LanguageClient | undefined;
  #runningSince = 0;
  #retry: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly onStatus = this.#status.event;
  readonly onState = this.#state.event;

  constructor(options: DaemonOptions) {
    this.#options = options;
    this.#disposables.track(onSettingsChange(() => void this.#askForSettingsAgain()));
  }

  /** Resolves once the daemon runs, or its first start failed and the next one is scheduled. */
  async start(): Promise<void> {
    if (this.#client || this.#disposed) return;
    this.#state.fire({ kind: 'starting' });
    const client = this.#newClient();
    this.#client = client;
    this.#runningSince = 0;
    client.onNotification(StatusNotification.type, (status) => this.#status.fire(status));
    try {
      if (!existsSync(this.#options.module)) throw new Error(`no ${this.#options.module}`);
      await client.start();
      if (this.#client !== client) return;
      this.#runningSince = Date.now();
      this.#state.fire({ kind: 'running' });
    } catch (error) {
      this.#options.log.error('the daemon did not start', errorText(error));
      this.#crashed(client);
    }
  }

  /** Stops it, asks for no reason, and starts it at once. */
  async restart(): Promise<void> {
    this.#backOff.reset();
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = undefined;
    this.#state.fire({ kind: 'stopped' });
    try {
      await client?.dispose();
    } catch (error) {
      this.#options.log.debug('the daemon did not stop in good order', errorText(error));
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.stop();
    this.#disposables.dispose();
  }

  /**
   * What speaks to the daemon; ask for it anew each time, since a crash replaces it.
   * @throws {Error} where the daemon is not running
   */
  get client(): LanguageClient {
    if (this.#client?.isRunning()) return this.#client;
    throw new Error('The Shortstop daemon is not running.');
  }

  /** The daemon pulls what it needs, each file's own. */
  async #askForSettingsAgain(): Promise<void> {
    if (!this.#client?.isRunning()) return;
    const type = DidChangeConfigurationNotification.type;
    await this.#client.sendNotification(type, { settings: null });
  }

  #newClient(): LanguageClient {
    const { module, stateFolder, log } = this.#options;
    const initializationOptions: InitializationOptions = { clientId: 'vscode' };
    const middleware: Middleware = {};
    const options: LanguageClientOptions = {
      documentSelector: SCHEMES.map((scheme) => ({ scheme })),
      initializationOptions,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.#crashed(client);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    const client: LanguageClient = new QuietClient(
      'shortstop',
      'Shortstop',
      { module, transport: TransportKind.ipc, args: ['serve', '--state', stateFolder] },
      options,
    );
    Object.assign(middleware, this.#options.middleware(client));
    return client;
  }

  #crashed(client: LanguageClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    const lived = this.#runningSince === 0 ? 0 : Date.now() - this.#runningSince;
    const retryInMs = this.#backOff.nextDelay(lived);
    this.#options.log.warn(`the daemon ended unexpectedly; it starts again in ${retryInMs} ms`);
    this.#state.fire({ kind: 'crashed', retryInMs });
    this.#retry = setTimeout(() => void this.start(), retryInMs);
  }
}

/** Says in the log what the library would say in a pop-up: the status bar tells the user. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
