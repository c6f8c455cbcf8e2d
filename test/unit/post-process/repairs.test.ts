import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPAIRS, repair } from '../../../server/post-process/repairs.ts';
import { at } from '../stopping/synthetic.ts';

interface Golden {
  readonly says: string;
  /** `|` marks the cursor. */
  readonly code: string;
  readonly languageId?: string;
  readonly served: string;
  readonly text: string;
  readonly applied: readonly string[];
}

const GOLDENS: readonly Golden[] = [
  {
    says: 'a letter repeated at the seam of a word goes, where the word stands nearby',
    code: 'let a = deserializer;\nlet b = T::deserialize(dese|)?;',
    languageId: 'rust',
    served: 'erializer',
    text: 'rializer',
    applied: ['word-seam'],
  },
  {
    says: 'a letter skipped at the seam of a word comes back, and what follows stays',
    code: 'func f(level int) {\n\tg(lev|)\n}',
    languageId: 'go',
    served: 'l, 1',
    text: 'el, 1',
    applied: ['word-seam'],
  },
  {
    says: 'a word of the code around is never taken for a slip of another',
    code: 'const model = 1, modal = 2;\nf(mod|);',
    served: 'el',
    text: 'el',
    applied: [],
  },
  {
    says: 'a shorter or a longer word is another word, not a slip',
    code: 'const labels = [];\nf(labe|);',
    served: 'l',
    text: 'l',
    applied: [],
  },
  {
    says: 'a slip of two words is left alone',
    code: 'const levels = 1, levers = 2;\nf(lev|);',
    served: 'ees',
    text: 'ees',
    applied: [],
  },
  {
    says: 'a name beside one like it is another name',
    code: 'const label1 = 1;\nconst lab|',
    served: 'el2 = 2;',
    text: 'el2 = 2;',
    applied: [],
  },
  {
    says: 'blanks that stand before the cursor already go',
    code: 'def f(x):\n    y = x + 1\n    |\n',
    languageId: 'python',
    served: '    return y',
    text: 'return y',
    applied: ['leading-blanks'],
  },
  {
    says: 'blanks that the line needs stay',
    code: 'def f(x):\n    y = x + 1\n    if y:\n    |\n',
    languageId: 'python',
    served: '    return y',
    text: '    return y',
    applied: [],
  },
  {
    says: 'lines are indented as the file is',
    code: 'func f() {\n\ts := 0\n\t|\n}\n',
    languageId: 'go',
    served: 'if s > 0 {\n        s++\n    }',
    text: 'if s > 0 {\n\t\ts++\n\t}',
    applied: ['indentation'],
  },
  {
    says: 'what was thought aloud goes',
    code: 'const a = |\n',
    served: '<think>A sum.</think>\nb + c;',
    text: 'b + c;',
    applied: ['thinking'],
  },
  {
    says: 'an answer that talks is none',
    code: 'const a = |\n',
    served: "Here's the completed code:",
    text: '',
    applied: ['prose'],
  },
  {
    says: 'a comment that silences a linter goes where the file has none',
    code: 'from .a import |\n',
    languageId: 'python',
    served: 'Base  # noqa: F401',
    text: 'Base',
    applied: ['suppressions'],
  },
  {
    says: 'a comment that silences a linter stays where the file has such',
    code: 'from .b import B  # noqa: F401\nfrom .a import |\n',
    languageId: 'python',
    served: 'Base  # noqa: F401',
    text: 'Base  # noqa: F401',
    applied: [],
  },
  {
    says: 'a good text stays as it is',
    code: 'const a = |\nb();',
    served: 'f(1);',
    text: 'f(1);',
    applied: [],
  },
  {
    says: 'a control marker and what follows it go',
    code: 'const a = |\n',
    served: 'f(1);<|endoftext|>x',
    text: 'f(1);',
    applied: ['control-markers'],
  },
  {
    says: 'markers of other families go too',
    code: 'const a = |\n',
    served: 'f(1) <EOT>',
    text: 'f(1)',
    applied: ['control-markers'],
  },
  {
    says: 'a marker that the file itself is about stays',
    code: "const ends = ['<fim_middle>', |];\n",
    served: "'<fim_middle>'",
    text: "'<fim_middle>'",
    applied: [],
  },
  {
    says: 'a Markdown fence is taken off',
    code: '|\n',
    served: '```ts\nfoo();\nbar();\n```\nThis calls foo.',
    text: 'foo();\nbar();',
    applied: ['markdown-fence'],
  },
  {
    says: 'a fence stays where the language is Markdown',
    code: 'Example:\n|\n',
    languageId: 'markdown',
    served: '```ts\nfoo();\n```',
    text: '```ts\nfoo();\n```',
    applied: [],
  },
  {
    says: 'half a surrogate pair is never served',
    code: 'x = "|\n',
    served: 'a\ud83d',
    text: 'a',
    applied: ['broken-characters'],
  },
  {
    says: 'a whole surrogate pair is',
    code: 'x = "|\n',
    served: 'a\ud83d\ude00',
    text: 'a\ud83d\ude00',
    applied: [],
  },
  {
    says: 'half a multi-byte character is never served',
    code: 'x = "|\n',
    served: 'gr\uFFFD',
    text: 'gr',
    applied: ['broken-characters'],
  },
  {
    says: 'a closing bracket that auto-close put there is not doubled',
    code: 'print(|)',
    languageId: 'python',
    served: 'items[0])',
    text: 'items[0]',
    applied: ['rest-of-line'],
  },
  {
    says: 'the whole rest of the line is not doubled',
    code: 'for (const a of |.values()) {\n}',
    served: 'map.values()) {',
    text: 'map',
    applied: ['rest-of-line'],
  },
  {
    says: 'lines that follow already are cut',
    code: '{\n  a();\n  |\n  b();\n  return c;\n}',
    served: 'x();\n  b();\n  return c;',
    text: 'x();',
    applied: ['following-lines'],
  },
  {
    says: 'a text that is the next line is dropped',
    code: '{\n  a();\n  |\n  return c;\n}',
    served: 'return c;',
    text: '',
    applied: ['following-lines'],
  },
  {
    says: 'the end of a begun line may equal the next line',
    code: 'x = |\nrun(y);\n',
    served: 'run(y);',
    text: 'run(y);',
    applied: [],
  },
  {
    says: 'a text that repeats the lines above is dropped',
    code: '{\n  send(first, 1);\n  |\n}',
    served: 'send(first, 1);',
    text: '',
    applied: ['lines-above'],
  },
  {
    says: 'a short line may stand twice',
    code: '{\n  x++;\n  |\n}',
    served: 'x++;',
    text: 'x++;',
    applied: [],
  },
  {
    says: 'a closer of a kind that is not open is dropped from the end',
    code: 'if (a) {\n  b = |\n}',
    served: 'f(1));',
    text: 'f(1);',
    applied: ['unmatched-closer'],
  },
  {
    says: 'a closer of what is open stays',
    code: '{\n  f(a, |\n}',
    served: 'b);',
    text: 'b);',
    applied: [],
  },
  {
    says: 'blanks at line ends and at the end go',
    code: '{\n  |\n}',
    served: 'a();  \n  b(); \n',
    text: 'a();\n  b();',
    applied: ['trailing-blanks'],
  },
  {
    says: 'a blank before the rest of the line stays',
    code: 'x = |y;\n',
    served: 'a + ',
    text: 'a + ',
    applied: [],
  },
  {
    says: 'blanks alone are nothing',
    code: 'x = |\n',
    served: '  \n ',
    text: '',
    applied: ['trailing-blanks'],
  },
];

for (const golden of GOLDENS) {
  test(golden.says, () => {
    const context = at(golden.code, golden.languageId);
    const { text, applied } = repair(golden.served, context);
    assert.deepEqual({ text, applied }, { text: golden.text, applied: golden.applied });
    assert.equal(repair(text, context).text, text, 'a repaired text needs no repair');
  });
}

test('every repair has a golden in which it acts', () => {
  const acting = new Set(GOLDENS.flatMap((golden) => golden.applied));
  assert.deepEqual([...acting].sort(), REPAIRS.map((each) => each.name).sort());
});
