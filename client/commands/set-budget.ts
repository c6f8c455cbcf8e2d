import { window, type QuickPickItem } from 'vscode';
import { formatCount } from '../../shared/figures.ts';
import { WHEN_SPENT, type Settings } from '../../shared/settings.ts';
import { settingsFor, writeSetting } from '../config.ts';

type Budget = Settings['budget'];
type Limit = Exclude<keyof Budget, 'whenSpent'>;
type Choice = QuickPickItem & { readonly key: keyof Budget };

const LIMITS: Readonly<Record<Limit, string>> = {
  tokensPerDay: 'Tokens per Day',
  tokensPerSession: 'Tokens per Session',
  tokensPerRequest: 'Tokens per Request',
};

const THEN: Readonly<Record<Budget['whenSpent'], string>> = {
  gate: 'Ask only where a completion is most likely to help',
  shorten: 'Ask as before, for a few tokens each',
  pause: 'Ask nothing while you type',
};

/** Asks for one of the budget's settings and writes it. */
export async function setBudget(): Promise<void> {
  const { budget } = settingsFor();
  const choices: Choice[] = [
    ...(Object.keys(LIMITS) as Limit[]).map((key) => ({
      key,
      label: LIMITS[key],
      description: budget[key] === 0 ? 'no limit' : formatCount(budget[key]),
    })),
    { key: 'whenSpent', label: 'Once It Is Spent…', description: THEN[budget.whenSpent] },
  ];
  const choice = await window.showQuickPick(choices, { title: 'Shortstop: Set Budget' });
  if (!choice) return;
  const { key } = choice;
  const value = key === 'whenSpent' ? await thenWhat(budget) : await howMany(key, budget);
  if (value !== undefined) await writeSetting(`budget.${key}`, value);
}

async function howMany(key: Limit, budget: Budget): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: `Shortstop: ${LIMITS[key]}`,
    prompt: 'Tokens that the model may generate; 0 is no limit.',
    value: String(budget[key]),
    validateInput: (typed) => problemOf(typed),
  });
  return text === undefined ? undefined : Number(text);
}

/** What is wrong with a number of tokens; null where nothing is. */
function problemOf(typed: string): string | null {
  return /^\d{1,9}$/.test(typed.trim()) ? null : 'A whole number of tokens, or 0 for no limit.';
}

async function thenWhat({ whenSpent }: Budget): Promise<Budget['whenSpent'] | undefined> {
  const choices = WHEN_SPENT.map((value) => ({
    value,
    label: `${value === whenSpent ? '$(check) ' : ''}${THEN[value]}`,
  }));
  const title = 'Shortstop: Once a Budget Is Spent';
  return (await window.showQuickPick(choices, { title }))?.value;
}
