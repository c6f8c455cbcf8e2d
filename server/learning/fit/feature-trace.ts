/** One token of a trace, up to where the patient rule decides. */
export interface FeatureRow {
  /** The full set; the lite one is how it begins. */
  readonly features: readonly number[];
  /** Serving the text as it stands after this token, repaired, would be a match. */
  readonly done: boolean;
}

/** A trace reduced to numbers: enough to train and to replay every learned policy on, without its text. */
export interface FeatureTrace {
  /** A hash of the file's content: traces of one problem are not independent. */
  readonly problem: string;
  /** The package that the file is of: its files may go wrong together. Absent where none is known. */
  readonly packageId?: string | undefined;
  readonly lang: string;
  readonly kind: string;
  /** All tokens were recorded, not only those that the label needed. */
  readonly complete: boolean;
  /** Of a cut trace: the patient rule had decided by its end. Absent from complete ones, where it always has. */
  readonly decided?: boolean | undefined;
  readonly rows: readonly FeatureRow[];
  /** What the patient rule serves is a match. */
  readonly matched: boolean;
  /** Its cost in tokens. */
  readonly tokens: number;
  /** Some prefix of the trace is a match. */
  readonly reachable: boolean;
  /** What simpler rules make of the same trace, by rule id. */
  readonly baselines: Readonly<
    Record<string, { readonly matched: boolean; readonly tokens: number }>
  >;
}
