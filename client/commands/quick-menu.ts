import { setTimeout as sleep } from 'node:timers/promises';
import { commands, QuickPickItemKind, window } from 'vscode';
import type { QuickPickItem, TextDocument } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { armsInWords } from '../../shared/experiment-words.ts';
import { ExperimentRequest } from '../../shared/learning-protocol.ts';
import { type StatusAction, type StatusParams } from '../../shared/protocol.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Experiment } from '../../shared/stats.ts';
import { settingsFor, writeSettingForLanguage } from '../config.ts';
import type { ClientContext } from '../context.ts';
import { languageName } from '../features/language-name.ts';
import { LENGTHS } from '../features/lengths.ts';
import { budgetInWords, plainText } from '../features/status-view.ts';

const SHOW_LOG: StatusAction = { title: 'Show Log', command: COMMANDS.showLog };

/** For what a busy daemon says of an experiment: the menu opens without it. */
const PATIENCE_MS = 300;

interface Entry extends QuickPickItem {
  readonly run?: () => Thenable<unknown>;
  /** Wanted often, or in force now: in the first menu; the rest is behind "More…". */
  readonly isDaily?: boolean;
}

interface Group {
  readonly label: string;
  readonly entries: readonly Entry[];
}

/** What a click on the status bar opens: what is wrong and what helps, what is wanted daily, and the way to the rest. */
export async function quickMenu(context: ClientContext): Promise<void> {
  const document = window.activeTextEditor?.document;
  const groups = experimentOf(context).then((experiment) => [
    suggestionGroup(context, document),
    costGroup(context, experiment),
    LOOK,
    HELP,
  ]);
  const more: Entry = {
    label: '$(ellipsis) More…',
    description: 'budget, experiment, profile, doctor, settings',
    run: async () => choose(rowsOf(await groups, false), 'Shortstop: More', ''),
  };
  const first = groups.then((all) => [
    ...problemEntries(context),
    ...rowsOf(all, true),
    separator(''),
    more,
  ]);
  await choose(first, 'Shortstop', plainText(context.statusBar.view));
}

async function choose(
  entries: readonly Entry[] | Promise<readonly Entry[]>,
  title: string,
  placeHolder: string,
): Promise<void> {
  const options = { title, placeHolder, matchOnDescription: true };
  const choice = await window.showQuickPick(entries, options);
  // A click on the status bar has taken the keyboard away from the editor.
  await commands.executeCommand('workbench.action.focusActiveEditorGroup');
  await choice?.run?.();
}

function rowsOf(groups: readonly Group[], daily: boolean): Entry[] {
  return groups.flatMap(({ label, entries }) => {
    const rows = entries.filter(({ isDaily = false }) => isDaily === daily);
    return rows.length === 0 ? [] : [separator(label), ...rows];
  });
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

function suggestionGroup({ statusBar }: ClientContext, document?: TextDocument): Group {
  const { enable, stopping, suggest, multiLine } = settingsFor(document);
  const isOn = settingsFor().enable;
  const paused = statusBar.status?.state === 'paused';
  const { advice } = statusBar.status ?? {};
  const entries: Entry[] = [
    daily(entry('$(settings) Quality or Savings…', COMMANDS.setQuality, stopping.preset)),
    ...(document ? [daily(lengthEntry(document, multiLine))] : []),
    suggest === 'on-key'
      ? daily(
          entry('$(keyboard) Suggest While Typing', COMMANDS.toggleSubtle, 'now on Alt+\\ only'),
        )
      : {
          ...advised(
            entry('$(keyboard) Suggest on a Key Only', COMMANDS.toggleSubtle, 'Alt+\\'),
            COMMANDS.toggleSubtle,
            statusBar.status,
          ),
          isDaily: advice?.action.command === COMMANDS.toggleSubtle,
        },
    daily(
      paused
        ? entry('$(play) Resume', COMMANDS.pause)
        : entry('$(debug-pause) Pause…', COMMANDS.pause),
    ),
    ...(document && isOn ? [daily(languageEntry(document, enable))] : []),
    isOn
      ? entry('$(circle-slash) Turn Off Everywhere', COMMANDS.toggle)
      : daily(entry('$(check) Turn On', COMMANDS.toggle)),
  ];
  return { label: 'Suggestions', entries };
}

function lengthEntry({ languageId }: TextDocument, multiLine: Settings['multiLine']): Entry {
  const now = `${LENGTHS[multiLine].label} (${languageName(languageId)})`;
  return entry('$(arrow-both) Shorter or Longer…', COMMANDS.setLength, now);
}

function costGroup({ statusBar }: ClientContext, experiment: Experiment | null): Group {
  const { status } = statusBar;
  const running = experiment?.verdict === null ? experiment : null;
  const arms = running ? armsInWords(running) : 'none runs';
  const experimenting = entry('$(beaker) Experiment…', COMMANDS.experiment, arms);
  const model = entry('$(symbol-misc) Select Model…', COMMANDS.selectModel, settingsFor().model);
  const entries: Entry[] = [
    daily(advised(model, COMMANDS.selectModel, status)),
    // What is spent stands among the problems already.
    ...(status?.budget?.spent === undefined
      ? [{ ...budgetEntry(status), isDaily: status?.budget !== undefined }]
      : []),
    { ...experimenting, isDaily: running !== null },
    entry('$(versions) Compare My Models…', COMMANDS.compareModels),
  ];
  return { label: 'Model and cost', entries };
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

const LOOK: Group = {
  label: 'What it does',
  entries: [
    daily(entry('$(graph) Open Savings Panel', COMMANDS.openPanel)),
    daily(entry('$(question) Why Did It Stop?', COMMANDS.why)),
    entry('$(account) Show My Profile', COMMANDS.showProfile),
    entry('$(comment-discussion) Ask Inline…', COMMANDS.ask),
  ],
};

const HELP: Group = {
  label: 'Help',
  entries: [
    entry('$(rocket) Get Started', COMMANDS.getStarted),
    entry('$(pulse) Doctor', COMMANDS.doctor),
    entry('$(settings-gear) Settings', COMMANDS.openSettings),
    entry('$(output) Show Log', COMMANDS.showLog),
  ],
};

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

function daily(item: Entry): Entry {
  return { ...item, isDaily: true };
}

function runner(command: string): () => Thenable<unknown> {
  return () => commands.executeCommand(command);
}
