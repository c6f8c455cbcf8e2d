import { commands, ConfigurationTarget, extensions, window, workspace, type Memento } from 'vscode';

/** Extensions that show inline completions of their own. */
const OTHERS: Readonly<Record<string, string>> = {
  'GitHub.copilot': 'GitHub Copilot',
  'GitHub.copilot-chat': 'GitHub Copilot Chat',
  'Continue.continue': 'Continue',
  'TabNine.tabnine-vscode': 'Tabnine',
  'Codeium.codeium': 'Windsurf (Codeium)',
  'Supermaven.supermaven': 'Supermaven',
  'TabbyML.vscode-tabby': 'Tabby',
  'sourcegraph.cody-ai': 'Cody',
  'ggml-org.llama-vscode': 'llama.vscode',
  'ex3ndr.llama-coder': 'Llama Coder',
  'rjmacarthy.twinny': 'twinny',
  'privy.privy-vscode': 'Privy',
  'AmazonWebServices.amazon-q-vscode': 'Amazon Q',
  'VisualStudioExptTeam.vscodeintellicode-completions': 'IntelliCode Completions',
  'augment.vscode-augment': 'Augment',
  'google.geminicodeassist': 'Gemini Code Assist',
  'JetBrains.jetbrains-ai': 'JetBrains AI',
};

const TOLD = 'shortstop.conflicts.told';
const INLINE_SUGGEST = 'editor.inlineSuggest.enabled';

export interface Conflicts {
  readonly inlineSuggestOff: boolean;
  readonly others: readonly { readonly id: string; readonly name: string }[];
}

/** What keeps suggestions from showing, or makes two extensions show theirs at once. */
export function findConflicts(): Conflicts {
  const others = Object.entries(OTHERS)
    .filter(([id]) => extensions.getExtension(id)?.isActive === true)
    .map(([id, name]) => ({ id, name }));
  return { inlineSuggestOff: workspace.getConfiguration().get(INLINE_SUGGEST) === false, others };
}

/** Says so, each cause once until it has gone and come back. */
export async function warnOfConflicts(memory: Memento): Promise<void> {
  const { inlineSuggestOff, others } = findConflicts();
  const present = [...(inlineSuggestOff ? [INLINE_SUGGEST] : []), ...others.map(({ id }) => id)];
  const told = memory.get<string[]>(TOLD, []);
  await memory.update(TOLD, present);
  const untold = (cause: string): boolean => !told.includes(cause);
  await Promise.all([
    inlineSuggestOff && untold(INLINE_SUGGEST) ? offerInlineSuggest() : undefined,
    ...others.filter(({ id }) => untold(id)).map(tellOfOther),
  ]);
}

async function offerInlineSuggest(): Promise<void> {
  const choice = await window.showWarningMessage(
    'Inline suggestions are switched off, so Shortstop has nowhere to show completions.',
    'Turn On',
  );
  if (choice === undefined) return;
  await workspace.getConfiguration().update(INLINE_SUGGEST, true, ConfigurationTarget.Global);
}

async function tellOfOther({ id, name }: { id: string; name: string }): Promise<void> {
  const choice = await window.showWarningMessage(
    `${name} is active too: its completions compete with Shortstop's, and what Shortstop measures is off.`,
    'Show Extension',
  );
  if (choice !== undefined) await commands.executeCommand('extension.open', id);
}
