import { window, type QuickPickItem } from 'vscode';
import { armsInWords, ENDPOINT_NAMES } from '../../shared/experiment-words.ts';
import {
  StartExperimentRequest,
  type StartExperimentParams,
} from '../../shared/learning-protocol.ts';
import { ModelsRequest } from '../../shared/protocol.ts';
import { EXPERIMENT_ENDPOINTS, type Experiment } from '../../shared/stats.ts';
import { PRESETS, type Settings } from '../../shared/settings.ts';
import type { ClientContext } from '../context.ts';
import { settingsFor } from '../config.ts';

type Value = string | number;
type Endpoint = StartExperimentParams['endpoint'];

interface Tried {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly today: (settings: Settings) => Value;
  /** What it may be; a number is typed where it is left out. */
  readonly values?: (context: ClientContext) => Promise<readonly string[]> | readonly string[];
}

const TITLE = 'Shortstop: Start Experiment';

const TRIED: readonly Tried[] = [
  {
    key: 'stopping.preset',
    label: 'Preset',
    detail: 'How much is given up for fewer tokens',
    today: ({ stopping }) => stopping.preset,
    values: () => PRESETS.filter((preset) => preset !== 'custom'),
  },
  {
    key: 'model',
    label: 'Model',
    detail: 'Both stay loaded where the machine has the memory',
    today: ({ model }) => model,
    values: async ({ daemon }) => {
      const models = await daemon.client.sendRequest(ModelsRequest.type);
      return models.filter(({ fillsIn }) => fillsIn).map(({ name }) => name);
    },
  },
  {
    key: 'stopping.maxTokens',
    label: 'Most Tokens of an Answer',
    detail: 'A number of tokens',
    today: ({ stopping }) => stopping.maxTokens,
  },
  {
    key: 'multiLine',
    label: 'Several Lines',
    detail: 'Where an answer may be more than the rest of the line',
    today: ({ multiLine }) => multiLine,
    values: () => ['auto', 'never', 'always'],
  },
  {
    key: 'debounce',
    label: 'Pause Before the Model Is Asked',
    detail: 'Milliseconds; takes turns by ten minutes, so it takes days',
    today: ({ debounce }) => debounce,
  },
  {
    key: 'engine.timeToFirstToken',
    label: 'Size of the Prompt',
    detail: 'By the milliseconds that reading it may take',
    today: ({ engine }) => engine.timeToFirstToken,
  },
  {
    key: 'context.otherFiles',
    label: 'Signatures of Other Files',
    detail: 'Whether those of imported and open files are in the prompt',
    today: ({ context }) => context.otherFiles,
    values: () => ['auto', 'on', 'off'],
  },
  {
    key: 'stopping.tauAlive',
    label: 'Threshold for Giving Up',
    detail: 'A probability; under the preset custom',
    today: ({ stopping }) => stopping.tauAlive,
  },
  {
    key: 'stopping.tauDone',
    label: 'Threshold for Stopping',
    detail: 'A probability; under the preset custom',
    today: ({ stopping }) => stopping.tauDone,
  },
  {
    key: 'stopping.showBar',
    label: 'Bar for Offering',
    detail: 'A probability; under the preset custom',
    today: ({ stopping }) => stopping.showBar,
  },
];

const ON: Readonly<Record<Endpoint, string>> = {
  matches: 'How often a suggestion is exactly what you keep',
  tokens: 'What the model generates in a stretch of typing',
  latency: 'How long you wait for an answer',
  acceptance: 'How often you accept something',
  any: 'Whichever differs first; takes longer',
};

/** Asks what is compared, on what, and begins it. */
export async function startExperiment(context: ClientContext): Promise<void> {
  const tried = await window.showQuickPick(
    TRIED.map((each): QuickPickItem & Tried => ({
      ...each,
      description: `now ${each.today(settingsFor())}`,
    })),
    { title: TITLE, placeHolder: 'What is to be compared?' },
  );
  if (!tried) return;
  const a = await valueOf(tried, context, 'A: what you have now, or another value', null);
  if (a === undefined) return;
  const b = await valueOf(tried, context, 'B: the value that is tried against it', a);
  if (b === undefined) return;
  const endpoint = await onWhat();
  if (!endpoint) return;
  const experiment = await context.daemon.client.sendRequest(StartExperimentRequest.type, {
    a: { [tried.key]: a },
    b: { [tried.key]: b },
    endpoint,
  });
  context.panel.refresh();
  void window.showInformationMessage(
    `${armsInWords(experiment)}: ${turnsOf(experiment)} from now on. You are told when it is known which is better; the savings panel shows how far it is.`,
  );
}

function turnsOf({ unit }: Experiment): string {
  return unit === 'stretch'
    ? 'each stretch of typing falls to one of them'
    : 'every ten minutes fall to one of them';
}

/** Today's value is offered first. @param not what the other arm has */
async function valueOf(
  { label, today, values }: Tried,
  context: ClientContext,
  placeHolder: string,
  not: Value | null,
): Promise<Value | undefined> {
  const now = today(settingsFor());
  if (!values) return numberOf(label, placeHolder, now === not ? '' : String(now));
  const known = values(context);
  const choices = Promise.resolve(known).then((all) =>
    all
      .filter((value) => value !== not)
      .map((value) => ({ label: value, description: value === now ? 'now' : '' }))
      .sort((x, y) => y.description.length - x.description.length),
  );
  return (await window.showQuickPick(choices, { title: `${TITLE}: ${label}`, placeHolder }))?.label;
}

async function numberOf(label: string, prompt: string, value: string): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: `${TITLE}: ${label}`,
    prompt,
    value,
    validateInput: (typed) =>
      typed.trim() !== '' && Number.isFinite(Number(typed)) ? null : 'A number.',
  });
  return text === undefined ? undefined : Number(text);
}

async function onWhat(): Promise<Endpoint | undefined> {
  const choices = [...EXPERIMENT_ENDPOINTS, 'any' as const].map((endpoint) => ({
    endpoint,
    label: endpoint === 'any' ? 'any of them' : ENDPOINT_NAMES[endpoint],
    detail: ON[endpoint],
  }));
  const placeHolder = 'On what does the verdict fall?';
  return (await window.showQuickPick(choices, { title: TITLE, placeHolder }))?.endpoint;
}
