/**
 * A Neovim that has `vim.lsp.inline_completion` (0.12 and newer): `NVIM` in the environment, the one on the PATH, or
 * Debian's newest in the user's cache folder, with its libraries and beside nothing of the system's. Plain Node >= 20.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder } from './cache.mjs';
import { hasCommand, runCommand } from './command.mjs';
import { runAsProgram, say } from './say.mjs';

const LEAST = [0, 12];
/** The one release of Debian that has it. */
const SUITE = 'sid';
/** What Debian's x64 packages are unpacked to needs no installation: started by its own loader, with its own libraries. */
const LAUNCHER = `#!/bin/sh
root="$(dirname "$(readlink -f "$0")")/root"
libraries="$root/usr/lib/x86_64-linux-gnu"
export VIMRUNTIME="$root/usr/share/nvim/runtime" LUA_CPATH="$libraries/lua/5.1/?.so"
exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$root/usr/bin/nvim" "$@"
`;

export const HOW_TO_GET =
  'there is no Neovim 0.12 or newer: put one on the PATH, or run `node scripts/neovim.mjs` on Debian x64';

/** @returns {string | null} what starts it */
export function findNeovim() {
  const cached = join(cacheFolder(), 'neovim', 'nvim');
  const candidates = [process.env.NVIM, 'nvim', existsSync(cached) ? cached : undefined];
  return candidates.find((command) => command && isRecent(command)) ?? null;
}

/**
 * Finds one, or unpacks Debian's.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<string | null>} what starts it; null where this machine has no apt to bring it
 */
export async function installNeovim({ log = () => undefined } = {}) {
  const found = findNeovim();
  if (found) return found;
  const isDebian = process.arch === 'x64' && hasCommand('apt-get') && hasCommand('dpkg-deb');
  const archive = isDebian ? debianArchive() : null;
  if (archive === null) {
    log(HOW_TO_GET);
    return null;
  }
  log(`fetching Neovim and its libraries from Debian ${SUITE}`);
  const folder = join(cacheFolder(), 'neovim');
  const work = `${folder}.unpacking`;
  await rm(work, { recursive: true, force: true });
  await unpack(archive, work);
  await rm(folder, { recursive: true, force: true });
  await rename(work, folder);
  return findNeovim();
}

function isRecent(command) {
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const [, major, minor] = /^NVIM v(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(major) > LEAST[0] || Number(minor) >= LEAST[1];
}

/** @returns {string | null} the address that apt has Debian's packages from */
function debianArchive() {
  const format = '$(LABEL) $(REPO_URI)';
  const list = ['indextargets', '--format', format, 'Created-By: Packages', 'Label: Debian'];
  const { stdout } = spawnSync('apt-get', list, { encoding: 'utf8' });
  return stdout?.split('\n')[0]?.split(' ')[1] ?? null;
}

/** Leaves `nvim` and `root/` in `work`; apt's own lists and packages stay as they are. */
async function unpack(archive, work) {
  const apt = join(work, 'apt');
  await mkdir(join(apt, 'sources'), { recursive: true });
  await mkdir(join(apt, 'lists/partial'), { recursive: true });
  await mkdir(join(apt, 'cache/archives/partial'), { recursive: true });
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(
    join(apt, 'sources/debian.sources'),
    `Types: deb\nURIs: ${archive}\nSuites: ${SUITE}\nComponents: main\nSigned-By: ${keys}\n`,
  );
  await writeFile(join(apt, 'status'), '');
  const options = [
    `Dir::Etc::sourceparts=${join(apt, 'sources')}`,
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::State::lists=${join(apt, 'lists')}`,
    `Dir::State::status=${join(apt, 'status')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
  await runCommand('apt-get', [...options, 'update', '-q']);
  const download = ['install', '-qy', '--no-install-recommends', '--download-only', 'neovim'];
  await runCommand('apt-get', [...options, ...download]);
  const archives = join(apt, 'cache/archives');
  for (const file of await readdir(archives)) {
    if (!file.endsWith('.deb')) continue;
    await runCommand('dpkg-deb', ['-x', join(archives, file), join(work, 'root')]);
  }
  await writeFile(join(work, 'nvim'), LAUNCHER);
  await chmod(join(work, 'nvim'), 0o755);
  await rm(apt, { recursive: true });
}

await runAsProgram(import.meta.url, async () => {
  const binary = await installNeovim({ log: say });
  if (binary === null) return 1;
  say(`Neovim: ${binary}`);
  return 0;
});
