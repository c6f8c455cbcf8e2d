import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getOllamaModel } from '../../scripts/model.mjs';
import { startOllama } from '../../scripts/ollama.mjs';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';
import { Editor, type EditorOptions } from './editor.ts';

/** A window, and the real engine behind a proxy that counts. */
export interface Desk {
  readonly editor: Editor;
  readonly engine: CountingProxy;
  /** Runs a step of a test; where it fails, window and logs are kept in `.shortstop/e2e`. */
  step(name: string, body: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function openDesk({ files, settings }: EditorOptions): Promise<Desk> {
  const ollama = await startOllama();
  const engine = await startCountingProxy(ollama.url);
  const stopEngine = async () => {
    await engine.close();
    await ollama.stop();
  };
  try {
    await getOllamaModel(DEFAULT_SETTINGS.model, { url: ollama.url });
    const editor = await Editor.open({
      files,
      settings: { 'shortstop.engine.url': engine.url, ...settings },
    });
    return {
      editor,
      engine,
      step: (name, body) => keepingEvidence(editor, name, body),
      close: async () => {
        await editor.close();
        await stopEngine();
      },
    };
  } catch (error) {
    await stopEngine();
    throw error;
  }
}

async function keepingEvidence(
  editor: Editor,
  name: string,
  body: () => Promise<void>,
): Promise<void> {
  try {
    await body();
  } catch (error) {
    const folder = join(import.meta.dirname, '../../.shortstop/e2e', name);
    await mkdir(folder, { recursive: true });
    await editor.page.screenshot({ path: join(folder, 'window.png') });
    await editor.keepState(join(folder, 'state'));
    throw new Error(`the window as it was is in ${folder}`, { cause: error });
  }
}
