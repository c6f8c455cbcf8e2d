import { trimTwinny } from './rules/twinny-format.ts';
import { runTestFile, type TestedCases } from './test-file.ts';

interface Document {
  readonly text: string;
  readonly languageId: string;
  lineAt(line: number): { readonly text: string };
}

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

interface Editor {
  readonly document: Document;
  selection: { readonly active: Position };
}

/** What the tests need of the editor's interface. */
const vscode = {
  Position,
  Selection: class {
    readonly active: Position;
    constructor(_anchor: Position, active: Position) {
      this.active = active;
    }
  },
  commands: { executeCommand: () => undefined },
  workspace: {
    openTextDocument: ({ content = '', language = 'plaintext' } = {}): Document => ({
      text: content,
      languageId: language,
      lineAt: (line) => ({ text: content.split('\n')[line] ?? '' }),
    }),
  },
  window: {
    showTextDocument: (document: Document): Editor => ({
      document,
      selection: { active: new Position(0, 0) },
    }),
  },
};

/** In the place of Twinny's class; tests that reach for its inner methods find none. */
class CompletionFormatter {
  readonly #editor: Editor;
  constructor(editor: Editor) {
    this.#editor = editor;
  }
  format(completion: string): string {
    const { document, selection } = this.#editor;
    const { line, character } = selection.active;
    const above = document.text.split('\n').slice(0, line);
    const offset = above.join('\n').length + (line > 0 ? 1 : 0) + character;
    return trimTwinny(completion, {
      prefix: document.text.slice(0, offset),
      suffix: document.text.slice(offset),
      languageId: document.languageId,
      ...{ kind: 'line-end', multiLine: 'auto' },
    });
  }
}

/** Twinny's test of its formatter. */
export async function twinnyCases(file: string): Promise<TestedCases> {
  const run = await runTestFile(file, (compare) => ({
    vscode,
    CompletionFormatter,
    assert: { strictEqual: compare, ok: () => undefined },
  }));
  const cases = run.comparisons.map(({ test, ours, theirs }) => ({
    ...{ peer: 'peer-twinny', name: test, mustDiffer: false },
    ...{ ours: String(ours), theirs: String(theirs) },
  }));
  return { cases, notRun: run.notRun };
}
