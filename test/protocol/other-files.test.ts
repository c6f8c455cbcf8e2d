import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { WhyRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0, context: { otherFiles: 'on' } };
const FILES = {
  '.git/config': '',
  '.gitignore': 'generated/\n*.local.py\n',
  'src/shown.py': 'def marker_shown(path: str) -> bytes:\n    return marker_body\n',
  'generated/made.py': 'def marker_ignored_folder(): pass\n',
  'src/mine.local.py': 'def marker_ignored_file(): pass\n',
  'src/secrets.py': 'def marker_private(): pass\n',
  '.ssh/keys.py': 'def marker_private_folder(): pass\n',
  '../outside/out.py': 'def marker_outside(): pass\n',
};
const DOCUMENT = [
  'from src.shown import marker_shown',
  'from generated.made import marker_ignored_folder',
  'from src.secrets import marker_private',
  'from src.linked import marker_outside',
  'from ..outside.out import marker_outside',
  'marker_ignored_file()',
  'from .ssh.keys import marker_private_folder',
  '',
].join('\n');
const HIDDEN = ['ignored_folder', 'ignored_file', 'private', 'private_folder', 'outside', 'body'];

for (const mode of MODES) {
  describe(`definitions of other files, ${mode}`, () => {
    let top: string;
    let fake: FakeOllama;
    let daemon: ConnectedDaemon;
    const uri = (path: string) => pathToFileURL(join(top, 'root', path)).href;

    before(async () => {
      top = mkdtempSync(join(tmpdir(), 'shortstop-other-files-'));
      for (const [path, text] of Object.entries(FILES)) {
        const file = join(top, 'root', path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      symlinkSync(join(top, 'outside/out.py'), join(top, 'root/src/linked.py'));
      fake = await FakeOllama.start({ answer: () => answering('value', ';\n') });
      daemon = await connectDaemon(mode, {
        url: fake.url,
        settings: SETTINGS,
        workspaceFolders: [{ uri: uri(''), name: 'root' }],
      });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    });
    after(async () => {
      await daemon.stop();
      await fake.stop();
      rmSync(top, { recursive: true, force: true });
    });

    const sent = () => fake.requests.map(({ body }) => JSON.stringify(body));
    const timesSent = (marker: string) =>
      sent().reduce((sum, text) => sum + text.split(`def ${marker}(`).length - 1, 0);

    test('signatures of imported files reach the engine, and nothing of private, ignored or outer ones', async () => {
      const { connection } = daemon;
      for (const path of ['src/mine.local.py', 'src/secrets.py', '../outside/out.py'] as const) {
        await SimulatedEditor.open(connection, uri(path), 'python', FILES[path]);
      }
      const editor = await SimulatedEditor.open(connection, uri('main.py'), 'python', DOCUMENT);
      await editor.replace(editor.text.length, editor.text.length, 'x = ');
      await editor.ask();
      assert.equal(timesSent('marker_shown'), 1);
      assert.ok(sent().some((text) => text.includes('<|file_sep|>src/shown.py')));
      for (const name of HIDDEN) {
        assert.equal(timesSent(`marker_${name}`), 0, name);
        assert.ok(!sent().some((text) => text.includes(`${name}(): `)), name);
      }
      assert.ok(!sent().some((text) => text.includes('marker_body')));
    });

    test('such a request is certified by nothing, and says why', async () => {
      const said = await daemon.connection.sendRequest(WhyRequest.type);
      assert.match(
        JSON.stringify(said),
        /not certified: definitions of other files are in the prompt/,
      );
    });

    test('switched off, the prompt is that of the document alone', async () => {
      await daemon.configure({ ...SETTINGS, context: { otherFiles: 'off' } });
      const before = fake.requests.length;
      const editor = await SimulatedEditor.open(
        daemon.connection,
        uri('again.py'),
        'python',
        DOCUMENT,
      );
      await editor.replace(editor.text.length, editor.text.length, 'y = ');
      await editor.ask();
      const since = sent().slice(before);
      assert.ok(since.some((text) => text.includes('y = ')));
      assert.ok(!since.some((text) => text.includes('<|file_sep|>')));
    });
  });
}
