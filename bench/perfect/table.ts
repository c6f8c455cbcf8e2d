import { proportion } from '../../server/figures/proportion.ts';
import { VERDICTS, type Judged, type Verdict } from './judge.ts';
import type { Span } from './spans.ts';

/** One span, and what came of it. */
export interface Row extends Judged {
  readonly span: Span;
}

/** Goals: all languages together, the upper bound of each, and what may be cut too early. */
export const GOALS = { exact: 0.993, upperBound: 0.985, early: 0.004 };

export interface Summary {
  readonly language: string;
  readonly n: number;
  /** Shares. */
  readonly shares: Readonly<Record<Verdict, number>>;
  /** Wilson's 95 % interval of the exact ones. */
  readonly low: number;
  readonly high: number;
}

export function summarise(language: string, rows: readonly Row[]): Summary {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const { low, high } = proportion(count('exact'), rows.length);
  const shares = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, rows.length === 0 ? 0 : count(verdict) / rows.length]),
  ) as Record<Verdict, number>;
  return { language, n: rows.length, shares, low: low ?? 0, high: high ?? 1 };
}

const percent = (share: number) => (100 * share).toFixed(1);

/** A Markdown table with a row a language and one for all, and whether the goals are met. */
export function renderTable(summaries: readonly Summary[], all: Summary): string {
  const rows = [...summaries, all].map(({ language, n, shares, low, high }) =>
    [
      language,
      n,
      `${percent(shares.exact)} [${percent(low)}, ${percent(high)}]`,
      ...VERDICTS.filter((verdict) => verdict !== 'exact').map((verdict) =>
        percent(shares[verdict]),
      ),
    ].join(' | '),
  );
  const below = summaries.filter(({ high }) => high < GOALS.upperBound);
  return [
    '| language | n | exact, % [95 %] | early | late | none | other |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
    `goals: exact ${(100 * all.shares.exact).toFixed(2)} % of ${percent(GOALS.exact)} %; early ${(100 * all.shares.early).toFixed(2)} % of at most ${percent(GOALS.early)} %; upper bound below ${percent(GOALS.upperBound)} %: ${below.map(({ language }) => language).join(', ') || 'none'}`,
  ].join('\n');
}

/** One missed line: what stood around the cursor, the missing text, and what was put there. */
export function renderMiss({ span, verdict, got }: Row): string {
  const head = span.before.slice(span.before.lastIndexOf('\n') + 1);
  const rest = /^.*/.exec(span.after)?.[0] ?? '';
  return `${span.language} ${verdict}: ${head.slice(-60)}⌶${rest.slice(0, 50)} | ${JSON.stringify(span.gold)} | ${JSON.stringify(got)}`;
}
