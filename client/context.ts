import type { LogOutputChannel, Memento } from 'vscode';
import type { AskThreads } from './features/ask.ts';
import type { Proposals } from './features/proposals.ts';
import type { CompleteHere } from './features/complete-here.ts';
import type { InlineCompletion } from './features/inline-completion.ts';
import type { ReportPages } from './features/report-pages.ts';
import type { StatusBar } from './features/status-bar.ts';
import type { SavingsPanel } from './panel/savings-panel.ts';
import type { DaemonProcess } from './daemon-process.ts';

/** What commands work with. */
export interface ClientContext {
  readonly daemon: DaemonProcess;
  readonly log: LogOutputChannel;
  readonly memory: Memento;
  readonly inlineCompletion: InlineCompletion;
  readonly completeHere: CompleteHere;
  readonly ask: AskThreads;
  readonly proposals: Proposals;
  readonly reports: ReportPages;
  readonly statusBar: StatusBar;
  readonly panel: SavingsPanel;
}
