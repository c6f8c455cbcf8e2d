import { randomBytes } from 'node:crypto';
import {
  commands,
  Uri,
  ViewColumn,
  window,
  type LogOutputChannel,
  type WebviewPanel,
} from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import {
  PANEL_WINDOWS,
  type FromPanel,
  type Learned,
  type PanelCommand,
  type PanelWindow,
  type ToPanel,
} from '../../shared/panel-protocol.ts';
import { ComparisonRequest, ProfileRequest } from '../../shared/learning-protocol.ts';
import { StatsRequest } from '../../shared/protocol.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { Disposables } from '../disposables.ts';
import { panelPage } from './page.ts';
import { panelSettings, setLength, setModel, setPreset } from './panel-settings.ts';
import { saveFigures } from './save-figures.ts';
import { startOf } from './window-start.ts';

const VIEW_TYPE = 'shortstop.savings';
/** While the panel is visible, milliseconds. */
const REFRESH_EVERY = 5000;

/** The one savings panel of a window. */
export class SavingsPanel {
  readonly #extensionUri: Uri;
  readonly #daemon: DaemonProcess;
  readonly #log: LogOutputChannel;
  readonly #disposables = new Disposables();
  #panel: WebviewPanel | undefined;
  /** The narrowest that has data, unless the user has chosen another; null before there are any. */
  #window: PanelWindow | null = null;
  #asked = 0;

  constructor(extensionUri: Uri, daemon: DaemonProcess, log: LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#daemon = daemon;
    this.#log = log;
    const timer = setInterval(() => this.refresh(), REFRESH_EVERY);
    this.#disposables.track({ dispose: () => clearInterval(timer) });
    this.#disposables.track(daemon.onState(() => this.refresh()));
    this.#disposables.track(
      window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (panel) => {
          this.#take(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    this.#take(window.createWebviewPanel(VIEW_TYPE, 'Shortstop: Savings', ViewColumn.Active));
  }

  /** Asks the daemon for the figures, if anybody is looking. */
  refresh(): void {
    if (this.#panel?.visible) void this.#send();
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#disposables.dispose();
  }

  #take(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const dist = Uri.joinPath(this.#extensionUri, 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.onDidChangeViewState(() => this.refresh());
    webview.onDidReceiveMessage((message: FromPanel) => this.#receive(message));
    webview.html = panelPage({
      scriptUri: webview.asWebviewUri(Uri.joinPath(dist, 'panel.js')).toString(),
      styleUri: webview.asWebviewUri(Uri.joinPath(dist, 'panel.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    });
  }

  #receive(message: FromPanel): void {
    switch (message.tag) {
      case 'choose-window':
        this.#window = message.window;
        this.refresh();
        break;
      case 'ready':
        this.refresh();
        break;
      case 'set-preset':
        void this.#set(setPreset(message.preset));
        break;
      case 'set-length':
        void this.#set(setLength(message.language, message.length));
        break;
      case 'set-model':
        void this.#set(setModel(message.model));
        break;
      case 'save':
        void this.#saveFigures(message);
        break;
      case 'run':
        void commands.executeCommand(COMMAND_IDS[message.command]);
        break;
    }
  }

  async #saveFigures({ format, content }: Extract<FromPanel, { tag: 'save' }>): Promise<void> {
    try {
      await saveFigures(format, content);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(`Shortstop: the figures could not be saved: ${problem}`);
    }
  }

  /** Figures on their way still have the setting as it was, so they are not shown. */
  async #set(written: Promise<void>): Promise<void> {
    this.#asked++;
    try {
      await written;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(`Shortstop: ${problem}`);
    }
    this.refresh();
  }

  async #send(): Promise<void> {
    const asked = ++this.#asked;
    const message = await this.#figures(this.#window ? [this.#window] : PANEL_WINDOWS);
    // An answer that a newer question has overtaken would show the wrong window.
    if (asked === this.#asked) await this.#panel?.webview.postMessage(message);
  }

  /** Of the first of these windows in which something was asked; of the last where none has. */
  async #figures(windows: readonly [PanelWindow, ...PanelWindow[]]): Promise<ToPanel> {
    const asking = this.#learned();
    try {
      let widest: ToPanel | null = null;
      for (const window of windows) {
        const since = startOf(window, new Date());
        const params = since === undefined ? {} : { since };
        const stats = await this.#daemon.client.sendRequest(StatsRequest.type, params);
        const settings = panelSettings(stats);
        widest = { tag: 'stats', stats, window, settings, learned: await asking };
        if (stats.requests.engine > 0) {
          this.#window ??= window;
          break;
        }
      }
      return widest ?? { tag: 'unavailable', problem: 'No time was asked for.' };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#log.debug(`no figures for the panel: ${problem}`);
      return { tag: 'unavailable', problem };
    }
  }

  async #learned(): Promise<Learned> {
    const { client } = this.#daemon;
    const [profile, comparison] = await Promise.allSettled([
      client.sendRequest(ProfileRequest.type),
      client.sendRequest(ComparisonRequest.type),
    ]);
    return {
      profile: profile.status === 'fulfilled' ? profile.value : null,
      comparison: comparison.status === 'fulfilled' ? comparison.value : null,
    };
  }
}

const COMMAND_IDS: Readonly<Record<PanelCommand, string>> = {
  budget: COMMANDS.setBudget,
  experiment: COMMANDS.experiment,
  export: COMMANDS.exportData,
  delete: COMMANDS.deleteData,
  doctor: COMMANDS.doctor,
  compare: COMMANDS.compareModels,
  profile: COMMANDS.showProfile,
};
