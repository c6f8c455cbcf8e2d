/**
 * A real VS Code in the browser, without a download from a marketplace: code-server from npm,
 * cached in the user's cache folder. Plain Node >= 20, nothing installed; every step is idempotent.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

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

/** The folder that everything this script installs lives in. */
export function codeServerFolder() {
  const cache =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches')
      : process.platform === 'win32' && process.env.LOCALAPPDATA
        ? process.env.LOCALAPPDATA
        : join(homedir(), '.cache'));
  return join(cache, 'shortstop', 'code-server');
}

function paths() {
  const folder = codeServerFolder();
  const modules = join(folder, 'node_modules');
  return {
    folder,
    bin: join(modules, '.bin'),
    node: join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
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
  ensureBuildPackages(log);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  if (!existsSync(at.node)) {
    log(`installing Node ${NODE_MAJOR} for code-server`);
    run(npm, ['install', ...quiet, `node@${NODE_MAJOR}`], { cwd: at.folder });
  }
  const env = { ...process.env, PATH: `${at.bin}${delimiter}${process.env.PATH ?? ''}` };
  log(`installing code-server ${CODE_SERVER_VERSION}`);
  run(npm, ['install', '--ignore-scripts', ...quiet, `code-server@${CODE_SERVER_VERSION}`], {
    cwd: at.folder,
    env,
  });
  log('building its native modules (about 90 s)');
  const version = run(at.node, ['--version'], { cwd: at.folder }).trim();
  run('sh', ['./postinstall.sh'], {
    cwd: at.codeServer,
    env: {
      ...env,
      npm_config_user_agent: `npm/11.0.0 node/${version} ${process.platform} ${process.arch}`,
    },
  });
  run(npm, ['rebuild', 'argon2'], { cwd: at.folder, env });
  await writeFile(at.done, `${JSON.stringify({ version: CODE_SERVER_VERSION })}\n`);
  log('code-server is ready');
  return at;
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
function ensureBuildPackages(log) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  if (spawnSync('dpkg', ['--version']).status !== 0) return;
  const missing = BUILD_PACKAGES.filter(
    (name) =>
      !spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout.includes('ok installed'),
  );
  if (missing.length === 0) return;
  log(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env });
  run('apt-get', ['install', '-qy', '--no-install-recommends', ...missing], { env });
}

function run(command, args, options) {
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    ...options,
  });
  if (result.status === 0) return result.stdout;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
  throw new Error(`'${command} ${args.join(' ')}' failed:\n${output.slice(-2000)}`);
}

/**
 * Installs a packaged extension into `extensionsDir`, so that a window started on it has it.
 * @param {{ vsix: string, userDataDir: string, extensionsDir: string }} options
 */
export function installExtension({ vsix, userDataDir, extensionsDir }) {
  const at = paths();
  run(
    at.node,
    [at.entry, ...folders({ userDataDir, extensionsDir }), '--install-extension', vsix],
    {
      env: cleanEnvironment(),
    },
  );
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
      detached: process.platform !== 'win32',
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
  const signal = (name) => {
    try {
      if (process.platform === 'win32') child.kill(name);
      else process.kill(-child.pid, name);
    } catch {
      child.kill(name);
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await installCodeServer({ log: (line) => console.log(line) });
}
