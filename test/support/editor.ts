import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, errors, type Browser, type Frame, type Page } from 'playwright-core';
import manifest from '../../package.json' with { type: 'json' };
import { installBrowser } from '../../scripts/browser.mjs';
import {
  installCodeServer,
  installExtension,
  startCodeServer,
  type RunningCodeServer,
} from '../../scripts/code-server.mjs';

const ROOT = join(import.meta.dirname, '../..');
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** The status bar item of a daemon that runs and whose engine has answered. */
export const READY = /Shortstop: (ready|thinking|on a key)|engine time today/;
/** A cold model on a busy machine. Milliseconds. */
const PATIENCE = 120_000;

/** A command may open the next input box at once, so none can be waited for to close. */
const QUICK_INPUT_CLOSES = 300;
/** Milliseconds. */
const QUICK_INPUT_OPENS = 10_000;
const QUICK_INPUT_TRIES = 5;

export interface EditorOptions {
  /** Files of the workspace, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Added to the settings that keep the window quiet. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A folder with a daemon's state, to begin with; it is copied. */
  readonly state?: string;
  /** What the status bar item says once the window is ready; that all is well by default. */
  readonly status?: RegExp;
}

/** Real VS Code in a real browser, with the packaged extension installed, as a user has it. */
export class Editor {
  readonly page: Page;
  /** The workspace folder. */
  readonly folder: string;
  /** The daemon's state folder: the extension's global storage. */
  readonly stateFolder: string;
  readonly #home: string;
  readonly #browser: Browser;
  readonly #server: RunningCodeServer;

  private constructor(home: string, browser: Browser, page: Page, server: RunningCodeServer) {
    this.#home = home;
    this.#browser = browser;
    this.#server = server;
    this.page = page;
    this.folder = join(home, 'workspace');
    this.stateFolder = stateFolderOf(home);
  }

