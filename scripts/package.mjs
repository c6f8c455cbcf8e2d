/** `npm run package`: the VSIX, one file for all platforms. Plain Node >= 20. */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runCommand } from './command.mjs';
import { PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram, say } from './say.mjs';
import { prepare } from './setup.mjs';

const LIMIT_MB = 15;

/**
 * Bundles and packages the extension.
 * @returns {Promise<string>} the path of the VSIX
 * @throws {Error} where it is larger than it may be, or vsce's output says why it is not made
 */
export async function packageExtension({ log }) {
  const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const vsix = join(ROOT, `${name}-${version}.vsix`);
  const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--no-rewrite-relative-links'];
  const missing = ['--allow-missing-repository'];
  await runCommand(PINNED_NODE, [vsce, 'package', ...options, ...missing, '--out', vsix], {
    cwd: ROOT,
  });
  const size = statSync(vsix).size / 1e6;
  if (size > LIMIT_MB) {
    throw new Error(`${vsix} is ${size.toFixed(1)} MB, more than ${LIMIT_MB} MB`);
  }
  log(`${name}-${version}.vsix: ${size.toFixed(1)} MB`);
  return vsix;
}

await runAsProgram(import.meta.url, async () => {
  await prepare({ log: say });
  await packageExtension({ log: say });
});
