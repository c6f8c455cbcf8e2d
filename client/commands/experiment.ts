import { commands, window, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { armsInWords, stateInWords } from '../../shared/experiment-words.ts';
import {
  AdoptExperimentRequest,
  ExperimentRequest,
  StopExperimentRequest,
} from '../../shared/learning-protocol.ts';
import type { Experiment } from '../../shared/stats.ts';
import type { ClientContext } from '../context.ts';
import { writeSetting } from '../config.ts';

type Choice = QuickPickItem & { readonly run: () => Promise<unknown> };

/** What can be done with the experiment that goes on, or with the last one. */
export async function experiment(context: ClientContext): Promise<void> {
  const current = await context.daemon.client.sendRequest(ExperimentRequest.type);
  if (!current) {
    await commands.executeCommand(COMMANDS.startExperiment);
    return;
  }
  const choice = await window.showQuickPick(choicesFor(current, context), {
    title: `Shortstop: Experiment ${armsInWords(current)}`,
    placeHolder: stateInWords(current),
  });
  await choice?.run();
  context.panel.refresh();
}

function choicesFor({ verdict, adoptedAt, ...arms }: Experiment, context: ClientContext): Choice[] {
  const winner = verdict?.winner;
  const show: Choice = {
    label: '$(graph) Show Its Figures',
    run: async () => commands.executeCommand(COMMANDS.openPanel),
  };
  if (!verdict) return [show, { label: '$(debug-stop) Stop It', run: () => stop(context) }];
  const adopt: Choice = {
    label: `$(check) Take Over the Settings of ${winner === 'a' ? 'A' : 'B'}`,
    detail: winner ? JSON.stringify(arms[winner].settings) : '',
    run: () => adoptWinner(context),
  };
  const another: Choice = {
    label: '$(beaker) Start Another…',
    run: async () => commands.executeCommand(COMMANDS.startExperiment),
  };
  return winner && adoptedAt === null ? [adopt, show, another] : [show, another];
}

async function stop({ daemon }: ClientContext): Promise<void> {
  const stopped = await daemon.client.sendRequest(StopExperimentRequest.type);
  void window.showInformationMessage(stateInWords(stopped));
}

async function adoptWinner({ daemon }: ClientContext): Promise<void> {
  const settings = await daemon.client.sendRequest(AdoptExperimentRequest.type);
  for (const [key, value] of Object.entries(settings)) await writeSetting(key, value);
  const written = Object.entries(settings).map(([key, value]) => `shortstop.${key}: ${value}`);
  void window.showInformationMessage(`Written to your settings: ${written.join(', ')}.`);
}
