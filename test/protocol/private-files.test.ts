import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SimulatedEditor } from '../../bench/session/editor.ts';
import { AskRequest } from '../../shared/protocol.ts';
import { answering, until } from '../support/answers.ts';
import { connectDaemon, MODES, type ConnectedDaemon } from '../support/daemon.ts';
import { FakeOllama } from '../support/fake-ollama.ts';

const SETTINGS = { controlRate: 0, withheldRate: 0, debounce: 0 };
const CURSOR = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

for (const mode of MODES) {
  describe(`private files, ${mode}`, () => {
    let folder: string;
    let fake: FakeOllama;
    let daemon: ConnectedDaemon;
    const file = (path: string) => pathToFileURL(join(folder, path)).href;
    const path = (name: string) => pathToFileURL(join(folder, name)).pathname;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'shortstop-private-'));
      for (const each of ['.git/info', '.ssh', 'src']) {
        mkdirSync(join(folder, each), { recursive: true });
      }
      writeFileSync(join(folder, '.gitignore'), 'local/\n');
      writeFileSync(join(folder, '.env'), '');
      symlinkSync(join(folder, '.env'), join(folder, 'link.txt'));
      symlinkSync(join(folder, 'gone/id_rsa'), join(folder, 'dangling.txt'));
      symlinkSync(join(folder, '.ssh'), join(folder, 'keys'));
      fake = await FakeOllama.start({ answer: () => answering('value', ';\n') });
      daemon = await connectDaemon(mode, { url: fake.url, settings: SETTINGS });
      await until(() => daemon.statuses.at(-1)?.state === 'ready', 'the daemon is ready');
    });
    after(async () => {
      await daemon.stop();
      await fake.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Whether the text of a document with this address reaches the engine, by a key or a question. */
    async function isSent(uri: string): Promise<boolean> {
      const marker = `marker_${Math.random().toString(36).slice(2)}`;
      const { connection } = daemon;
      const editor = await SimulatedEditor.open(connection, uri, 'python', `a = "${marker}"\n`);
      await editor.replace(editor.text.length, editor.text.length, 'x = ');
      await editor.ask();
      const question = { question: '?', range: CURSOR, partialResultToken: marker };
      await connection
        .sendRequest(AskRequest.type, { ...question, textDocument: { uri } })
        .catch(() => undefined);
      return fake.requests.some(({ body }) => JSON.stringify(body).includes(marker));
    }

    test('an ordinary file is sent', async () => {
      for (const name of ['src/a.py', 'src/secretary.py', 'src/env.py']) {
        assert.ok(await isSent(file(name)), name);
      }
      assert.ok(await isSent('untitled:Untitled-1'));
      assert.ok(await isSent(`vscode-notebook-cell:${path('src/n.ipynb')}#W0sZmlsZQ%3D%3D`));
      assert.ok(await isSent('vscode-vfs://github/o/r/src/a.py'));
    });

    test('a file that is private by its name is not, in any case of letters', async () => {
      for (const name of ['.env', '.ENVRC', 'Prod.env', '.kube/config', 'main.tfvars', '.git/x']) {
        assert.equal(await isSent(file(name)), false, name);
      }
    });

    test('a file that is private by where a link leads is not', async () => {
      for (const name of ['link.txt', 'dangling.txt', 'keys/config']) {
        assert.equal(await isSent(file(name)), false, name);
      }
    });

    test('a private file is not by any scheme, nor an address that can’t be read', async () => {
      for (const uri of [
        `untitled:${path('.env')}`,
        'untitled:secrets.yaml',
        'vscode-vfs://github/o/r/.env',
        'vscode-remote://ssh-remote%2Bhost/home/me/.netrc',
        'file://server/share/id_rsa',
        'file:///c%3A/Users/me/.aws/credentials',
        'file:///C:/Users/me/.ENV',
        'file:///c%3A%5CUsers%5Cme%5C.pgpass',
        `vscode-notebook-cell:${path('secrets.ipynb')}#W0sZmlsZQ%3D%3D`,
        `vscode-notebook-cell://${path('secrets.ipynb')}#ch0000001`,
        `vscode-notebook-cell://wsl%2BUbuntu${path('keys/n.ipynb')}#X10sdnNjb2RlLXJlbW90ZQ`,
        `vscode-notebook-cell:${path('local/n.ipynb')}#W0sZmlsZQ%3D%3D`,
        'src/a.py',
        'file:///w/%zz/a.py',
      ]) {
        assert.equal(await isSent(uri), false, uri);
      }
    });
  });
}
