import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** A GGUF file in the models folder. */
export interface ModelFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

const manifestSchema = z.object({
  models: z.array(z.object({ name: z.string(), file: z.string() })),
});
const sumSchema = z.object({ bytes: z.number(), mtimeMs: z.number(), sha256: z.string() });

/** `~/.cache/shortstop/models`, or below `XDG_CACHE_HOME`. */
export function defaultModelsDir(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  return join(
    cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'),
    'shortstop',
    'models',
  );
}

/** The files that `manifest.json` names, and the rest of the GGUF files under their own names. */
export async function modelFiles(folder: string): Promise<ModelFile[]> {
  const present = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.gguf'));
  const named = new Map((await manifest(folder)).map(({ name, file }) => [file, name]));
  return Promise.all(
    present.map(async (file) => {
      const path = join(folder, file);
      const { size } = await stat(path);
      return { name: named.get(file) ?? file.slice(0, -'.gguf'.length), path, bytes: size };
    }),
  );
}

async function manifest(folder: string) {
  try {
    const text = await readFile(join(folder, 'manifest.json'), 'utf8');
    return manifestSchema.parse(JSON.parse(text)).models;
  } catch {
    return [];
  }
}

/**
 * The file's sum, remembered beside it for as long as its size and time stay the same, since reading
 * half a gigabyte takes a second.
 * @returns `sha256:` and 64 hex digits
 */
export async function digestOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const memory = `${path}.sha256.json`;
  const known = await readFile(memory, 'utf8')
    .then((text) => sumSchema.parse(JSON.parse(text)))
    .catch(() => null);
  if (known?.bytes === size && known.mtimeMs === mtimeMs) return `sha256:${known.sha256}`;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  await writeFile(memory, JSON.stringify({ bytes: size, mtimeMs, sha256 })).catch(() => undefined);
  return `sha256:${sha256}`;
}
