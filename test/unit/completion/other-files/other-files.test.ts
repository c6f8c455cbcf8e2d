import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  OtherFiles,
  type OpenDocument,
} from '../../../../server/completion/other-files/other-files.ts';
import { PrivateFiles } from '../../../../server/completion/private-files.ts';
import { DEFAULT_SETTINGS } from '../../../../shared/settings.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A workspace with these files, and what stands beside its documents. */
function workspace(files: Readonly<Record<string, string>>) {
  const top = mkdtempSync(join(tmpdir(), 'shortstop-other-files-'));
  folders.push(top);
  const root = join(top, 'root');
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  const uri = (path: string) => pathToFileURL(join(root, path)).href;
  const open: OpenDocument[] = [];
  const clock = { now: 1_000_000 };
  const privateFiles = new PrivateFiles(() => clock.now);
  const otherFiles = new OtherFiles({
    rootOf: () => `${pathToFileURL(root).href}/`,
    open: () => open,
    verdict: (each, settings) => privateFiles.verdict(each, settings),
    now: () => clock.now,
  });
  return {
    ...{ root, put, uri, open, clock },
    openAt: (path: string, languageId: string, text: string) =>
      open.push({ uri: uri(path), languageId, getText: () => text }),
    /** Paths and excerpts beside a document. */
    beside: async (path: string, languageId: string, text: string, chars = 1500) => {
      const document = { uri: uri(path), languageId, text };
      const block = await otherFiles.blockFor(document, DEFAULT_SETTINGS.files, chars);
      return block?.excerpts.map((each) => `${each.path}: ${each.text}`) ?? [];
    },
  };
}

const imports: readonly (readonly [
  title: string,
  languageId: string,
  path: string,
  text: string,
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
])[] = [
  [
    'Python: modules beside, above and by their whole name',
    'python',
    'pkg/sub/here.py',
    'from .near import near_by\nfrom ..far import Far as F\nfrom pkg.whole import (\n  whole,\n)\nimport os\n',
    {
      'pkg/sub/near.py': 'def near_by(a): pass\ndef other(): pass\n',
      'pkg/far.py': 'class Far: pass\n',
      'pkg/whole.py': 'def whole(): pass\n',
    },
    [
      'pkg/far.py: class Far:',
      'pkg/sub/near.py: def near_by(a): ...',
      'pkg/whole.py: def whole(): ...',
    ],
  ],
  [
    'Python: a name that a package hands on is shown where it is defined',
    'python',
    'here.py',
    'from pkg import handed\n',
    { 'pkg/__init__.py': 'from .inner import handed\n', 'pkg/inner.py': 'def handed(): pass\n' },
    ['pkg/inner.py: def handed(): ...'],
  ],
  [
    'TypeScript: relative paths, with the endings that a compiler finds',
    'typescript',
    'src/here.ts',
    "import { a, type T } from './a.js';\nimport { b } from '../lib';\nimport zod from 'zod';\n",
    {
      'src/a.ts':
        'export function a(): void {}\nexport type T = string;\nexport type Unused = 1;\n',
      'lib/index.ts': 'export const b = 1;\n',
    },
    [
      'lib/index.ts: export const b = 1',
      'src/a.ts: export function a(): void;\nexport type T = string',
    ],
  ],
  [
    'Go: its own package without an import, and packages of its module',
    'go',
    'cmd/here.go',
    'package cmd\nimport "example.com/m/lib"\nfunc run() { lib.Serve(); helper() }\n',
    {
      'go.mod': 'module example.com/m\n',
      'lib/lib.go': 'package lib\nfunc Serve() {}\nfunc Unused() {}\n',
      'cmd/helper.go': 'package cmd\nfunc helper() {}\n',
      'cmd/helper_test.go': 'package cmd\nfunc run() {}\n',
    },
    ['cmd/helper.go: func helper()', 'lib/lib.go: func Serve()'],
  ],
  [
    'Rust: paths of the crate, of the module above and of modules that it has',
    'rust',
    'src/a/here.rs',
    'use crate::geo::{Point, draw::Pen};\nuse super::side::Side as S;\n',
    {
      'Cargo.toml': '[package]\n',
      'src/geo/mod.rs': 'pub struct Point;\n',
      'src/geo/draw.rs': 'pub struct Pen;\n',
      'src/a/side.rs': 'pub enum Side { L }\n',
    },
    [
      'src/a/side.rs: pub enum Side { L }',
      'src/geo/draw.rs: pub struct Pen',
      'src/geo/mod.rs: pub struct Point',
    ],
  ],
  [
    'Java: classes of the same source folder, and of its own package',
    'java',
    'src/p/Here.java',
    'package p;\nimport q.Box;\nclass Here { Near near; }\n',
    { 'src/q/Box.java': 'public class Box { }\n', 'src/p/Near.java': 'class Near { }\n' },
    ['src/p/Near.java: class Near {\n}', 'src/q/Box.java: public class Box {\n}'],
  ],
];

