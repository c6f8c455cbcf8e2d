import { randomUUID } from 'node:crypto';
import {
  CancellationError,
  ProgressLocation,
  window,
  workspace,
  type CancellationToken,
  type WorkspaceFolder,
} from 'vscode';
import type { CalibrationProgress, CalibrationReport } from '../../shared/learned.ts';
import { CalibrateRequest } from '../../shared/learning-protocol.ts';
import { formatCount, formatDuration } from '../../shared/figures.ts';
import type { ClientContext } from '../context.ts';

/** Records spans of a folder's code while nobody types, and certifies the model on them. */
export async function calibrate(context: ClientContext): Promise<void> {
  const folder = await askForFolder();
  if (!folder) return;
  const report = await window.withProgress(
    {
      location: ProgressLocation.Notification,
      title: `Calibrating on ${folder.name}`,
      cancellable: true,
    },
    (progress, token) => {
      let share = 0;
      return run(context, folder, token, (now) => {
        const reached = now.of === 0 ? 0 : (100 * now.recorded) / now.of;
        progress.report({ message: inWords(now), increment: reached - share });
        share = reached;
      });
    },
  );
  if (!report) return;
  const { ended, model, verdict } = report;
  const title = ended === 'cancelled' ? 'Calibration' : model;
  void window.showInformationMessage(`${title}: ${verdict}.`);
}

async function askForFolder(): Promise<WorkspaceFolder | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error('open a folder of a git checkout first');
  if (folders.length === 1) return folders[0];
  return window.showWorkspaceFolderPick({
    placeHolder: 'Whose code is the model calibrated on?',
  });
}

async function run(
  context: ClientContext,
  folder: WorkspaceFolder,
  token: CancellationToken,
  onProgress: (progress: CalibrationProgress) => void,
): Promise<CalibrationReport | null> {
  const partialResultToken = randomUUID();
  const { client } = context.daemon;
  const pieces = client.onProgress(CalibrateRequest.progress, partialResultToken, onProgress);
  try {
    const params = { folder: folder.uri.toString(), partialResultToken };
    return await client.sendRequest(CalibrateRequest.type, params, token);
  } catch (error) {
    if (token.isCancellationRequested || error instanceof CancellationError) return null;
    throw error;
  } finally {
    pieces.dispose();
  }
}

function inWords({ state, recorded, of, matches, remainingMs }: CalibrationProgress): string {
  if (state === 'cutting') return 'cutting spans out of the code';
  const left = remainingMs === null ? '' : `, about ${formatDuration(remainingMs)} to go`;
  return `${state}: ${formatCount(recorded)} of ${formatCount(of)} spans, ${formatCount(matches)} matches${left}`;
}
