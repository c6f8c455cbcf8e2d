import { window } from 'vscode';
import type { Feedback } from '../../shared/learned.ts';
import { FeedbackRequest } from '../../shared/learning-protocol.ts';
import type { ClientContext } from '../context.ts';

/** Says it of the suggestion that was offered last, and shows what that changed. */
export const feedback =
  (said: Feedback) =>
  async (context: ClientContext): Promise<void> => {
    const { message } = await context.daemon.client.sendRequest(FeedbackRequest.type, { said });
    void window.showInformationMessage(`Shortstop: ${message}`);
  };
