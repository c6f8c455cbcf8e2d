import { setTimeout as sleep } from 'node:timers/promises';
import { commands, QuickPickItemKind, window } from 'vscode';
import type { QuickPickItem, TextDocument } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { armsInWords } from '../../shared/experiment-words.ts';
import { ExperimentRequest } from '../../shared/learning-protocol.ts';
import { type StatusAction, type StatusParams } from '../../shared/protocol.ts';
import type { Experiment } from '../../shared/stats.ts';
import { settingsFor, writeSettingForLanguage } from '../config.ts';
import type { ClientContext } from '../context.ts';
import { languageName } from '../features/language-name.ts';
import { LENGTHS } from '../features/lengths.ts';
import { budgetInWords, plainText } from '../features/status-view.ts';

const SHOW_LOG: StatusAction = { title: 'Show Log', command: COMMANDS.showLog };

/** For what a busy daemon says of an experiment: the menu opens without it. */
const PATIENCE_MS = 300;

type Entry = QuickPickItem & { readonly run?: () => Thenable<unknown> };

/** What a click on the status bar opens: what is wrong and what helps, then everything else. */
export async function quickMenu(context: ClientContext): Promise<void> {
  const document = window.activeTextEditor?.document;
  const entries = experimentOf(context).then((experiment) => [
    ...problemEntries(context),
    ...suggestionEntries(context, document),
    ...costEntries(context, experiment),
    ...lookEntries(),
    ...helpEntries(),
  ]);
  const choice = await window.showQuickPick(entries, {
    title: 'Shortstop',
    placeHolder: plainText(context.statusBar.view),
    matchOnDescription: true,
  });
  // A click on the status bar has taken the keyboard away from the editor.
  await commands.executeCommand('workbench.action.focusActiveEditorGroup');
  await choice?.run?.();
}

function problemEntries(context: ClientContext): Entry[] {
  const { view, status } = context.statusBar;
  const { problem, action } = view;
  if (problem !== undefined) return [actionEntry('$(warning)', action ?? SHOW_LOG, problem)];
  const spent = status?.budget?.spent;
  return spent === undefined ? [] : [{ ...budgetEntry(status), detail: spent }];
}

function actionEntry(
  icon: string,
  { title, command, arguments: given = [] }: StatusAction,
  detail: string,
): Entry {
  const run = () => commands.executeCommand(command, ...given);
  return { label: `${icon} ${title}`, detail, run };
}

function suggestionEntries({ statusBar }: ClientContext, document?: TextDocument): Entry[] {
  const { enable, stopping, suggest, multiLine } = settingsFor(document);
  const paused = statusBar.status?.state === 'paused';
  return [
    separator('Suggestions'),
    entry('$(settings) Quality or Savings…', COMMANDS.setQuality, stopping.preset),
    ...(document
      ? [
          entry(
            '$(arrow-both) Shorter or Longer…',
            COMMANDS.setLength,
            `${LENGTHS[multiLine].label} (${languageName(document.languageId)})`,
          ),
        ]
      : []),
    suggest === 'on-key'
      ? entry('$(keyboard) Suggest While Typing', COMMANDS.toggleSubtle, 'now on Alt+\\ only')
      : advised(
          entry('$(keyboard) Suggest on a Key Only', COMMANDS.toggleSubtle, 'Alt+\\'),
          COMMANDS.toggleSubtle,
          statusBar.status,
        ),
    paused
      ? entry('$(play) Resume', COMMANDS.pause)
      : entry('$(debug-pause) Pause…', COMMANDS.pause),
    ...(document && settingsFor().enable ? [languageEntry(document, enable)] : []),
    entry(
      settingsFor().enable ? '$(circle-slash) Turn Off Everywhere' : '$(check) Turn On',
      COMMANDS.toggle,
    ),
  ];
}

function costEntries({ statusBar }: ClientContext, experiment: Experiment | null): Entry[] {
  const { status } = statusBar;
  const running = experiment?.verdict === null ? armsInWords(experiment) : 'none runs';
  return [
    separator('Model and cost'),
    advised(
      entry('$(symbol-misc) Select Model…', COMMANDS.selectModel, settingsFor().model),
      COMMANDS.selectModel,
      status,
    ),
    ...(status?.budget?.spent === undefined ? [budgetEntry(status)] : []),
    entry('$(beaker) Experiment…', COMMANDS.experiment, running),
  ];
}

function budgetEntry(status: StatusParams | undefined): Entry {
  const budget = status?.budget ? budgetInWords(status.budget.gauges) : 'no limit';
  return entry('$(dashboard) Set Budget…', COMMANDS.setBudget, budget);
}

/** With what the daemon advises, where `command` is what it advises. */
function advised(item: Entry, command: string, status: StatusParams | undefined): Entry {
  const { advice } = status ?? {};
  return advice?.action.command === command ? { ...item, detail: advice.text } : item;
}

function lookEntries(): Entry[] {
  return [
    separator('What it does'),
    entry('$(graph) Open Savings Panel', COMMANDS.openPanel),
    entry('$(question) Why Did It Stop?', COMMANDS.why),
    entry('$(account) Show My Profile', COMMANDS.showProfile),
    entry('$(comment-discussion) Ask Inline…', COMMANDS.ask),
  ];
}

function helpEntries(): Entry[] {
  return [
    separator('Help'),
    entry('$(rocket) Get Started', COMMANDS.getStarted),
    entry('$(pulse) Doctor', COMMANDS.doctor),
    entry('$(settings-gear) Settings', COMMANDS.openSettings),
    entry('$(output) Show Log', COMMANDS.showLog),
  ];
}

/** Turns completions off or on for the language of the file in front. */
function languageEntry(document: TextDocument, enabled: boolean): Entry {
  const language = languageName(document.languageId);
  return {
    label: enabled
      ? `$(circle-slash) Turn Off for ${language}`
      : `$(check) Turn On for ${language}`,
    run: () => writeSettingForLanguage(document, 'enable', !enabled),
  };
}

/** The one that goes on, or the last one; null where that can't be told now. */
async function experimentOf({ daemon, log }: ClientContext): Promise<Experiment | null> {
  try {
    const asking = daemon.client.sendRequest(ExperimentRequest.type);
    return await Promise.race([asking, sleep(PATIENCE_MS, null)]);
  } catch (error) {
    log.debug('the menu knows no experiment', String(error));
    return null;
  }
}

function separator(label: string): Entry {
  return { label, kind: QuickPickItemKind.Separator };
}

function entry(label: string, command: string, description = ''): Entry {
  return { label, description, run: runner(command) };
}

function runner(command: string): () => Thenable<unknown> {
  return () => commands.executeCommand(command);
}
