import { commands, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { COMMANDS } from '../../shared/commands.ts';
import type { ModelAdvice } from '../../shared/learned.ts';
import { ModelAdviceRequest, ModelsRequest, type ModelSummary } from '../../shared/protocol.ts';
import type { ClientContext } from '../context.ts';
import { settingsFor, writeSetting } from '../config.ts';
import { choiceInWords, machineInWords, megabytes } from '../features/model-words.ts';
import { pullWithProgress } from './pull-model.ts';

type Choice = QuickPickItem & { readonly run?: () => Thenable<unknown> };

/** What is installed, and which of the models that suit this machine can be pulled. */
export async function selectModel(context: ClientContext): Promise<void> {
  const { client } = context.daemon;
  const current = settingsFor().model;
  const advice = await client.sendRequest(ModelAdviceRequest.type);
  const choices = client.sendRequest(ModelsRequest.type).then((models): Choice[] => [
    { label: 'Installed', kind: QuickPickItemKind.Separator },
    ...firstOf(models, current, advice.recommended).map((model) =>
      installed(model, current, advice),
    ),
    { label: 'To be pulled', kind: QuickPickItemKind.Separator },
    ...toBePulled(context, advice),
    {
      label: '$(cloud-download) Another Model…',
      run: () => commands.executeCommand(COMMANDS.pullModel),
    },
  ]);
  const choice = await window.showQuickPick(choices, {
    title: 'Shortstop: Select Model',
    placeHolder: machineInWords(advice),
    matchOnDetail: true,
    // The first run's page takes the focus when one of its steps is done.
    ignoreFocusOut: true,
  });
  await choice?.run?.();
}

/** The one in use, which Enter keeps, then the recommended one, then the others as the engine lists them. */
function firstOf(
  models: readonly ModelSummary[],
  current: string,
  recommended: string,
): ModelSummary[] {
  const rank = ({ name }: ModelSummary) => (name === current ? 0 : name === recommended ? 1 : 2);
  return models.toSorted((x, y) => rank(x) - rank(y));
}

function installed(model: ModelSummary, current: string, advice: ModelAdvice): Choice {
  const known = advice.choices.find(({ name }) => name === model.name);
  const abilities = [
    model.fillsIn ? 'fills in the middle' : 'cannot fill in the middle',
    ...(model.chats ? ['answers questions'] : []),
    ...(model.remoteHost === undefined ? [] : [`runs on ${model.remoteHost}`]),
    ...(known ? [choiceInWords(known)] : []),
  ];
  const facts = [
    ...(model.name === advice.recommended ? ['recommended'] : []),
    model.quantisation,
    megabytes(model.bytes),
  ];
  return {
    label: `${model.name === current ? '$(check) ' : ''}${model.name}`,
    description: facts.filter((fact) => fact !== '').join(' · '),
    detail: abilities.filter((ability) => ability !== '').join(' · '),
    run: () => writeSetting('model', model.name),
  };
}

function toBePulled(context: ClientContext, { choices, recommended }: ModelAdvice): Choice[] {
  return choices
    .filter(({ isInstalled }) => !isInstalled)
    .map((choice) => ({
      label: `$(cloud-download) ${choice.name}`,
      description: `${choice.name === recommended ? 'recommended · ' : ''}${megabytes(choice.bytes)} to download`,
      detail: choiceInWords(choice),
      run: async () => {
        if (await pullWithProgress(context, choice.name)) await writeSetting('model', choice.name);
      },
    }));
}
