import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What a package's recordings may be used for. */
export const PARTS = ['training', 'calibration'] as const;
export type Part = (typeof PARTS)[number];

const packageSchema = z.object({
  registry: z.enum(['pypi', 'npm', 'crates', 'go']),
  name: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  part: z.enum(PARTS),
});

/** One version of a published package. */
export type PackageRef = Pick<z.infer<typeof packageSchema>, 'registry' | 'name' | 'version'>;
export type ListedPackage = z.infer<typeof packageSchema>;

/** Names a version of a package: `npm:hono@4.0.0`. */
export function exactName({ registry, name, version }: PackageRef): string {
  return `${registry}:${name}@${version}`;
}

/** Tells packages apart whatever their version: files of two versions are not independent. */
export function packageId({ registry, name }: PackageRef): string {
  return `${registry}:${name}`;
}

/** @throws Error where the text names no version of a package of a known registry */
export function parseExactName(text: string): PackageRef {
  const match = /^(pypi|npm|crates|go):(.+)@([^@]+)$/.exec(text);
  if (!match)
    throw new Error(`"${text}" names no package: npm:NAME@VERSION, pypi:, crates: or go:`);
  const [, registry, name = '', version = ''] = match;
  return { registry: registry as PackageRef['registry'], name, version };
}

/**
 * A list of packages, as `bench/data/packages.json` holds one.
 * @throws Error where it has another form, or names a package twice
 */
export async function readPackageList(file: string): Promise<ListedPackage[]> {
  const list = z.array(packageSchema).parse(JSON.parse(await readFile(file, 'utf8')));
  const seen = new Set<string>();
  for (const one of list) {
    const id = packageId(one);
    if (seen.has(id)) throw new Error(`${file} names ${id} twice`);
    seen.add(id);
  }
  return list;
}
