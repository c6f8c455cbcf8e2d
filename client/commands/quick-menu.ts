import { commands, ConfigurationTarget, QuickPickItemKind, window, workspace } from 'vscode';
import type { QuickPickItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { settingsFor } from '../config.ts';
import type { ClientContext } from '../context.ts';

type Entry = QuickPickItem & { readonly run?: () => Thenable<unknown> };

/** What a click on the status bar opens: what is wrong and what helps, then everything else. */
export async function quickMenu(context: ClientContext): Promise<void> {
  const entries = [...problemEntries(context), ...entriesAlways(context)];
  const { status } = context.statusBar;
  const placeHolder = status ? `${status.model} on ${status.engine}` : 'The daemon is not running';
  const choice = await window.showQuickPick(entries, { title: 'Shortstop', placeHolder });
  await choice?.run?.();
}

function problemEntries(context: ClientContext): Entry[] {
  const { problem, action } = context.statusBar.view;
  if (problem === undefined) return [];
  const entry: Entry = action
    ? {
        label: `$(warning) ${action.title}`,
        detail: problem,
        run: () => commands.executeCommand(action.command, ...(action.arguments ?? [])),
      }
    : { label: '$(warning) Show Log', detail: problem, run: runner(COMMANDS.showLog) };
  return [entry, { label: '', kind: QuickPickItemKind.Separator }];
}

function entriesAlways(context: ClientContext): Entry[] {
  const paused = context.statusBar.status?.state === 'paused';
  return [
    {
      label: settingsFor().enable ? '$(circle-slash) Turn Off' : '$(check) Turn On',
      run: runner(COMMANDS.toggle),
    },
    ...languageEntry(),
    {
      label: paused ? '$(play) Resume' : '$(debug-pause) Pause for 10 Minutes',
      run: runner(COMMANDS.pause),
    },
    { label: '$(symbol-misc) Select Model…', run: runner(COMMANDS.selectModel) },
    { label: '$(dashboard) Set Budget…', run: runner(COMMANDS.setBudget) },
    { label: '$(beaker) Experiment…', run: runner(COMMANDS.experiment) },
    { label: '', kind: QuickPickItemKind.Separator },
    { label: '$(graph) Open Savings Panel', run: runner(COMMANDS.openPanel) },
    { label: '$(comment-discussion) Ask Inline…', run: runner(COMMANDS.ask) },
    { label: '', kind: QuickPickItemKind.Separator },
    { label: '$(settings-gear) Settings', run: runner(COMMANDS.openSettings) },
    { label: '$(output) Show Log', run: runner(COMMANDS.showLog) },
    { label: '$(question) Why Did It Stop?', run: runner(COMMANDS.why) },
    { label: '$(account) Show My Profile', run: runner(COMMANDS.showProfile) },
    { label: '$(pulse) Doctor', run: runner(COMMANDS.doctor) },
  ];
}

/** Turns completions off or on for the language of the file in front. */
function languageEntry(): Entry[] {
  const document = window.activeTextEditor?.document;
  if (!document || !settingsFor().enable) return [];
  const { languageId } = document;
  const { enable } = settingsFor(document);
  return [
    {
      label: enable
        ? `$(circle-slash) Turn Off for ${languageId}`
        : `$(check) Turn On for ${languageId}`,
      run: () =>
        workspace
          .getConfiguration('shortstop', { languageId })
          .update('enable', !enable, ConfigurationTarget.Global, true),
    },
  ];
}

function runner(command: string): () => Thenable<unknown> {
  return () => commands.executeCommand(command);
}
