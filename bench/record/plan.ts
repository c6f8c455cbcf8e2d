import { stat } from 'node:fs/promises';
import { seededRandom, type Random } from '../../server/learning/random.ts';
import { contentHash } from '../../server/learning/calibrate/content.ts';
import { cutAt, cutPlaces } from '../../server/learning/calibrate/cut.ts';
import { seedOf } from '../../server/learning/calibrate/order.ts';
import { fetchPackage } from '../packages/fetch-package.ts';
import { exactName, packageId, type ListedPackage } from '../packages/package-list.ts';
import { readTasks, type Task } from '../traces.ts';
import { listSources, readSource, type SourceFile } from './sources.ts';

/** The tasks of a task file, or cut out of a folder's source files. */
export async function tasksOf(from: string, perFile: number, seed: number): Promise<Task[]> {
  const tasks: Task[] = [];
  if (!(await stat(from)).isDirectory()) {
    for await (const task of readTasks(from)) tasks.push(task);
    return tasks;
  }
  for (const source of await listSources(from)) {
    const text = await readSource(source);
    if (text === null) continue;
    tasks.push(...cutTasks(source, text, perFile, seededRandom(seedOf(source.name, seed))));
  }
  return tasks;
}

/** Cuts tasks out of a file, at the places that `cutPlaces` chooses. */
export function cutTasks(source: SourceFile, text: string, count: number, random: Random): Task[] {
  const problem = contentHash(text);
  return cutPlaces(text, source.lang, count, random).map(({ kind, typed, ...span }) => ({
    id: `${source.name}:${span.cursor - typed}-${span.end}+${typed}`,
    problem,
    lang: source.lang,
    kind,
    typed,
    ...cutAt(text, span),
  }));
}

/** A file of a package, as its tasks point to it. */
export interface PackageFile {
  readonly source: SourceFile;
  readonly text: string;
  readonly sha256: string;
  /** Inside the package, `/` between. */
  readonly path: string;
}

/**
 * The hand-written files of a package in an order that the seed decides; of files that are copies, one.
 * @param wanted by the path inside the package
 */
export async function* filesOfPackage(
  listed: ListedPackage,
  seed: number,
  wanted: (path: string) => boolean = () => true,
): AsyncGenerator<PackageFile> {
  const name = exactName(listed);
  const seen = new Set<string>();
  const sources = await listSources(await fetchPackage(listed), name);
  sources.sort((a, b) => seedOf(a.name, seed) - seedOf(b.name, seed));
  for (const source of sources) {
    const path = source.name.slice(name.length + 1);
    const text = wanted(path) ? await readSource(source) : null;
    if (text === null) continue;
    const sha256 = contentHash(text);
    if (seen.has(sha256)) continue;
    seen.add(sha256);
    yield { source, text, sha256, path };
  }
}

/**
 * Tasks cut out of a package, each with a pointer to where.
 * @param files at most so many, drawn by the seed
 */
export async function tasksOfPackage(
  listed: ListedPackage,
  perFile: number,
  seed: number,
  files = Infinity,
): Promise<Task[]> {
  const tasks: Task[] = [];
  let read = 0;
  if (files <= 0) return tasks;
  for await (const { source, text, sha256, path } of filesOfPackage(listed, seed)) {
    const random = seededRandom(seedOf(source.name, seed));
    for (const { kind, typed, ...span } of cutPlaces(text, source.lang, perFile, random)) {
      tasks.push({
        id: `${source.name}:${span.cursor - typed}-${span.end}+${typed}`,
        problem: sha256,
        lang: source.lang,
        kind,
        typed,
        ...cutAt(text, span),
        packageId: packageId(listed),
        at: { package: exactName(listed), path, sha256, ...span },
      });
    }
    read += 1;
    if (read >= files) break;
  }
  return tasks;
}
