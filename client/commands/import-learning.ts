import { window, workspace } from 'vscode';
import { ImportLearningRequest } from '../../shared/learning-protocol.ts';
import type { ClientContext } from '../context.ts';
import { LEARNING_FILES } from './export-learning.ts';

export async function importLearning(context: ClientContext): Promise<void> {
  const [source] =
    (await window.showOpenDialog({
      title: 'Shortstop: Import Learning, in the place of what was learned here',
      filters: LEARNING_FILES,
    })) ?? [];
  if (!source) return;
  const text = new TextDecoder().decode(await workspace.fs.readFile(source));
  const { client } = context.daemon;
  const { learners, refused } = await client.sendRequest(ImportLearningRequest.type, { text });
  const left = refused.length > 0 ? ` Left out, of another version: ${refused.join(', ')}.` : '';
  void window.showInformationMessage(`Taken over: ${learners.join(', ') || 'nothing'}.${left}`);
}
