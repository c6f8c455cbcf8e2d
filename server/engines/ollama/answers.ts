import * as z from 'zod';
import { failures, type Where } from '../failures.ts';

/** What the look-ups of Ollama answer, as far as it is used; older servers leave fields out. */

const version = z.object({ version: z.string() });

/** `models` is null where there is none. */
const list = z.object({ models: z.array(z.looseObject({ name: z.string() })).nullable() });

const listedModel = z.object({
  name: z.string(),
  digest: z.string().min(1),
  size: z.number().default(0),
  details: z
    .object({ family: z.string().default(''), quantization_level: z.string().default('') })
    .nullish(),
  remote_host: z.string().nullish(),
});
export type ListedModel = z.infer<typeof listedModel>;

const shown = z.object({
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
  remote_host: z.string().nullish(),
});
export type ShownModel = z.infer<typeof shown>;

const loadedModel = z.object({
  name: z.string(),
  size: z.number().nullish(),
  size_vram: z.number().nullish(),
  context_length: z.number().nullish(),
});
export type LoadedModel = z.infer<typeof loadedModel>;
const loaded = z.object({ models: z.array(loadedModel).nullable() });

/** Each throws an `EngineError` that names the field that is missing or of another kind. */
export const answers = {
  version: (answer: unknown, where: Where): string =>
    read(version, answer, '/api/version', where).version,
  /** Entries as they came: one that nobody asks for may be odd. */
  names: (answer: unknown, where: Where): { readonly name: string }[] =>
    read(list, answer, '/api/tags', where).models ?? [],
  listed: (entry: unknown, where: Where): ListedModel =>
    read(listedModel, entry, '/api/tags', where),
  shown: (answer: unknown, where: Where): ShownModel => read(shown, answer, '/api/show', where),
  loaded: (answer: unknown, where: Where): LoadedModel[] =>
    read(loaded, answer, '/api/ps', where).models ?? [],
} as const;

function read<T>(schema: z.ZodType<T>, answer: unknown, path: string, where: Where): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw failures.malformed(where, path, parsed.error.issues[0]?.path.join('.') ?? '');
}
