import type { Repair } from './repair.ts';

const SUPPRESSION =
  /[ \t]*(?:#|\/\/)[ \t]*(noqa|pylint:|pyright:|type: *ignore|nolint|eslint-disable|@ts-)[^\n]*$/gm;

/**
 * Takes off comments that silence a linter or type checker, where the code around the cursor has
 * none of their kind: small models put them behind any import.
 */
export const cutSuppressions: Repair = (text, { context, line }) => {
  if (context.kind === 'comment' || line.inString) return text;
  return text.replace(SUPPRESSION, (comment, kind: string) =>
    context.prefix.includes(kind) || context.suffix.includes(kind) ? comment : '',
  );
};
