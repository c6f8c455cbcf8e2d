import { parseArgs } from 'node:util';
import { fetchPackage } from './fetch-package.ts';
import { exactName, readPackageList } from './package-list.ts';

export const FETCH_USAGE = 'fetch [--packages FILE]';

/** The packages that the kept recordings point into. */
export const PACKAGES = 'bench/data/packages.json';

/**
 * `fetch`: brings the packages of a list into the cache folder, one at a time. What can't be had is named
 * at the end; the others are there then.
 */
export async function fetchCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { packages: { type: 'string', default: PACKAGES } },
  });
  const missing: string[] = [];
  const list = await readPackageList(values.packages);
  for (const ref of list) {
    try {
      print(`${exactName(ref)}: ${await fetchPackage(ref)}`);
    } catch (error) {
      missing.push(exactName(ref));
      print(error instanceof Error ? error.message : String(error));
    }
  }
  if (missing.length > 0) {
    throw new Error(
      `${missing.length} of ${list.length} packages are missing: ${missing.join(', ')}`,
    );
  }
}
