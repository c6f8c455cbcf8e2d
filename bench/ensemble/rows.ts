import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const exportSchema = z.object({
  tables: z.object({
    requests: z.array(
      z.object({
        id: z.string(),
        model: z.string(),
        escalated_from: z.string().nullable(),
        escalation: z.string().nullable(),
        matched: z.number().nullable(),
      }),
    ),
    experiments: z.array(
      z.object({ verdict: z.string().nullable(), adopted_at: z.number().nullable() }),
    ),
  }),
});

/** A request that was handed on to a larger model, as its row says. */
export interface EscalatedRow {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** Whether each of both answers is what was kept; null where that is unknown. */
  readonly matched: readonly [boolean | null, boolean | null];
}

/** What the database says of several models. */
export interface EnsembleRows {
  readonly escalated: readonly EscalatedRow[];
  /** The newest experiment that was adopted; null without one. */
  readonly adopted: { readonly verdict: string; readonly at: number } | null;
}

/** @param path of what `shortstop/export` wrote */
export async function readEnsembleRows(path: string): Promise<EnsembleRows> {
  const { tables } = exportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const byId = new Map(tables.requests.map((row) => [row.id, row]));
  const isMatch = (matched: number | null | undefined) =>
    matched === null || matched === undefined ? null : matched === 1;
  const escalated = tables.requests.flatMap((row): EscalatedRow[] => {
    const from = byId.get(row.escalated_from ?? '');
    if (!from || row.escalation === null) return [];
    return [
      {
        ...{ from: from.model, to: row.model, reason: row.escalation },
        matched: [isMatch(from.matched), isMatch(row.matched)],
      },
    ];
  });
  const adopted = tables.experiments.findLast(({ adopted_at }) => adopted_at !== null);
  const { verdict, adopted_at: at } = adopted ?? {};
  return { escalated, adopted: verdict && at ? { verdict, at } : null };
}
