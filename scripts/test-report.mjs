/** What `node --test --test-reporter=spec` has written, in short. Plain Node >= 20. */

/**
 * @param {string} report all of its standard output
 * @returns {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }}
 *   a suite that is skipped as a whole counts as one
 */
export function readReport(report) {
  const count = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(report)?.[1] ?? 0);
  const skipped = report.matchAll(/^ *﹣ (.+) \([\d.]+ms\) # (.+)$/gm);
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: [...skipped].map(([, name, reason]) => ({
      name,
      reason: reason === 'SKIP' ? 'the test gives no reason' : reason,
    })),
  };
}

/**
 * The closing lines: why tests were skipped, by reason, and the count.
 * @param {ReturnType<typeof readReport>} report
 * @returns {string[]}
 */
export function closingLines({ passed, failed, skipped }) {
  const reasons = new Map();
  for (const { name, reason } of skipped)
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  return [
    ...[...reasons].flatMap(([reason, names]) => [
      `skipped: ${reason}`,
      ...names.map((name) => `  ${name}`),
    ]),
    `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  ];
}