for (const [title, languageId, path, text, files, expected] of imports) {
  test(title, async () => {
    const { beside } = workspace({ ...files, [path]: text });
    assert.deepEqual(await beside(path, languageId, text), expected);
  });
}

test('never of a file that is private or ignored, lies outside, or seems to hold a key', async () => {
  const { root, put, beside, openAt } = workspace({
    '.git/config': '',
    '.gitignore': 'ignored/\n',
    'ignored/made.py': 'def marker_ignored(): pass\n',
    'secrets.py': 'def marker_private(): pass\n',
    'keyed.py': 'def marker_keyed(): pass\nAPI_KEY = "0123456789abcdef0123"\n',
    'plain.py': 'def plain(): pass\n',
  });
  put('../outside.py', 'def marker_outside(): pass\n');
  symlinkSync(join(root, '../outside.py'), join(root, 'link.py'));
  symlinkSync(join(root, 'secrets.py'), join(root, 'renamed.py'));
  openAt('ignored/made.py', 'python', 'def marker_ignored(): pass\n');
  openAt('../outside.py', 'python', 'def marker_outside(): pass\n');
  openAt('link.py', 'python', 'def marker_outside(): pass\n');
  const text = [
    'from ignored.made import marker_ignored',
    'from secrets import marker_private',
    'from renamed import marker_private',
    'from link import marker_outside',
    'from ..outside import marker_outside',
    'from keyed import marker_keyed',
    'from plain import plain',
  ].join('\n');
  assert.deepEqual(await beside('here.py', 'python', text), ['plain.py: def plain(): ...']);
});

test('an open document counts as it stands in the editor, imported or not, behind files that are not open', async () => {
  const { beside, openAt } = workspace({
    'a.py': 'def a(): pass\n',
    'z.py': 'def z(): pass\n',
  });
  openAt('a.py', 'python', 'def a(unsaved): pass\n');
  openAt('b.py', 'python', 'def b(): pass\n');
  const text = 'from a import a\nfrom z import z\nb()\n';
  assert.deepEqual(await beside('here.py', 'python', text), [
    'z.py: def z(): ...',
    'a.py: def a(unsaved): ...',
    'b.py: def b(): ...',
  ]);
});

test('what was chosen stays for a minute of typing, and is chosen again then', async () => {
  const { beside, put, clock } = workspace({ 'a.py': 'def a(): pass\n' });
  const before = await beside('here.py', 'python', 'from a import a\n');
  put('a.py', 'def a(changed): pass\n');
  assert.deepEqual(await beside('here.py', 'python', 'from a import a\nx = a(\n'), before);
  clock.now += 60_000;
  assert.deepEqual(await beside('here.py', 'python', 'from a import a\n'), [
    'a.py: def a(changed): ...',
  ]);
});

test('a file that becomes private is out of the next prompt', async () => {
  const { beside, put, clock } = workspace({ '.git/config': '', 'a.py': 'def a(): pass\n' });
  assert.equal((await beside('here.py', 'python', 'from a import a\n')).length, 1);
  put('.gitignore', 'a.py\n');
  clock.now += 5000;
  assert.deepEqual(await beside('here.py', 'python', 'from a import a\n'), []);
});

test('imported names come first where there is not room for all', async () => {
  const { beside } = workspace({
    'a.py': 'def named_in_the_text(): pass\ndef imported(): pass\n',
  });
  const text = 'from a import imported\nnamed_in_the_text()\n';
  assert.deepEqual(await beside('here.py', 'python', text, 35), ['a.py: def imported(): ...']);
});

test('nothing stands beside a document of another language, or outside of a workspace', async () => {
  const { beside } = workspace({ 'a.py': 'def a(): pass\n' });
  assert.deepEqual(await beside('here.rb', 'ruby', 'require "a"\n'), []);
  assert.deepEqual(await beside('../here.py', 'python', 'from root.a import a\n'), []);
});
