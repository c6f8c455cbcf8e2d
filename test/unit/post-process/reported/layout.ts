import type { ReportedKind } from './kind.ts';

export const INDENTATION: ReportedKind = {
  kind: 'leading blanks and indentation',
  source: 'Kilo-Org/kilocode#4340',
  rows: [
    ['python', 'def g(x):\n    y = x\n    ⌶\n', '    return y\n', 'return y'],
    ['python', 'def g(x):\n    ⌶\n', '   return x\n', 'return x'],
    ['python', 'def g(x):\n  ⌶\n', '  return x\n', 'return x'],
    ['python', 'def g(x):\n    if x:\n    ⌶\n', '    return x\n', '    return x'],
    [
      'python',
      'def say(name):\n\t⌶\n\ndef cry(name):\n\tprint("cry", name)\n',
      'print("cry", name)',
      'print("cry", name)',
    ],
    ['python', 'import ⌶\n', ' sys\n', 'sys'],
    ['python', 'x = f(a, ⌶)\n', ' b)\n', 'b'],
    ['python', 'x =⌶\n', ' 1\n', ' 1'],
    ['typescript', 'export const sub = (a: number, b: number) => ⌶\n', 'a - b;', 'a - b;'],
    ['typescript', 'function f() {\n  ⌶\n}\n', '  return 1;\n', 'return 1;'],
    ['javascript', 'return ⌶\n', '  total;\n', 'total;'],
    ['yaml', 'jobs:\n  - name: a\n  - ⌶\n', 'name: b\n', 'name: b'],
    ['yaml', 'on:\n  push:\n    ⌶\n', '    branches: [main]\n', 'branches: [main]'],
    ['rust', 'fn f() -> u8 {\n    ⌶\n}\n', '    1\n', '1'],
  ],
};

export const TABS: ReportedKind = {
  kind: 'tabs and spaces',
  source: 'huggingface/llm.nvim#14',
  rows: [
    [
      'go',
      'package a\n\nfunc f(xs []int) int {\n\tn := 1\n\t⌶\n\treturn n\n}\n',
      'for _, x := range xs {\n        n *= x\n    }\n',
      'for _, x := range xs {\n\t\tn *= x\n\t}',
    ],
    [
      'go',
      'package a\n\nfunc f(xs []int) int {\n\tn := 1\n\t⌶\n\treturn n\n}\n',
      'for _, x := range xs {\n    n *= x\n  }\n',
      'for _, x := range xs {\n\t\tn *= x\n\t}',
    ],
    [
      'javascript',
      'function f(xs) {\n  let n = 1;\n  ⌶\n}\n',
      'for (const x of xs) {\n\t\tn *= x;\n\t}\n',
      'for (const x of xs) {\n    n *= x;\n  }',
    ],
    [
      'typescript',
      'class A {\n    size = 1;\n    ⌶\n}\n',
      'grow() {\n\t\tthis.size += 1;\n\t}\n',
      'grow() {\n        this.size += 1;\n    }',
    ],
    [
      'c',
      'int f(int n)\n{\n\tint k = 0;\n\t⌶\n\treturn k;\n}\n',
      'while (n) {\n        k += n--;\n    }\n',
      'while (n) {\n\t\tk += n--;\n\t}',
    ],
    [
      'python',
      'def f(xs):\n    n = 0\n    ⌶\n    return n\n',
      'for x in xs:\n\t\tn += x\n',
      'for x in xs:\n        n += x',
    ],
    [
      'python',
      'def f(xs):\n\tn = 0\n\t⌶\n\treturn n\n',
      'for x in xs:\n        n += x\n',
      'for x in xs:\n\t\tn += x',
    ],
  ],
};

export const REPEATS: ReportedKind = {
  kind: 'lines around the cursor are repeated',
  source: 'microsoft/vscode-copilot-release#11402',
  rows: [
    [
      'typescript',
      'function f(a, b) {\n  const p = a * b;\n  ⌶\n  return p;\n}\n',
      'return p;\n}\n',
      null,
    ],
    [
      'typescript',
      'function f(a, b) {\n  const p = a * b;\n  ret⌶\n  return p;\n}\n',
      'urn p;\n',
      null,
    ],
    [
      'typescript',
      'function f(a, b) {\n  const p = a * b;\n  return⌶\n  return p;\n}\n',
      ' p;\n}\n',
      null,
    ],
    [
      'typescript',
      'if (a) {\n  run();\n⌶\n} else {\n  halt();\n}\n',
      '} else {\n  halt();\n}',
      null,
    ],
    ['python', 'import re\nimport ⌶\nimport json\nimport csv\n', 'json\n', null],
    ['python', 'def f(xs):\n    n = sum(xs)\n    pri⌶\n    print(n)\n', 'nt(n)\n', null],
    [
      'python',
      'try:\n    run()\n⌶\nexcept OSError:\n    halt()\n',
      'except OSError:\n    halt()\n',
      null,
    ],
    ['go', 'func f() error {\n\terr := run()\n\tret⌶\n\treturn err\n}\n', 'urn err\n}\n', null],
    ['rust', 'use std::fs;\nuse ⌶\nuse std::io::Read;\n', 'std::io::Read;\n', null],
    ['html', '<ul>\n  <li>One</li>\n  ⌶\n  <li>Two</li>\n</ul>\n', '<li>Two</li>\n</ul>\n', null],
    ['json', '{\n  "a": 1,\n  ⌶\n  "b": 2\n}\n', '"b": 2\n}\n', null],
    [
      'javascript',
      'const a = [⌶\n',
      '1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1',
      null,
    ],
    [
      'javascript',
      'const a = "⌶\n',
      'a b a b a b a b a b a b a b a b a b a b a b a b a b a b',
      null,
    ],
    ['css', '.a {\n  color: red;\n  ⌶\n  margin: 0;\n}\n', 'margin: 0;\n}\n', null],
  ],
};
