import { window } from 'vscode';
import { WhyRequest } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { whyMarkdown } from '../features/why-report.ts';

/** Shows what the stop rule saw of the last request. */
export async function why(context: ClientContext): Promise<void> {
  const explanation = await context.daemon.client.sendRequest(WhyRequest.type);
  if (!explanation) {
    void window.showInformationMessage('No completion has stopped yet in this window.');
    return;
  }
  await context.reports.show('Why Did It Stop?', whyMarkdown(explanation));
}
