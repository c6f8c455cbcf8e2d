import { commands, window } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { ACCEPTED_COMMAND } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { Disposables } from '../disposables.ts';
import { accepted } from './accepted.ts';
import { acceptLine } from './accept-line.ts';
import { allowHost } from './allow-host.ts';
import { askInline } from './ask-inline.ts';
import {
  applyReplacement,
  cancelAsk,
  closeAsk,
  copyCode,
  discardReplacement,
  insertCode,
  openLink,
  replaceSelection,
  reply,
} from './ask-thread-actions.ts';
import { compareModels } from './compare-models.ts';
import { calibrate } from './calibrate.ts';
import { cancelCompleteHere, completeHere } from './complete-here.ts';
import { deleteData } from './delete-data.ts';
import { doctor } from './doctor.ts';
import { experiment } from './experiment.ts';
import { exportData } from './export-data.ts';
import { exportLearning } from './export-learning.ts';
import { importLearning } from './import-learning.ts';
import { feedback } from './feedback.ts';
import { openPanel } from './open-panel.ts';
import { openSettings } from './open-settings.ts';
import { getStarted } from './get-started.ts';
import { otherSuggestion } from './other-suggestion.ts';
import { pause } from './pause.ts';
import { pauseCalibration } from './pause-calibration.ts';
import { editorAction } from './editor-actions.ts';
import { pullModel } from './pull-model.ts';
import { quickMenu } from './quick-menu.ts';
import { resetLearning } from './reset-learning.ts';
import { restartDaemon } from './restart-daemon.ts';
import { selectModel } from './select-model.ts';
import { setBudget } from './set-budget.ts';
import { setLength } from './set-length.ts';
import { setQuality } from './set-quality.ts';
import { showLog } from './show-log.ts';
import { showProfile } from './show-profile.ts';
import { startExperiment } from './start-experiment.ts';
import { startEngine } from './start-engine.ts';
import { tryIt } from './try-it.ts';
import { suggest } from './suggest.ts';
import { toggleSubtle } from './toggle-subtle.ts';
import { toggle } from './toggle.ts';
import { why } from './why.ts';

type Command = (context: ClientContext, argument: unknown) => void | Promise<void>;

const table: Readonly<Record<string, Command>> = {
  [ACCEPTED_COMMAND]: accepted,
  [COMMANDS.completeHere]: completeHere,
  [COMMANDS.cancelCompleteHere]: cancelCompleteHere,
  [COMMANDS.ask]: askInline,
  [COMMANDS.cancelAsk]: cancelAsk,
  [COMMANDS.closeAsk]: closeAsk,
  [COMMANDS.insertCode]: insertCode,
  [COMMANDS.replaceSelection]: replaceSelection,
  [COMMANDS.copyCode]: copyCode,
  [COMMANDS.applyReplacement]: applyReplacement,
  [COMMANDS.discardReplacement]: discardReplacement,
  [COMMANDS.reply]: reply,
  [COMMANDS.openLink]: openLink,
  [COMMANDS.toggle]: toggle,
  [COMMANDS.pause]: pause,
  [COMMANDS.setQuality]: setQuality,
  [COMMANDS.setLength]: setLength,
  [COMMANDS.toggleSubtle]: toggleSubtle,
  [COMMANDS.suggest]: suggest,
  [COMMANDS.acceptWord]: editorAction('acceptNextWord'),
  [COMMANDS.acceptLine]: acceptLine,
  [COMMANDS.nextSuggestion]: otherSuggestion('showNext'),
  [COMMANDS.previousSuggestion]: otherSuggestion('showPrevious'),
  [COMMANDS.accept]: editorAction('commit'),
  [COMMANDS.selectModel]: selectModel,
  [COMMANDS.pullModel]: pullModel,
  [COMMANDS.setBudget]: setBudget,
  [COMMANDS.calibrate]: calibrate,
  [COMMANDS.pauseCalibration]: pauseCalibration,
  [COMMANDS.startExperiment]: startExperiment,
  [COMMANDS.experiment]: experiment,
  [COMMANDS.openPanel]: openPanel,
  [COMMANDS.exportData]: exportData,
  [COMMANDS.deleteData]: deleteData,
  [COMMANDS.exportLearning]: exportLearning,
  [COMMANDS.importLearning]: importLearning,
  [COMMANDS.resetLearning]: resetLearning,
  [COMMANDS.restartDaemon]: restartDaemon,
  [COMMANDS.showLog]: showLog,
  [COMMANDS.doctor]: doctor,
  [COMMANDS.compareModels]: compareModels,
  [COMMANDS.why]: why,
  [COMMANDS.tooShort]: feedback('too-short'),
  [COMMANDS.tooLong]: feedback('too-long'),
  [COMMANDS.good]: feedback('good'),
  [COMMANDS.showProfile]: showProfile,
  [COMMANDS.allowHost]: allowHost,
  [COMMANDS.openSettings]: openSettings,
  [COMMANDS.startEngine]: startEngine,
  [COMMANDS.tryIt]: tryIt,
  [COMMANDS.getStarted]: getStarted,
  [COMMANDS.quickMenu]: quickMenu,
};

/** Registers every command; what one throws is logged and shown, since the user asked for it. */
export function registerCommands(context: ClientContext): Disposables {
  const registered = new Disposables();
  for (const [id, command] of Object.entries(table)) {
    registered.track(
      commands.registerCommand(id, async (argument: unknown) => {
        try {
          await command(context, argument);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          context.log.error(`${id}: ${message}`);
          void window.showErrorMessage(`Shortstop: ${message}`);
        }
      }),
    );
  }
  return registered;
}
