import { shownByCody } from './rules/cody.ts';
import { dedent } from './dedent.ts';
import { runTestFile, type TestedCases } from './test-file.ts';

interface Question {
  readonly code: string;
  readonly completions: readonly string[];
  readonly languageId: string;
}

type Options = Readonly<Record<string, unknown>>;

/** Streaming, settings, and other requests before this one have no counterpart in a stop rule. */
function onlyLanguage(options: Options): string {
  const others = Object.keys(options).filter(
    (name) => name !== 'languageId' && name !== 'delayBetweenChunks',
  );
  if (others.length > 0) throw new Error(`no counterpart of ${others.join()}`);
  const { languageId } = options;
  return typeof languageId === 'string' ? languageId : 'typescript';
}

function params(code: string, responses: readonly { completion: string }[], options: Options = {}) {
  const completions = responses.map(({ completion }) => completion);
  return { code, completions, languageId: onlyLanguage(options) };
}

/** Between the marks, if there are any. */
function completion(parts: TemplateStringsArray, ...values: unknown[]): { completion: string } {
  const raw = dedent(parts, ...values);
  const start = raw.indexOf('├');
  const end = raw.lastIndexOf('┤');
  return { completion: start >= 0 && start <= end ? raw.slice(start + 1, end) : raw };
}

function shown({ code, completions, languageId }: Question): { insertText: string }[] {
  // Which of several is best is decided by a syntax tree and the model's own scores.
  if (completions.length !== 1) throw new Error('several completions');
  const [prefix = '', suffix = ''] = code.split('█');
  const place = { prefix, suffix, languageId, kind: 'line-end', multiLine: 'auto' } as const;
  const insertText = shownByCody(completions[0] ?? '', place);
  return insertText === '' ? [] : [{ insertText }];
}

function inlined(code: string, options: Options = {}) {
  const [prefix = '', ...rest] = dedent(code).split('█');
  const suffix = rest.pop() ?? '';
  const question = {
    code: `${prefix}█${suffix}`,
    completions: [rest.join('')],
    languageId: onlyLanguage(options),
  };
  return { items: shown(question), docContext: {} };
}

/** The text of a string's inline snapshot. */
function snapshotText(snapshot: string): string {
  const indent = /^\n( *)"/.exec(snapshot)?.[1] ?? '';
  const lines = snapshot.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trim();
  if (!lines.startsWith('"') || !lines.endsWith('"')) throw new Error('no text');
  return lines.slice(1, -1);
}

/** Cody's tests of what is shown of a completion. */
export async function codyCases(file: string): Promise<TestedCases> {
  const run = await runTestFile(file, (compare) => ({
    ...{ dedent, params, completion, T: '\t' },
    ...{ initTreeSitterParser: () => undefined, resetParsersCache: () => undefined },
    SupportedLanguage: { Python: 'python', TypeScript: 'typescript' },
    getInlineCompletions: (question: Question) => ({ items: shown(question) }),
    getInlineCompletionsInsertText: (question: Question) =>
      shown(question).map(({ insertText }) => insertText),
    getInlineCompletionsWithInlinedChunks: inlined,
    expect: (ours: unknown) => ({
      toBeTruthy: () => undefined,
      toBe: (theirs: unknown) => {
        compare(ours, theirs);
      },
      toEqual: (theirs: unknown) => {
        compare(ours, theirs);
      },
      toMatchInlineSnapshot: (snapshot: string) => {
        compare(ours, snapshotText(snapshot));
      },
    }),
  }));
  const cases = run.comparisons.map(({ test, ours, theirs }) => ({
    ...{ peer: 'peer-cody', name: test, mustDiffer: false },
    ...{ ours: inWords(ours), theirs: inWords(theirs) },
  }));
  // Most tests run twice, with a syntax tree and without.
  const distinct = new Map(
    cases.map((each) => [`${each.name}\n${each.ours}\n${each.theirs}`, each]),
  );
  return { cases: [...distinct.values()], notRun: run.notRun };
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join('\n---\n');
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
