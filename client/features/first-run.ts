import { commands, workspace, type Memento } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import type { StatusParams } from '../../shared/protocol.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import { Disposables } from '../disposables.ts';

const WALKTHROUGH = 'shortstop.shortstop#start';
const WELCOMED = 'shortstop.welcomed';
/** The editor's own setting for whether an extension may do this. */
const MAY_OPEN = 'workbench.welcomePage.walkthroughs.openOnInstall';

/** Steps that tick themselves off are told by these context keys. */
const ENGINE_FOUND = 'shortstop.engineFound';
const MODEL_READY = 'shortstop.modelReady';

/** Opens the walkthrough once, and keeps its steps true to what the daemon says. */
export function welcome(memory: Memento, daemon: DaemonProcess): Disposables {
  const owned = new Disposables();
  owned.track(daemon.onStatus((status) => void markSteps(status)));
  void openOnce(memory);
  return owned;
}

export async function openWalkthrough(): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
}

async function openOnce(memory: Memento): Promise<void> {
  if (memory.get(WELCOMED) === true) return;
  await memory.update(WELCOMED, true);
  if (workspace.getConfiguration().get(MAY_OPEN) !== false) await openWalkthrough();
}

async function markSteps({ state, action }: StatusParams): Promise<void> {
  const isReady = state === 'ready' || state === 'working';
  const isFound = isReady || (state === 'error' && action?.command !== COMMANDS.startEngine);
  // A step that was reached stays ticked off.
  if (isFound) await commands.executeCommand('setContext', ENGINE_FOUND, true);
  if (isReady) await commands.executeCommand('setContext', MODEL_READY, true);
}
