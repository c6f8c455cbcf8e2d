/**
 * `npm test`: sets up what is missing, then checks types and runs every test that needs no browser
 * and no Ollama, the embedded engine's with its real model among them. `--only engine` and
 * `--only e2e` run one of the other suites. Plain Node >= 20, nothing installed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { runInTerminal } from './command.mjs';
import { installCodeServer } from './code-server.mjs';
import { installEmbedded } from './embedded.mjs';
import { MODEL } from './engine.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { getModel } from './model.mjs';
import { installNeovim } from './neovim.mjs';
import { buildOllama } from './ollama.mjs';
import { packageExtension } from './package.mjs';
import { runAsProgram, say } from './say.mjs';
import { prepare } from './setup.mjs';
import { closingLines, readReport } from './test-report.mjs';

/** Two models at once would time each other out on a small machine. */
const ONE_BY_ONE = ['--test-concurrency=1'];

/** By name: the files below test/, and what they need besides packages and bundles. */
const SUITES = {
  test: {
    files: [
      ...['unit', 'storage', 'protocol', 'panel', 'cli', 'setup'].map((folder) => `${folder}/**/*`),
      'engine/embedded',
    ],
    needs: [installEmbedded, getTheModel, packageExtension],
  },
  engine: {
    files: ['engine/*'],
    needs: [buildOllama, installEmbedded, getTheModel],
    options: ONE_BY_ONE,
  },
  e2e: {
    files: ['e2e/*'],
    needs: [buildOllama, getTheModel, packageExtension, installCodeServer, installNeovim],
    options: ONE_BY_ONE,
  },
};

function getTheModel({ log }) {
  return getModel(MODEL, { log });
}

/** Prints the runner's own report. */
async function runTests({ files, options = [] }) {
  const globs = files.map((file) => `test/${file}.test.ts`);
  const child = spawn(PINNED_NODE, ['--test', '--test-reporter=spec', ...options, ...globs], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    report += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const read = readReport(report);
  return { ...read, failed: code === 0 ? read.failed : Math.max(1, read.failed) };
}

/** @returns {Promise<boolean>} */
async function checkTypes() {
  say('checking types');
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return (await runInTerminal(PINNED_NODE, [tsc, '-b'], { cwd: ROOT })) === 0;
}

await runAsProgram(import.meta.url, async () => {
  const only = process.argv.indexOf('--only');
  const name = only === -1 ? 'test' : process.argv[only + 1];
  const suite = SUITES[name];
  if (!suite) throw new Error(`--only wants one of ${Object.keys(SUITES).join(', ')}`);
  await prepare({ log: say });
  for (const need of suite.needs) await need({ log: say });
  const typesAreRight = name !== 'test' || (await checkTypes());
  const report = await runTests(suite);
  if (!typesAreRight) say('the types are not right: see above');
  const failed = report.failed + (typesAreRight ? 0 : 1);
  console.log(closingLines({ ...report, failed }).join('\n'));
  return failed === 0 && report.passed > 0 ? 0 : 1;
});
