import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathsOf } from '../../../server/completion/document-paths.ts';

const SAME_FILE = [
  'file:///w/my%20app/.env',
  'FILE:///w/my app/.env',
  'file:/w/my%20app/%2Eenv',
  'file://server/w/my%20app/.env',
  'file:///w/my%20app/src/..%2F.env',
  'file:///c%3A/w/my%20app/.env',
  'file:///C:/w/my%20app/.env',
  'file:///c%3A%5Cw%5Cmy%20app%5C.env',
  'untitled:/w/my%20app/.env',
  'untitled:c:\\w\\my app\\.env',
  'vscode-vfs://github/w/my%20app/.env',
  'vscode-remote://ssh-remote%2Bhost/w/my%2520app/.env',
  'vscode-notebook-cell:/w/my%20app/.env#W0sZmlsZQ%3D%3D',
  'vscode-notebook-cell:///w/my%20app/.env#ch0000001',
  'vscode-notebook-cell://wsl%2BUbuntu/w/my%20app/.env?jupyter-notebook#X10sdnNjb2RlLXJlbW90ZQ',
  'vscode-notebook-cell:/c%3A/w/my%20app/.env#W2sZmlsZQ',
  'git:/w/other.ts?%7B%22path%22%3A%22/w/my app/.env%22%2C%22ref%22%3A%22~%22%7D',
  'jar:file:///w/my%20app/.env',
];

for (const uri of SAME_FILE) {
  test(`${uri} is known by its path`, () => {
    const names = pathsOf(uri)?.names ?? [];
    assert.ok(
      names.some((name) => /^(w\/my app\/)?\.env$/.test(name)),
      names.join(' | '),
    );
  });
}

test('an address that can’t be read has no paths', () => {
  for (const uri of [
    '',
    '/w/a.ts',
    'a.ts',
    ':///w/a.ts',
    'file:///w/%zz/a.ts',
    'file:///w/%E0%A4%A.ts',
    'file:///w/a%00.ts',
    'file:///w/a.ts\n',
    'file://',
    'untitled:',
  ]) {
    assert.equal(pathsOf(uri), null, JSON.stringify(uri));
  }
});

test('what Windows leaves out of a name is left out', () => {
  for (const name of ['.env.', '.env%20', '.env::$DATA', '.env:stream', '.env. .']) {
    const names = pathsOf(`file:///c%3A/w/${name}`)?.names ?? [];
    assert.ok(
      names.some((each) => each === 'w/.env' || each.startsWith('w/.env/')),
      `${name}: ${names.join(' | ')}`,
    );
  }
});

test('letters that only look composed otherwise are the same', () => {
  const names = pathsOf(`file:///w/${encodeURIComponent('Schlu\u0308ssel.txt')}`)?.names ?? [];
  assert.ok(names.includes('w/Schlüssel.txt'));
});
