/** A Chromium to drive pages with. Plain Node >= 20. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { hasCommand, runCommand } from './command.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** @returns {string | null} the path of a browser: `CHROMIUM` in the environment, else on the PATH */
export function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), MAC];
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Finds a browser, or installs Debian's where that is possible.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string>} its path
 * @throws {Error} that says what to do by hand
 */
export async function installBrowser({ log = () => undefined } = {}) {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && hasCommand('apt-get')) {
    log('installing chromium');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runCommand('apt-get', ['update', '-q'], { env });
    await runCommand('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium'], { env });
    const { stdout } = spawnSync('which', ['chromium'], { encoding: 'utf8' });
    if (stdout.trim() !== '') return stdout.trim();
  }
  throw new Error('There is no Chromium: install one, or set CHROMIUM to the path of a browser.');
}
