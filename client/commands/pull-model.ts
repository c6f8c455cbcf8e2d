import { randomUUID } from 'node:crypto';
import { CancellationError, ProgressLocation, window, type CancellationToken } from 'vscode';
import { PullRequest, type PullProgress } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { settingsFor, writeSetting } from '../config.ts';
import { PullMeter } from '../features/pull-meter.ts';

/** Argument: the model's name; without it, the user is asked for one. */
export async function pullModel(context: ClientContext, name: unknown): Promise<void> {
  const current = settingsFor().model;
  const model = typeof name === 'string' ? name : await askForName(current);
  if (model === undefined || model === '') return;
  const done = await pullWithProgress(context, model);
  if (!done || model === current) return;
  const use = await window.showInformationMessage(`${model} is here.`, 'Use It for Completions');
  if (use !== undefined) await writeSetting('model', model);
}

/** @returns false where it was cancelled */
export function pullWithProgress(context: ClientContext, model: string): Thenable<boolean> {
  return window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Pulling ${model}`,
      cancellable: true,
    },
    (progress, token) => {
      const meter = new PullMeter();
      return pull(context, model, token, (piece) => progress.report(meter.step(piece)));
    },
  );
}

async function askForName(current: string): Promise<string | undefined> {
  const name = await window.showInputBox({
    title: 'Shortstop: Pull Model',
    prompt: 'Name of a model in the Ollama library',
    value: current,
  });
  return name?.trim();
}

async function pull(
  context: ClientContext,
  model: string,
  token: CancellationToken,
  onPiece: (piece: PullProgress) => void,
): Promise<boolean> {
  const partialResultToken = randomUUID();
  const pieces = context.daemon.client.onProgress(
    PullRequest.progress,
    partialResultToken,
    onPiece,
  );
  try {
    await context.daemon.client.sendRequest(PullRequest.type, { model, partialResultToken }, token);
    return true;
  } catch (error) {
    if (token.isCancellationRequested || error instanceof CancellationError) return false;
    throw error;
  } finally {
    pieces.dispose();
  }
}
