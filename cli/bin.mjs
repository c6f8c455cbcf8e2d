#!/usr/bin/env node
/** The `shortstop` command: plain Node that runs itself again on the Node pinned in node_modules. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const pinned = join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Strips types by itself and has the Node-API that the database needs. */
const [major = 0] = process.versions.node.split('.').map(Number);
const node = major >= 24 ? process.execPath : pinned;

if (!existsSync(node)) {
  console.error('shortstop: nothing is installed yet; run `npm run setup` in this folder first.');
  process.exit(1);
}
const child = spawn(node, [join(root, 'cli/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`shortstop: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
