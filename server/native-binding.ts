import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * better-sqlite3's compiled part beside the bundle, for this platform; undefined outside a bundle,
 * where the package finds its own.
 */
export function nativeBinding(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'prebuilds');
  const { platform, arch } = process;
  const path = join(
    folder,
    `${platform}${platform === 'linux' && isMusl() ? 'musl' : ''}-${arch}.node`,
  );
  return existsSync(path) ? path : undefined;
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
