/**
 * Installs the embedded engine, llama.cpp inside Node: `server/engines/embedded/` has a package.json
 * and lock of its own, which leave the GPU packages out. Plain Node >= 20; idempotent.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runCommand } from './command.mjs';

const folder = join(import.meta.dirname, '..', 'server', 'engines', 'embedded');
const modules = join(folder, 'node_modules');
/** Lies inside node_modules, so that deleting those makes the next call install again. */
const stamp = join(modules, '.shortstop-installed');

/** @returns {Promise<boolean>} whether the engine is installed as the lock file says */
export async function hasEmbedded() {
  if (!existsSync(stamp)) return false;
  return (await readFile(stamp, 'utf8')) === (await lockFile());
}

/**
 * @param {{ log?: (line: string) => void }} [options]
 * @throws {Error} with the end of npm's output
 */
export async function installEmbedded({ log = () => undefined } = {}) {
  if (await hasEmbedded()) return;
  log('installing the embedded engine (node-llama-cpp, about 85 MB)');
  // Not `npm ci`: the lock was made where a few platform packages could not be had.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand(npm, ['install', ...options], { cwd: folder });
  await removeOtherProcessors();
  await writeFile(stamp, await lockFile());
}

/** The arm packages call themselves fit for x64 as well, so npm brings them there too. */
async function removeOtherProcessors() {
  if (process.arch !== 'x64') return;
  const platforms = join(modules, '@node-llama-cpp');
  for (const name of await readdir(platforms)) {
    if (name.startsWith('linux-arm')) await rm(join(platforms, name), { recursive: true });
  }
}

async function lockFile() {
  return readFile(join(folder, 'package-lock.json'), 'utf8');
}
