import { commands, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import { ModelsRequest, type ModelSummary } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { settingsFor, writeSetting } from '../config.ts';

type Choice = QuickPickItem & { readonly model?: string; readonly pull?: true };

export async function selectModel(context: ClientContext): Promise<void> {
  const current = settingsFor().model;
  const choices = context.daemon.client
    .sendRequest(ModelsRequest.type)
    .then((models): Choice[] => [
      ...models.map((model) => asChoice(model, current)),
      { label: '', kind: QuickPickItemKind.Separator },
      { label: '$(cloud-download) Pull another model…', pull: true },
    ]);
  const choice = await window.showQuickPick(choices, {
    title: 'Shortstop: Select Model',
    placeHolder: `Now: ${current}`,
    matchOnDetail: true,
  });
  if (choice?.pull) await commands.executeCommand(COMMANDS.pullModel);
  else if (choice?.model !== undefined) await writeSetting('model', choice.model);
}

function asChoice(model: ModelSummary, current: string): Choice {
  const abilities = [
    model.fillsIn ? 'fills in the middle' : 'cannot fill in the middle',
    ...(model.chats ? ['answers questions'] : []),
    ...(model.remoteHost === undefined ? [] : [`runs on ${model.remoteHost}`]),
  ];
  const facts = [model.quantisation, megabytes(model.bytes)].filter((fact) => fact !== '');
  return {
    label: `${model.name === current ? '$(check) ' : ''}${model.name}`,
    description: facts.join(' · '),
    detail: abilities.join(' · '),
    model: model.name,
  };
}

function megabytes(bytes: number): string {
  return bytes > 0 ? `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB` : '';
}
