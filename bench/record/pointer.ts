import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { contentHash, normalisedText } from '../packages/content.ts';
import { folderOf, packagesFolder } from '../packages/fetch-package.ts';
import { packageId, parseExactName } from '../packages/package-list.ts';

const offset = z.number().int().min(0);

/** Where a task lies in a file: UTF-16 offsets of its text as `normalisedText` gives it. */
export const spanSchema = z.object({
  /** Where the prompt begins. */
  from: offset,
  cursor: offset,
  /** Where the gold text ends and the suffix begins. */
  end: offset,
  /** Where the suffix ends. */
  to: offset,
});
export type Span = z.infer<typeof spanSchema>;

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

/** A task's three texts, cut out of a file. */
export function cutAt(text: string, { from, cursor, end, to }: Span) {
  return {
    prompt: text.slice(from, cursor),
    gold: text.slice(cursor, end),
    suffix: text.slice(end, to),
  };
}

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
