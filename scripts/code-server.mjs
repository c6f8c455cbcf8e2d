/**
 * A real VS Code in the browser, without a download from a marketplace: code-server from npm,
 * cached in the user's cache folder; Linux and macOS. Plain Node >= 20, nothing installed; every
 * step is idempotent.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { cacheFolder } from './cache.mjs';
import { hasCommand, runCommand } from './command.mjs';
import { runAsProgram, say } from './say.mjs';

export const CODE_SERVER_VERSION = '4.139.1';
const NODE_MAJOR = 24;
/** What its native modules (argon2, kerberos, keytar, native-keymap) are built from. */
const BUILD_PACKAGES = [
  'libkrb5-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'libsecret-1-dev',
  'pkg-config',
];

function paths() {
  const folder = join(cacheFolder(), 'code-server');
  const modules = join(folder, 'node_modules');
  return {
    folder,
    bin: join(modules, '.bin'),
    node: join(modules, 'node', 'bin', 'node'),
    codeServer: join(modules, 'code-server'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
    done: join(folder, 'installed.json'),
  };
}

/**
 * Installs code-server if this version is not there yet (about 90 s of CPU).
 * @param {{ log?: (line: string) => void }} [options]
 * @returns the paths of the Node that runs it and of its entry file
 * @throws {Error} that says which step failed, with the end of its output
 */
export async function installCodeServer({ log = () => undefined } = {}) {
  const at = paths();
  if ((await installedVersion(at)) === CODE_SERVER_VERSION) return at;
  await mkdir(at.folder, { recursive: true });
  if (!existsSync(join(at.folder, 'package.json'))) {
    await writeFile(join(at.folder, 'package.json'), '{ "private": true }\n');
  }
  await ensureBuildPackages(log);
  const npm = (args, options) =>
    runCommand('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: at.folder,
      ...options,
    });
  if (!existsSync(at.node)) {
    log(`installing Node ${NODE_MAJOR} for code-server`);
    await npm(['install', `node@${NODE_MAJOR}`]);
  }
  const env = { ...process.env, PATH: `${at.bin}${delimiter}${process.env.PATH ?? ''}` };
  log(`installing code-server ${CODE_SERVER_VERSION}`);
  await npm(['install', '--ignore-scripts', `code-server@${CODE_SERVER_VERSION}`], { env });
  log('building its native modules (about 90 s)');
  const { stdout } = spawnSync(at.node, ['--version'], { encoding: 'utf8' });
  const agent = `npm/11.0.0 node/${stdout.trim()} ${process.platform} ${process.arch}`;
  const build = async (more) => {
    await runCommand('sh', ['./postinstall.sh'], {
      cwd: at.codeServer,
      env: { ...env, ...more, npm_config_user_agent: agent },
    });
    await npm(['rebuild', 'argon2'], { env: { ...env, ...more } });
  };
  try {
    await build({});
  } catch (error) {
    const headers = installedHeaders();
    if (!headers || process.env.npm_config_nodedir) throw error;
    log(`Node's headers could not be fetched: taking those in ${headers}`);
    await build({ npm_config_nodedir: headers });
  }
  await writeFile(at.done, `${JSON.stringify({ version: CODE_SERVER_VERSION })}\n`);
  log('code-server is ready');
  return at;
}

/** The folder of a Node on the PATH that came with its headers, as Linux packages do. */
function installedHeaders() {
  const folders = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, '..'));
  return folders.find((folder) => existsSync(join(folder, 'include', 'node', 'node.h')));
}

async function installedVersion(at) {
  if (!existsSync(at.entry) || !existsSync(at.node)) return undefined;
  try {
    return JSON.parse(await readFile(at.done, 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Debian and Ubuntu as root: installs what is missing. Elsewhere a failing build says so itself. */
async function ensureBuildPackages(log) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !hasCommand('dpkg')) return;
  const missing = BUILD_PACKAGES.filter(
    (name) =>
      !spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout.includes('ok installed'),
  );
  if (missing.length === 0) return;
  log(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-q'], { env });
  await runCommand('apt-get', ['install', '-qy', '--no-install-recommends', ...missing], { env });
}

/**
 * Installs a packaged extension into `extensionsDir`, so that a window started on it has it.
 * @param {{ vsix: string, userDataDir: string, extensionsDir: string }} options
 */
export function installExtension({ vsix, userDataDir, extensionsDir }) {
  const at = paths();
  const args = [at.entry, ...folders({ userDataDir, extensionsDir }), '--install-extension', vsix];
  const { status, stdout, stderr } = spawnSync(at.node, [...args, '--force'], {
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  if (status !== 0) throw new Error(`${vsix} was not installed:\n${stdout}${stderr}`);
}

/**
 * Starts code-server on a loopback address, without a password, and waits until it answers.
 * @param {{ port?: number, userDataDir: string, extensionsDir: string, folder: string,
 *   log?: (line: string) => void, env?: Record<string, string> }} options
 *   `port` 0 or absent: a free one
 * @returns {Promise<{ url: string, port: number, pid: number, stop: () => Promise<void> }>}
 * @throws {Error} where it ended or did not answer within 30 seconds, with the end of its output
 */
export async function startCodeServer({ port, userDataDir, extensionsDir, folder, log, env }) {
  const at = paths();
  const free = port || (await freePort());
  const child = spawn(
    at.node,
    [
      at.entry,
      '--auth=none',
      `--bind-addr=127.0.0.1:${free}`,
      ...folders({ userDataDir, extensionsDir }),
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      folder,
    ],
    {
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4000);
      if (log) for (const line of text.split('\n')) if (line.trim()) log(line);
    });
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => stopGroup(child, ended);
  const url = `http://127.0.0.1:${free}/`;
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await answers(`${url}healthz`)) return { url, port: free, pid: child.pid, stop };
    await sleep(200);
  }
  await stop();
  throw new Error(`code-server did not come up on ${url}:\n${output}`);
}

function folders({ userDataDir, extensionsDir }) {
  return [`--user-data-dir=${userDataDir}`, `--extensions-dir=${extensionsDir}`];
}

/** Started from a VS Code terminal, a window's own variables would make the new one its child. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER)/.test(name)),
  );
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stopGroup(child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

await runAsProgram(import.meta.url, async () => {
  await installCodeServer({ log: say });
});
