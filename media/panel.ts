import {
  PANEL_WINDOWS,
  type FromPanel,
  type PanelWindow,
  type ToPanel,
} from '../shared/panel-protocol.ts';
import { panelHtml } from './panel-view.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

type Run = Extract<FromPanel, { tag: 'run' }>['command'];

const vscode = acquireVsCodeApi();
const root = document.getElementById('panel');
let shown = '';

if (root) {
  window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => show(root, data));
  root.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLElement) choose(target.dataset);
  });
  vscode.postMessage({ tag: 'ready' });
}

/** Draws again only what has changed, and leaves the focus where it was, and open what was open. */
function show(panel: HTMLElement, message: ToPanel): void {
  const text = panelHtml(message);
  if (text === shown) return;
  shown = text;
  const focused = document.activeElement?.id;
  const open = Array.from(panel.querySelectorAll('details[open]'), ({ id }) => id);
  panel.innerHTML = text;
  for (const id of open) document.getElementById(id)?.setAttribute('open', '');
  if (focused) document.getElementById(focused)?.focus();
}

function choose({ window: chosen, run }: DOMStringMap): void {
  if (isWindow(chosen)) vscode.postMessage({ tag: 'choose-window', window: chosen });
  else if (isRun(run)) vscode.postMessage({ tag: 'run', command: run });
}

function isWindow(name: string | undefined): name is PanelWindow {
  return PANEL_WINDOWS.some((known) => known === name);
}

const RUNS: readonly Run[] = ['export', 'delete', 'doctor', 'budget', 'experiment'];

function isRun(name: string | undefined): name is Run {
  return RUNS.some((known) => known === name);
}
