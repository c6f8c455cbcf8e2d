/** npm packages as the lock file says, and the pinned Node among them. Plain Node >= 20; idempotent. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { runCommand } from './command.mjs';

export const ROOT = join(import.meta.dirname, '..');
const MODULES = join(ROOT, 'node_modules');
const WINDOWS = process.platform === 'win32';

/** The Node that everything but these scripts runs on. */
export const PINNED_NODE = join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');

/** Where npm's own scripts find it. */
const LINKED_NODE = join(MODULES, '.bin', WINDOWS ? 'node.cmd' : 'node');

/**
 * @param {{ log: (line: string) => void }} options
 * @throws {Error} that says what to do by hand
 */
export async function installPackages({ log }) {
  if (!isInstalled()) {
    log('installing npm packages (npm ci)');
    await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], ROOT);
  }
  if (!nodeRuns()) await installNode(log);
  // npm links a package's programs while it installs, when this one was not there yet.
  if (!existsSync(LINKED_NODE)) {
    await npm(['rebuild', 'node', '--ignore-scripts', '--loglevel=error'], ROOT);
  }
}

async function installNode(log) {
  // No package's install script is needed but this one: better-sqlite3's would fetch Node's headers
  // to compile what it brings compiled, and newer npm versions hold all of them back anyway.
  log('installing the pinned Node');
  await runCommand(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: join(MODULES, 'node'),
    env: cleanEnvironment(),
  });
  if (!nodeRuns()) {
    throw new Error(
      `${PINNED_NODE} does not run. By hand: \`npm rebuild node\` in ${ROOT}, or put a Node 24 there.`,
    );
  }
}

/** True where node_modules holds what package-lock.json names, at the same versions. */
function isInstalled() {
  const installed = packagesOf(join(MODULES, '.package-lock.json'));
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  );
}

function packagesOf(lockFile) {
  if (!existsSync(lockFile)) return null;
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return null;
  }
}

function nodeRuns() {
  const { status, stdout } = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith('v24.');
}

async function npm(args, cwd) {
  try {
    await runCommand(WINDOWS ? 'npm.cmd' : 'npm', args, { cwd, env: cleanEnvironment() });
  } catch (error) {
    throw new Error(
      `${error.message}\nThe packages could not be installed. By hand: \`npm ci\` in ${cwd}, then the same command again.`,
    );
  }
}

/**
 * Without node_modules' own programs on the PATH (`npm ci` deletes the Node that may be running
 * there) and without what the npm above this script told it.
 */
function cleanEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter);
  const outside = path.filter((folder) => !folder.startsWith(MODULES));
  const env = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/.test(name));
  return { ...Object.fromEntries(env), PATH: outside.join(delimiter) };
}
