import { MarkdownString, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import type { StatusParams } from '../../shared/protocol.ts';
import { onSettingsChange, settingsFor } from '../config.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { Disposables } from '../disposables.ts';
import type { CompleteHere } from './complete-here.ts';
import { languageName } from './language-name.ts';
import {
  plainText,
  statusView,
  type DaemonCondition,
  type Place,
  type StatusView,
} from './status-view.ts';

/** One thing in words: what was saved today, or the state that matters; a click opens the quick menu. */
export class StatusBar {
  readonly #disposables = new Disposables();
  readonly #item: StatusBarItem;
  #condition: DaemonCondition = { kind: 'starting' };
  #status: StatusParams | undefined;
  #isWriting = false;

  constructor(daemon: DaemonProcess, completeHere: Pick<CompleteHere, 'onWriting'>) {
    this.#item = this.#disposables.track(
      window.createStatusBarItem('shortstop.status', StatusBarAlignment.Right, 100),
    );
    this.#item.name = 'Shortstop';
    this.#item.command = COMMANDS.quickMenu;
    this.#disposables.track(
      daemon.onState((state) => {
        this.#condition = state;
        if (state.kind !== 'running') this.#status = undefined;
        this.#render();
      }),
    );
    this.#disposables.track(
      daemon.onStatus((status) => {
        this.#status = status;
        this.#render();
      }),
    );
    this.#disposables.track(
      completeHere.onWriting((isWriting) => {
        this.#isWriting = isWriting;
        this.#render();
      }),
    );
    this.#disposables.track(window.onDidChangeActiveTextEditor(() => this.#render()));
    this.#disposables.track(onSettingsChange(() => this.#render()));
    this.#render();
    this.#item.show();
  }

  get view(): StatusView {
    const place = placeInFront();
    const isAwaited = this.#isWriting;
    return statusView(this.#condition, this.#status, place && { ...place, isAwaited });
  }

  get status(): StatusParams | undefined {
    return this.#status;
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #render(): void {
    const view = this.view;
    this.#item.text = view.text;
    this.#item.tooltip = new MarkdownString(view.tooltip);
    this.#item.accessibilityInformation = { label: plainText(view) };
    this.#item.backgroundColor =
      view.severity === 'none'
        ? undefined
        : new ThemeColor(`statusBarItem.${view.severity}Background`);
  }
}

function placeInFront(): Place | null {
  const document = window.activeTextEditor?.document;
  return document
    ? { language: languageName(document.languageId), ...settingsFor(document) }
    : null;
}
