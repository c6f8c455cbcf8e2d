import type { Page } from 'playwright-core';

export interface Theme {
  readonly name: string;
  /** The class of a webview's body. */
  readonly mark: string;
  /** The workbench's. */
  readonly workbench: string;
}

/** VS Code's own, one of each kind. */
export const themes: readonly Theme[] = [
  { name: 'Default Dark Modern', mark: 'vscode-dark', workbench: 'vs-dark' },
  { name: 'Default Light Modern', mark: 'vscode-light', workbench: 'vs' },
  { name: 'Default High Contrast', mark: 'vscode-high-contrast', workbench: 'hc-black' },
  {
    name: 'Default High Contrast Light',
    mark: 'vscode-high-contrast-light',
    workbench: 'hc-light',
  },
];

export async function waitForTheme(page: Page, { workbench }: Theme): Promise<void> {
  await page.locator(`.monaco-workbench.${workbench}`).waitFor();
}
