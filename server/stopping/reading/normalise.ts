/** CRLF becomes LF, trailing blanks of every line and outer blanks go. */
export function normalise(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[^\S\n]+$/gm, '')
    .trim();
}

/** Exact match (EM): equal but for line ends, trailing blanks of lines and outer blanks. */
export function sameText(served: string, kept: string): boolean {
  return normalise(served) === normalise(kept);
}

/**
 * True where `served` is how `kept` begins and ends at a line's end there (an exact match included).
 * A blank served text keeps no line.
 */
export function linesKept(served: string, kept: string): boolean {
  const begin = normalise(served);
  return begin !== '' && `${normalise(kept)}\n`.startsWith(`${begin}\n`);
}
