import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { runTests } from '@vscode/test-electron';

/**
 * `npm run test:desktop`: downloads desktop VS Code, the oldest supported and the newest, and checks
 * that the extension activates there. For machines that may download it; test/e2e needs no download.
 */
const ROOT = join(import.meta.dirname, '../..');
const VERSIONS = ['1.101.0', 'stable'];

const folder = await mkdtemp(join(tmpdir(), 'shortstop-desktop-'));
try {
  const extensionTestsPath = join(folder, 'in-host.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'in-host.ts')],
    outfile: extensionTestsPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  for (const version of VERSIONS) {
    const launchArgs = ['--disable-extensions', '--user-data-dir', join(folder, version)];
    await runTests({ version, extensionDevelopmentPath: ROOT, extensionTestsPath, launchArgs });
    console.log(`VS Code ${version}: the extension activates and registers its commands`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
