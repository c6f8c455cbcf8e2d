import { Idiomorph } from 'idiomorph';
import {
  LENGTHS,
  PANEL_COMMANDS,
  PANEL_WINDOWS,
  SAVED_FORMATS,
  type FromPanel,
  type PanelCommand,
  type PanelWindow,
  type SavedFormat,
  type ToPanel,
} from '../shared/panel-protocol.ts';
import { PRESETS } from '../shared/settings.ts';
import { csvOf } from './export-csv.ts';
import { pictureOf } from './export-picture.ts';
import { Grip } from './grip.ts';
import { panelHtml } from './panel-view.ts';
import { nearestPoint, showChosen } from './preset-drag.ts';
import { chosenBy, isSlider, showWords } from './sliders.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

const vscode = acquireVsCodeApi();
const root = document.getElementById('panel');
const grip = new Grip();
let shown = '';
let last: Extract<ToPanel, { tag: 'stats' }> | undefined;

if (root) {
  window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => show(root, data));
  root.addEventListener('click', ({ target }) => {
    if (target instanceof HTMLElement) choose(target.dataset);
  });
  root.addEventListener('input', ({ target }) => {
    if (isSlider(target)) moved(target);
  });
  root.addEventListener('change', ({ target }) => {
    if (isSlider(target)) set(target);
  });
  root.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Element) drag(event, event.target);
  });
  vscode.postMessage({ tag: 'ready' });
}

/** Changes only what is another one, so that focus, open details and whatever is held stay as they are. */
function show(panel: HTMLElement, message: ToPanel): void {
  last = message.tag === 'stats' ? message : undefined;
  const text = panelHtml(message);
  if (text === shown) return;
  shown = text;
  // A promise only where a head is morphed, too.
  void Idiomorph.morph(panel, text, {
    morphStyle: 'innerHTML',
    callbacks: {
      beforeNodeMorphed(element) {
        if (!grip.holds(element)) return true;
        // What was left alone is looked at again with the next figures.
        shown = '';
        return false;
      },
      beforeAttributeUpdated: (name, { tagName }) => name !== 'open' || tagName !== 'DETAILS',
    },
  });
}

function choose({ window: chosen, run, save, model }: DOMStringMap): void {
  const format = SAVED_FORMATS.find((known) => known === save);
  if (format && last) {
    vscode.postMessage({ tag: 'save', format, content: contentOf(format, last) });
  }
  if (isWindow(chosen)) vscode.postMessage({ tag: 'choose-window', window: chosen });
  else if (model !== undefined) vscode.postMessage({ tag: 'set-model', model });
  else if (isCommand(run)) vscode.postMessage({ tag: 'run', command: run });
}

function contentOf(
  format: SavedFormat,
  { stats, window: chosen, learned }: Extract<ToPanel, { tag: 'stats' }>,
): string {
  switch (format) {
    case 'png':
      return pictureOf(stats, chosen);
    case 'csv':
      return csvOf(stats);
    case 'json':
      return `${JSON.stringify({ ...stats, ...learned }, null, 2)}\n`;
  }
}

function moved(slider: HTMLInputElement): void {
  grip.hold(slider);
  showWords(slider);
  if (slider.dataset['set'] === 'preset') showChosen(chosenBy(slider));
}

function set(slider: HTMLInputElement): void {
  const value = chosenBy(slider);
  const preset = PRESETS.find((known) => known === value);
  const length = LENGTHS.find((known) => known === value);
  const { set: what, language } = slider.dataset;
  if (what === 'preset' && preset) vscode.postMessage({ tag: 'set-preset', preset });
  if (what === 'length' && length) {
    vscode.postMessage({ tag: 'set-length', language: language || null, length });
  }
}

/** The point that is in force follows the pointer from preset to preset; letting go sets it. */
function drag(event: PointerEvent, target: Element): void {
  const slider = document.getElementById('preset');
  const handle = target.closest('[data-drag="preset"], [data-point]:not([data-point=""])');
  if (!handle || !isSlider(slider)) return;
  event.preventDefault();
  const before = slider.value;
  const follow = ({ clientX, clientY }: PointerEvent) => {
    const at = nearestPoint(clientX, clientY);
    if (at === null) return;
    slider.value = String(at);
    moved(slider);
  };
  const stop = () => {
    window.removeEventListener('pointermove', follow);
    if (slider.value !== before) set(slider);
  };
  window.addEventListener('pointermove', follow);
  window.addEventListener('pointerup', stop, { once: true });
  follow(event);
}

function isWindow(name: string | undefined): name is PanelWindow {
  return PANEL_WINDOWS.some((known) => known === name);
}

function isCommand(name: string | undefined): name is PanelCommand {
  return PANEL_COMMANDS.some((known) => known === name);
}
