import { window } from 'vscode';
import { ResetLearningRequest } from '../../shared/learning-protocol.ts';
import type { ClientContext } from '../context.ts';

const RESET = { label: '$(discard) Reset', description: 'decisions are those that ship again' };

/** The first is what Enter takes, as Escape does. */
const ANSWERS = [{ label: '$(check) Keep', description: 'nothing changes' }, RESET];

export async function resetLearning(context: ClientContext): Promise<void> {
  const answer = await window.showQuickPick(ANSWERS, {
    title: 'Forget what Shortstop has learned of how you write?',
    placeHolder: 'Labels and figures stay. Export Learning keeps a copy.',
  });
  if (answer !== RESET) return;
  await context.daemon.client.sendRequest(ResetLearningRequest.type);
  void window.showInformationMessage('What was learned is forgotten; learning begins anew.');
}
