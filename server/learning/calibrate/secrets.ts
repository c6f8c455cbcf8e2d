/** Forms of keys and tokens that are known by how they look, and assignments of what is called a secret. */
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bgithub_pat_[A-Za-z0-9_]{22,}\b/,
  /\bglpat-[A-Za-z0-9_-]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bsk[-_](live|test|proj|ant)[-_][A-Za-z0-9_-]{16,}/,
  /\bAIza[0-9A-Za-z_-]{35}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`$]+:[^\s/:@'"`$]{4,}@/i,
  /(password|passwd|secret|token|api_?key|private_?key)['"]?\s*[:=]\s*['"`][^\s'"`$]{16,}['"`]/i,
];

/** Whether a text seems to hold a key, a token or a password. It is left out as a whole then. */
export function looksSecret(text: string): boolean {
  return SECRETS.some((secret) => secret.test(text));
}
