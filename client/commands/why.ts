import { window, workspace } from 'vscode';
import { WhyRequest } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { whyMarkdown } from '../features/why-report.ts';

/** Opens what the stop rule saw of the last request as an untitled Markdown document. */
export async function why(context: ClientContext): Promise<void> {
  const explanation = await context.daemon.client.sendRequest(WhyRequest.type);
  if (!explanation) {
    void window.showInformationMessage('No completion has stopped yet in this window.');
    return;
  }
  const content = whyMarkdown(explanation);
  const document = await workspace.openTextDocument({ language: 'markdown', content });
  await window.showTextDocument(document);
}
