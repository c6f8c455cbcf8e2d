import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  borrowWeights,
  policyHash,
  type BorrowingFile,
} from '../../server/stopping/policy/borrowed-weights.ts';
import { checkedWeights, type WeightsFile } from '../../server/stopping/policy/weights-file.ts';
import { sha256Of } from '../features/table.ts';
import type { ScoredTrace } from '../../server/learning/fit/frontier.ts';
import { choosePreset, storedThresholds } from '../../server/learning/fit/presets.ts';

const identitySchema = z.object({
  /** For people. */
  model: z.string().min(1),
  /** A pattern of the lower-case names under which an engine may list the model. */
  name: z.string().min(1),
  digests: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).min(1),
  engine: z.string().min(1),
});

/** On which model thresholds were chosen. */
export type Identity = z.infer<typeof identitySchema>;

/**
 * What the flags say; the rest as the file has it that thresholds are chosen for again.
 * @throws ZodError where neither says it
 */
export async function identityFor(
  out: string,
  flags: { [Key in keyof Identity]: Identity[Key] | undefined },
): Promise<Identity> {
  const before = existsSync(out) ? (JSON.parse(await readFile(out, 'utf8')) as object) : {};
  const said = Object.entries(flags).filter(([, value]) => value !== undefined);
  return identitySchema.parse({ ...before, ...Object.fromEntries(said) });
}

/**
 * Writes a file for `server/stopping/policy/weights/` that borrows the lender's weights under thresholds chosen on
 * all of these traces, and reads it as the daemon will.
 */
export async function writeBorrowing(
  out: string,
  identity: Identity,
  lender: WeightsFile,
  scored: readonly ScoredTrace[],
  sources: readonly string[],
): Promise<void> {
  const stored = (preset: Parameters<typeof choosePreset>[1]) =>
    storedThresholds(choosePreset(scored, preset));
  const { model, name, digests, engine } = identity;
  const file: BorrowingFile = {
    model,
    name,
    digests,
    engine,
    certified: null,
    borrows: { model: lender.model, policy: policyHash(lender) },
    presets: {
      faithful: stored('faithful'),
      balanced: stored('balanced'),
      saver: stored('saver'),
    },
    chosenOn: {
      traces: scored.length,
      problems: new Set(scored.map(({ trace }) => trace.problem)).size,
      sha256: await sha256Of(sources),
    },
  };
  checkedWeights(borrowWeights(file, [lender]));
  await writeFile(out, `${JSON.stringify(file, null, 2)}\n`);
}
