import { randomUUID } from 'node:crypto';
import {
  CancellationError,
  ProgressLocation,
  window,
  workspace,
  type CancellationToken,
} from 'vscode';
import type { Comparison, ComparisonProgress } from '../../shared/learned.ts';
import { CompareRequest } from '../../shared/learning-protocol.ts';
import { ModelsRequest, type ModelSummary } from '../../shared/protocol.ts';
import { settingsFor, writeSetting } from '../config.ts';
import type { ClientContext } from '../context.ts';
import { comparisonMarkdown } from '../features/comparison-report.ts';

/** The same spans of the user's own code through several models; one click sets the recommended one. */
export async function compareModels(context: ClientContext): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('open a folder of a git checkout first');
  const models = await pickModels(context);
  if (!models) return;
  const comparison = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Comparing models', cancellable: true },
    (progress, token) => {
      let shown = 0;
      return run(context, folder.uri.toString(), models, token, (now) => {
        const done = (models.indexOf(now.model) + now.done / now.of) / models.length;
        const message = `${now.model}: ${now.done} of ${now.of} places`;
        progress.report({ message, increment: 100 * done - shown });
        shown = 100 * done;
      });
    },
  );
  if (!comparison) return;
  context.panel.refresh();
  await context.reports.show('Models Compared', comparisonMarkdown(comparison));
  const { recommended, why } = comparison;
  if (recommended === null || recommended === settingsFor().model) return;
  const use = `Use ${recommended}`;
  const picked = await window.showInformationMessage(`${recommended}: ${why}.`, use);
  if (picked === use) await writeSetting('model', recommended);
}

async function pickModels({ daemon }: ClientContext): Promise<string[] | undefined> {
  const models = await daemon.client.sendRequest(ModelsRequest.type);
  const able = models.filter(({ fillsIn }) => fillsIn);
  if (able.length < 2) throw new Error('install a second model that fills in the middle first');
  const picked = await window.showQuickPick(able.map(asItem), {
    title: 'Shortstop: Compare My Models',
    placeHolder: 'Two or more models, asked for the same places of your code',
    canPickMany: true,
  });
  if (!picked) return undefined;
  if (picked.length < 2) throw new Error('choose at least two models');
  return picked.map(({ label }) => label);
}

function asItem({ name, quantisation, bytes }: ModelSummary) {
  const description = `${quantisation} ${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
  return { label: name, description, picked: true };
}

async function run(
  { daemon: { client } }: ClientContext,
  folder: string,
  models: readonly string[],
  token: CancellationToken,
  onProgress: (progress: ComparisonProgress) => void,
): Promise<Comparison | null> {
  const partialResultToken = randomUUID();
  const pieces = client.onProgress(CompareRequest.progress, partialResultToken, onProgress);
  try {
    const params = { folder, models, partialResultToken };
    return await client.sendRequest(CompareRequest.type, params, token);
  } catch (error) {
    if (token.isCancellationRequested || error instanceof CancellationError) return null;
    throw error;
  } finally {
    pieces.dispose();
  }
}
