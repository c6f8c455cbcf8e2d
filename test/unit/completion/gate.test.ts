import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { closedGate, type GateQuestion } from '../../../server/completion/gate.ts';
import { PrivateFiles } from '../../../server/completion/private-files.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';

const open: GateQuestion = {
  settings: DEFAULT_SETTINGS,
  text: 'const a = ;\n',
  offset: 10,
  asked: false,
  pausedUntil: 0,
  now: 1000,
  file: 'open',
};

describe('the gate', () => {
  test('lets a plain request through', () => assert.equal(closedGate(open), null));

  test('closes when switched off or paused, but not to a command', () => {
    const off = { ...open, settings: { ...DEFAULT_SETTINGS, enable: false } };
    assert.equal(closedGate(off), 'off');
    assert.equal(closedGate({ ...off, asked: true }), null);
    assert.equal(closedGate({ ...open, pausedUntil: 2000 }), 'paused');
    assert.equal(closedGate({ ...open, pausedUntil: 2000, asked: true }), null);
  });

  test('closes inside a word while typing', () => {
    const inside = { ...open, text: 'const value = 1', offset: 8 };
    assert.equal(closedGate(inside), 'inside-word');
    assert.equal(closedGate({ ...inside, asked: true }), null);
    assert.equal(closedGate({ ...inside, offset: 11 }), null);
  });

  test('closes to binary files and private files even when asked', () => {
    assert.equal(closedGate({ ...open, text: 'a\0b', asked: true }), 'binary');
    assert.equal(closedGate({ ...open, file: 'never-read', asked: true }), 'never-read');
  });

  test('lets a file of 5 MB through', () => {
    const text = `${'x = 1;\n'.repeat(750_000)}y = `;
    assert.equal(closedGate({ ...open, text, offset: text.length }), null);
  });
});

describe('private files', () => {
  let root: string;
  const { files } = DEFAULT_SETTINGS;
  const verdict = (path: string, respectGitignore = true) =>
    new PrivateFiles(Date.now).verdict(pathToFileURL(join(root, path)).href, {
      ...files,
      respectGitignore,
    });

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'shortstop-gate-'));
    mkdirSync(join(root, '.git/info'), { recursive: true });
    mkdirSync(join(root, 'sub/deep'), { recursive: true });
    writeFileSync(join(root, '.git/info/exclude'), 'scratch.ts\n');
    writeFileSync(join(root, '.gitignore'), 'dist/\n*.gen.ts\n/local.ts\n');
    writeFileSync(join(root, 'sub/.gitignore'), '!keep.gen.ts\n');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  test('are those with keys, passwords and environments in them', () => {
    for (const path of [
      '.env',
      'sub/.env.local',
      'certs/server.pem',
      'id_rsa',
      '.aws/credentials',
    ]) {
      assert.equal(verdict(path), 'never-read', path);
    }
    assert.equal(verdict('environment.ts'), 'open');
    assert.equal(verdict('src/tokens.ts'), 'open');
  });

  test('are those that git ignores, by all its files', () => {
    for (const path of ['dist/a.ts', 'sub/dist/a.ts', 'a.gen.ts', 'local.ts', 'scratch.ts']) {
      assert.equal(verdict(path), 'git-ignored', path);
    }
    for (const path of ['a.ts', 'sub/local.ts', 'sub/keep.gen.ts']) {
      assert.equal(verdict(path), 'open', path);
    }
    assert.equal(verdict('a.gen.ts', false), 'open');
  });

  test('also in notebooks; what has no path is open', () => {
    const privateFiles = new PrivateFiles(Date.now);
    const cell = pathToFileURL(join(root, 'dist/n.ipynb')).href.replace(
      'file://',
      'vscode-notebook-cell://',
    );
    assert.equal(privateFiles.verdict(`${cell}#W0sZmlsZQ`, files), 'git-ignored');
    assert.equal(privateFiles.verdict('untitled:Untitled-1', files), 'open');
  });
});