  static async open({ files, settings, state, status = READY }: EditorOptions): Promise<Editor> {
    const vsix = join(ROOT, `${manifest.name}-${manifest.version}.vsix`);
    if (!existsSync(vsix)) throw new Error(`no ${vsix}: run \`npm run package\` first`);
    await installCodeServer();
    const executablePath = await installBrowser();
    const home = await mkdtemp(join(tmpdir(), 'shortstop-e2e-'));
    const profile = {
      userDataDir: join(home, 'user-data'),
      extensionsDir: join(home, 'extensions'),
    };
    await writeFiles(join(home, 'workspace'), files);
    await writeSettings(profile.userDataDir, settings);
    await mkdir(profile.extensionsDir, { recursive: true });
    if (state !== undefined) await cp(state, stateFolderOf(home), { recursive: true });
    installExtension({ vsix, ...profile });
    const folder = join(home, 'workspace');
    const server = await startCodeServer({ ...profile, folder });
    const browser = await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
    // A context of its own, in which axe opens a page to put its findings together.
    const context = await browser.newContext({ viewport: { width: 1200, height: 760 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`${server.url}?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench').waitFor();
    const editor = new Editor(home, browser, page, server);
    await editor.statusBar(status);
    return editor;
  }

  /** The window once more, as when it is opened the next day; no editor is left open. */
  async reload(): Promise<void> {
    await this.run('View: Close All Editors');
    await this.page.reload();
    await this.page.locator('.monaco-workbench').waitFor();
  }

  /** Waits until the extension's status bar item reads as `pattern` says. */
  async statusBar(pattern: RegExp): Promise<string> {
    const item = this.page.locator('[id="shortstop.shortstop.shortstop.status"]');
    await item.filter({ hasText: pattern }).waitFor();
    return item.innerText();
  }

  /** Waits until a message in the status bar reads as `pattern` says. */
  async statusSays(pattern: RegExp): Promise<void> {
    await this.page.locator('.statusbar-item').filter({ hasText: pattern }).waitFor();
  }

  /** Settings of the workspace, in the place of those it had. */
  async setWorkspace(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const folder = join(this.folder, '.vscode');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
  }

  async openFile(name: string): Promise<void> {
    await this.#openQuickInput('Control+P');
    await this.#answerQuickInput(name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** @param line and column as the editor shows them, from 1 */
  async goTo(line: number, column: number): Promise<void> {
    await this.#openQuickInput('Control+G');
    await this.#answerQuickInput(`:${line}:${column}`);
  }

  async run(command: string): Promise<void> {
    await this.#openQuickInput('F1');
    await this.#answerQuickInput(`>${command}`, command);
  }

  /** Fills in the input box that a command has opened. */
  async answer(text: string): Promise<void> {
    await this.#answerQuickInput(text);
  }

  /** Takes an entry of the menu behind the status bar, or one of a menu behind that. */
  async menu(...entries: readonly string[]): Promise<void> {
    await this.page.locator('[id="shortstop.shortstop.shortstop.status"]').click();
    const rows = this.page.locator('.quick-input-widget:visible .monaco-list-row');
    for (const entry of entries) await rows.filter({ hasText: entry }).first().click();
    await this.page.waitForTimeout(QUICK_INPUT_CLOSES);
  }

  /** Takes the entry of the list that a command has opened whose label begins so. */
  async chooseEntry(label: string): Promise<void> {
    await this.page
      .locator(`.quick-input-widget:visible .monaco-list-row[aria-label^="${label}"]`)
      .first()
      .click();
    await this.page.waitForTimeout(QUICK_INPUT_CLOSES);
  }

  async save(): Promise<void> {
    await this.page.locator('.tab.active.dirty').waitFor();
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** @returns the ghost text in front, once there is one: a run of coloured pieces, line breaks lost */
  async ghostText(): Promise<string> {
    const ghost = this.page.locator('[class*="ghost-text"]');
    await ghost.first().waitFor();
    return (await ghost.allTextContents()).join('').replaceAll('\u00a0', ' ');
  }

  /** The lines of the ghost text in front, [] where there is none: those behind its first stand below it. */
  async ghostLines(): Promise<string[]> {
    return this.page.evaluate(() => {
      const textOf = (selector: string) =>
        [...document.querySelectorAll(selector)].map(({ textContent }) =>
          textContent.replaceAll('\u00a0', ' '),
        );
      const first = textOf('.ghost-text-decoration').join('');
      return first === '' ? [] : [first, ...textOf('.suggest-preview-text .view-line')];
    });
  }

  /** Waits until the ghost text in front is this one. */
  async ghostTextIs(text: string): Promise<void> {
    while ((await this.ghostText()) !== text) await this.page.waitForTimeout(100);
  }

  async noGhostText(): Promise<void> {
    await this.page.locator('[class*="ghost-text"]').first().waitFor({ state: 'detached' });
  }

  /** The page inside of the webview whose document has an element that `selector` finds. */
  async webview(selector: string): Promise<Frame> {
    const deadline = Date.now() + PATIENCE;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (frame.name() !== 'active-frame' && !frame.url().includes('fake.html')) continue;
        // A frame may go away meanwhile.
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      await this.page.waitForTimeout(200);
    }
    throw new Error(`no webview shows ${selector}`);
  }

  /** Into `.shortstop/e2e`; with UPDATE_SCREENSHOTS set, a picture of the documentation in its place. */
  async screenshot(name: string): Promise<void> {
    const documented = join(ROOT, 'docs/images');
    const isNewer =
      process.env['UPDATE_SCREENSHOTS'] && existsSync(join(documented, `${name}.png`));
    const folder = isNewer ? documented : join(ROOT, '.shortstop/e2e');
    await mkdir(folder, { recursive: true });
    // No hover may be in the picture.
    await this.page.mouse.move(600, 700);
    await this.page.waitForTimeout(1000);
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Copies logs and database to `folder`, to look at after a failure. */
  async keepState(folder: string): Promise<void> {
    const isFile = (path: string) => !path.endsWith('.sock');
    await cp(this.#home, folder, { recursive: true, filter: isFile });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await rm(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A page that is opening has the focus already, and does not hand keys on to the window yet. */
  async #openQuickInput(key: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible .quick-input-box input');
    for (let tries = 0; tries < QUICK_INPUT_TRIES; tries += 1) {
      await this.page.keyboard.press(key);
      try {
        await input.waitFor({ timeout: QUICK_INPUT_OPENS });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
      }
    }
    throw new Error(`${key} opened no input box in ${QUICK_INPUT_TRIES} tries`);
  }

  /** @param entry how the entry of the list begins that is to be chosen; without it, Enter is pressed */
  async #answerQuickInput(text: string, entry?: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget:visible');
    await widget.locator('.quick-input-box input').fill(text);
    if (entry === undefined) await this.page.keyboard.press('Enter');
    else await widget.locator(`.monaco-list-row[aria-label^="${entry}"]`).first().click();
    await this.page.waitForTimeout(QUICK_INPUT_CLOSES);
  }
}

function stateFolderOf(home: string): string {
  const { publisher, name } = manifest;
  return join(home, 'user-data/User/globalStorage', `${publisher}.${name}`);
}

async function writeFiles(folder: string, files: EditorOptions['files']): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}

/** The window is a remote one: settings of the machine are read from a file of their own. */
async function writeSettings(
  userDataDir: string,
  settings: EditorOptions['settings'],
): Promise<void> {
  const quiet = {
    'files.autoSave': 'off',
    'workbench.startupEditor': 'none',
    'workbench.welcomePage.walkthroughs.openOnInstall': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.tips.enabled': false,
    'workbench.colorTheme': 'Default Dark Modern',
    'chat.disableAIFeatures': true,
    'editor.minimap.enabled': false,
    'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
    'editor.suggestOnTriggerCharacters': false,
    'editor.parameterHints.enabled': false,
    'editor.autoClosingBrackets': 'never',
    'telemetry.telemetryLevel': 'off',
  };
  const text = JSON.stringify({ ...quiet, ...settings }, null, 2);
  for (const profile of ['User', 'Machine']) {
    await mkdir(join(userDataDir, profile), { recursive: true });
    await writeFile(join(userDataDir, profile, 'settings.json'), text);
  }
}
