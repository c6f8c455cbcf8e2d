/** Opens VS Code with the extension on a copy of the sample project. Plain Node >= 20. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { installCodeServer, installExtension, startCodeServer } from './code-server.mjs';
import { hasCommand, runCommand } from './command.mjs';
import { MODEL } from './engine.mjs';
import { ROOT } from './install.mjs';
import { packageExtension } from './package.mjs';

/**
 * Profile, extensions and project of this window, made anew by each run. The user's own VS Code is
 * not touched.
 */
const HOME = join(ROOT, '.shortstop', 'editor');
const PROFILE = {
  userDataDir: join(HOME, 'user-data'),
  extensionsDir: join(HOME, 'extensions'),
};

/** What is opened, at its line that wants its rest. */
const FILE = 'tools/forecast.py';
const UNFINISHED = /^ *return$/m;

/**
 * Desktop VS Code where `code` is on the PATH, else code-server in the browser; returns when the
 * window is closed, or on Ctrl+C.
 * @param {{ url: string, log: (line: string) => void }} options `url`: Ollama's address
 * @returns {Promise<number>} exit status
 */
export async function openEditor({ url, log }) {
  log('packaging the extension');
  const vsix = await packageExtension({ log });
  await rm(HOME, { recursive: true, force: true });
  const project = join(HOME, 'samples');
  await cp(join(ROOT, 'samples'), project, { recursive: true });
  await writeSettings(url);
  const place = await placeIn(join(project, FILE));
  if (hasCommand('code')) await openDesktop(vsix, project, place, log);
  else await openBrowser(vsix, project, place, log);
  return 0;
}

/** In a browser the window is a remote one, whose settings are those of the machine. */
async function writeSettings(url) {
  const settings = {
    'shortstop.engine.url': url,
    'shortstop.model': MODEL,
    // The copy lies in a folder that git ignores.
    'shortstop.files.respectGitignore': false,
    'git.openRepositoryInParentFolders': 'never',
    'workbench.startupEditor': 'none',
    // The walkthrough would cover the file that is opened here.
    'workbench.welcomePage.walkthroughs.openOnInstall': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
  };
  for (const kind of ['User', 'Machine']) {
    const folder = join(PROFILE.userDataDir, kind);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  }
}

async function openDesktop(vsix, project, place, log) {
  const { userDataDir, extensionsDir } = PROFILE;
  const profile = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  await runCommand('code', [...profile, '--install-extension', vsix, '--force']);
  log(`VS Code opens ${FILE} in a copy of samples/; close the file or the window to end`);
  await runCommand('code', [...profile, '--new-window', '--wait', '--goto', project, place]);
}

async function openBrowser(vsix, project, place, log) {
  await installCodeServer({ log });
  await mkdir(PROFILE.extensionsDir, { recursive: true });
  installExtension({ vsix, ...PROFILE });
  const { url, stop } = await startCodeServer({ ...PROFILE, folder: project });
  const page = pageOf(new URL(url), project, place);
  log(`VS Code with the extension, on a copy of samples/ (Ctrl+C ends it):\n${page.href}`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await stop();
}

/** @returns {Promise<string>} `file:line:column`, as editors take it */
async function placeIn(file) {
  const text = await readFile(file, 'utf8');
  const match = UNFINISHED.exec(text);
  const lines = text.slice(0, match ? match.index + match[0].length : 0).split('\n');
  return `${file}:${lines.length}:${lines.at(-1).length + 1}`;
}

/** code-server's address with the project, and in it the file and the place. */
function pageOf(page, project, place) {
  const file = new URL(`vscode-remote://${page.host}`);
  file.pathname = place;
  page.searchParams.set('folder', project);
  const payload = [
    ['openFile', file.href],
    ['gotoLineMode', 'true'],
  ];
  page.searchParams.set('payload', JSON.stringify(payload));
  return page;
}
