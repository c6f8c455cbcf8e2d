import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { cutAt, type Span } from '../../server/learning/calibrate/cut.ts';
import { contentHash, normalisedText } from '../../server/learning/calibrate/content.ts';
import { folderOf, packagesFolder } from '../packages/fetch-package.ts';
import { packageId, parseExactName } from '../packages/package-list.ts';

const offset = z.number().int().min(0);

const spanSchema = z.object({
  from: offset,
  cursor: offset,
  end: offset,
  to: offset,
}) satisfies z.ZodType<Span>;

/** What stands for a task's code where that may not be kept: where to cut it out again. */
export const pointerSchema = spanSchema.extend({
  /** `npm:hono@4.0.0`. */
  package: z.string().min(1),
  /** Inside the package, `/` between. */
  path: z.string().min(1),
  /** `contentHash` of the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Pointer = z.infer<typeof pointerSchema>;

/** Reads the files that pointers name out of the fetched packages, each once. */
export class PointedFiles {
  readonly #texts = new Map<string, string>();
  readonly #root: string;

  constructor(root = packagesFolder()) {
    this.#root = root;
  }

  /**
   * The task of a pointer, from the package as it was fetched.
   * @throws Error that says what to fetch, or that names a file which is another one than was recorded
   */
  taskOf(pointer: Pointer) {
    const ref = parseExactName(pointer.package);
    const folder = folderOf(ref, this.#root);
    if (!existsSync(folder)) {
      throw new Error(`${pointer.package} is not there: run \`npx shortstop bench fetch\` first`);
    }
    const file = join(folder, pointer.path);
    let text = this.#texts.get(file);
    if (text === undefined) {
      if (!existsSync(file)) throw new Error(`${pointer.package} has no ${pointer.path}`);
      text = normalisedText(readFileSync(file, 'utf8'));
      if (contentHash(text) !== pointer.sha256) {
        throw new Error(`${pointer.path} of ${pointer.package} is another file than was recorded`);
      }
      this.#texts.set(file, text);
    }
    return { ...cutAt(text, pointer), problem: pointer.sha256, packageId: packageId(ref) };
  }
}
