export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}
export function readReport(report: string): TestReport;
export function closingLines(report: TestReport): string[];
