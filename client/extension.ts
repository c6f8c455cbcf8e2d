import { Uri, window, type ExtensionContext } from 'vscode';
import { registerCommands } from './commands/index.ts';
import { answerConfiguration } from './config.ts';
import { DaemonProcess } from './daemon-process.ts';
import { AskThreads } from './features/ask.ts';
import { Proposals } from './features/proposals.ts';
import { CompleteHere } from './features/complete-here.ts';
import { warnOfConflicts } from './features/conflicts.ts';
import { welcome } from './features/first-run.ts';
import { InlineCompletion } from './features/inline-completion.ts';
import { ReportPages } from './features/report-pages.ts';
import { StatusBar } from './features/status-bar.ts';
import { whyHover } from './features/why-hover.ts';
import { SavingsPanel } from './panel/savings-panel.ts';

/** Other extensions need this long to become active after a window opens, milliseconds. */
const CONFLICT_CHECK_AFTER = 20_000;

let running: DaemonProcess | undefined;

export async function activate(extension: ExtensionContext): Promise<void> {
  const { subscriptions, extensionUri, globalState: memory } = extension;
  const log = window.createOutputChannel('Shortstop', { log: true });
  const completeHere = new CompleteHere(log);
  const inlineCompletion = new InlineCompletion(log, completeHere);
  const daemon = new DaemonProcess({
    module: Uri.joinPath(extensionUri, 'dist', 'server.cjs').fsPath,
    stateFolder: extension.globalStorageUri.fsPath,
    log,
    middleware: (client) => ({
      ...inlineCompletion.middleware(client),
      workspace: {
        configuration: (params) =>
          answerConfiguration(params, (uri) => client.protocol2CodeConverter.asUri(uri)),
      },
    }),
  });
  running = daemon;
  const statusBar = new StatusBar(daemon, completeHere);
  const ask = new AskThreads(daemon);
  const proposals = new Proposals();
  const reports = new ReportPages();
  const panel = new SavingsPanel(extensionUri, daemon, log);
  const context = {
    daemon,
    log,
    memory,
    inlineCompletion,
    completeHere,
    ask,
    proposals,
    reports,
    statusBar,
    panel,
  };
  subscriptions.push(log, statusBar, completeHere, ask, proposals, reports, panel);
  subscriptions.push(registerCommands(context));

  subscriptions.push(welcome(memory, daemon), whyHover(daemon));

  const check = setTimeout(() => void warnOfConflicts(memory), CONFLICT_CHECK_AFTER);
  subscriptions.push({ dispose: () => clearTimeout(check) });
  await daemon.start();
}

/** VS Code waits for this: the daemon gets the time to write down what is unsettled. */
export async function deactivate(): Promise<void> {
  await running?.dispose();
}
