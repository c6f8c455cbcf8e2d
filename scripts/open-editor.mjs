/** Opens VS Code with the extension on a copy of the sample project. Plain Node >= 20. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { installCodeServer, installExtension, startCodeServer } from './code-server.mjs';
import { hasCommand, runCommand } from './command.mjs';
import { MODEL } from './engine.mjs';
import { ROOT } from './install.mjs';
import { packageExtension } from './package.mjs';

/** Profile, extensions and project of this window: nothing of the user's own VS Code is touched. */
const HOME = join(ROOT, '.shortstop', 'editor');
const PROFILE = {
  userDataDir: join(HOME, 'user-data'),
  extensionsDir: join(HOME, 'extensions'),
};

/**
 * Desktop VS Code where `code` is on the PATH, else code-server in the browser; returns when the
 * window is closed, or on Ctrl+C.
 * @param {{ url: string, log: (line: string) => void }} options `url`: Ollama's address
 * @returns {Promise<number>} exit status
 */
export async function openEditor({ url, log }) {
  log('packaging the extension');
  const vsix = await packageExtension({ log });
  const project = join(HOME, 'samples');
  await cp(join(ROOT, 'samples'), project, { recursive: true });
  await writeSettings(url);
  if (hasCommand('code')) await openDesktop(vsix, project, log);
  else await openBrowser(vsix, project, log);
  return 0;
}

async function writeSettings(url) {
  const folder = join(PROFILE.userDataDir, 'User');
  await mkdir(folder, { recursive: true });
  const settings = {
    'shortstop.engine.url': url,
    'shortstop.model': MODEL,
    'workbench.startupEditor': 'none',
    'telemetry.telemetryLevel': 'off',
  };
  await writeFile(join(folder, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

async function openDesktop(vsix, project, log) {
  const { userDataDir, extensionsDir } = PROFILE;
  const profile = ['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  await runCommand('code', [...profile, '--install-extension', vsix, '--force']);
  log('VS Code opens on a copy of samples/; close the window to end');
  await runCommand('code', [...profile, '--new-window', '--wait', project]);
}

async function openBrowser(vsix, project, log) {
  await installCodeServer({ log });
  await mkdir(PROFILE.extensionsDir, { recursive: true });
  installExtension({ vsix, ...PROFILE });
  const { url, stop } = await startCodeServer({ ...PROFILE, folder: project });
  log(`VS Code with the extension, on a copy of samples/: ${url} (Ctrl+C ends it)`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await stop();
}
