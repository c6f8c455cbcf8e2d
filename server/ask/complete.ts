import type { AskResult } from '../../shared/protocol.ts';

/** Where and why an answer is complete before the model ends it. */
export interface Completed {
  /** What goes on behind this UTF-16 offset is not wanted. */
  readonly end: number;
  readonly why: Extract<AskResult['ended'], 'code-closed' | 'repetition'>;
}

/** Something that a block of code is the whole answer to. */
const WANTS_CODE =
  /^\W*(?:(?:please|can you|could you|now)\W+)*(?:add|change|complete|convert|extract|fix|generate|implement|inline|make|port|refactor|remove|rename|replace|rewrite|show|simplify|sort|translate|turn|use|write)\b/i;
/** Something that takes words, or more than one block. */
const WANTS_MORE =
  /\b(?:alternatives|compare|describe|differences?|examples|explain|how|options|review|steps|summari[sz]e|versions|ways|what|why)\b/i;

/** Characters: the longest text that is looked for over and over, and how long it must go on. */
const LONGEST_PERIOD = 400;
const LEAST_REPEATED = 300;
const LEAST_REPEATS = 3;

/**
 * Whether an answer may be ended where it stands: it says the same over and over, or the question asks for code and
 * nothing else (in English; in other words it never ends here) and the first block in the document's language is closed.
 * @param answer as far as it is written
 */
export function completedAt(
  answer: string,
  { question, languageId }: { readonly question: string; readonly languageId: string },
): Completed | null {
  const repeated = endOfFirstRound(answer);
  if (repeated !== null) return { end: repeated, why: 'repetition' };
  if (!WANTS_CODE.test(question) || WANTS_MORE.test(question)) return null;
  const closed = endOfBlock(answer, languageId);
  return closed === null ? null : { end: closed, why: 'code-closed' };
}

/** Where the end of the text has said once what it then says over and over; null where it does not. */
function endOfFirstRound(text: string): number | null {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const least = Math.max(period * LEAST_REPEATS, LEAST_REPEATED);
    if (text.length < least) return null;
    let start = text.length - period;
    while (start > 0 && text[start - 1] === text[start - 1 + period]) start--;
    const isLong = text.length - start >= least;
    if (isLong && /\p{L}/u.test(text.slice(-period))) return start + period;
  }
  return null;
}

/** Behind the first closed block whose language is the document's, or not named; null where there is none. */
function endOfBlock(answer: string, languageId: string): number | null {
  let open: { readonly fence: string; readonly isWanted: boolean } | null = null;
  let lineEnd = -1;
  for (const line of answer.split('\n')) {
    lineEnd += line.length + 1;
    const [, fence = '', info = ''] = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)/.exec(line) ?? [];
    if (fence === '') continue;
    if (open === null) open = { fence, isWanted: info === '' || isLanguage(info, languageId) };
    else if (info === '' && fence.startsWith(open.fence)) {
      if (open.isWanted) return lineEnd;
      open = null;
    }
  }
  return null;
}

/** `ts` for `typescript`, `jsx` for `javascriptreact`; a model that names another dialect is taken at its word. */
function isLanguage(info: string, languageId: string): boolean {
  const names = [info, languageId].map((name) => NAMES[name.toLowerCase()] ?? name.toLowerCase());
  return names[0] === names[1];
}

const NAMES: Readonly<Record<string, string>> = {
  ts: 'javascript',
  tsx: 'javascript',
  typescript: 'javascript',
  typescriptreact: 'javascript',
  js: 'javascript',
  jsx: 'javascript',
  javascriptreact: 'javascript',
  py: 'python',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  golang: 'go',
  'c++': 'cpp',
  cs: 'csharp',
  'c#': 'csharp',
  kt: 'kotlin',
  sh: 'shellscript',
  bash: 'shellscript',
  shell: 'shellscript',
  yml: 'yaml',
};
