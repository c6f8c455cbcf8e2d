/** The command was called wrongly; `message` says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
