/** What a text must come to: the text itself, a pattern of it, or null where nothing may be offered. */
export type Expected = string | RegExp | null;

/** One input: language, code with `⌶` at the cursor, what the engine writes and ends with, what is offered. */
export type ReportedRow = readonly [
  languageId: string,
  code: string,
  written: string,
  expected: Expected,
];

/** Inputs of one kind that users of completion tools have reported as going wrong. */
export interface ReportedKind {
  readonly kind: string;
  /** A public report of this kind. */
  readonly source: string;
  readonly rows: readonly ReportedRow[];
}
