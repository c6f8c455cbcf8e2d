import { env, Uri, window, type QuickPickItem } from 'vscode';
import type { ClientContext } from '../context.ts';
import { findOllama } from '../features/find-ollama.ts';
import { openSettings } from './open-settings.ts';

const DOWNLOAD = 'https://ollama.com/download';

type Choice = QuickPickItem & { readonly run: () => unknown };

/** Starts Ollama where it is installed; says where to get it where it is not. */
export async function startEngine(context: ClientContext): Promise<void> {
  const found = findOllama();
  const start: Choice = {
    label: '$(play) Start Ollama',
    detail: `Runs ${found ?? ''} serve in a terminal of this window`,
    run: () => runInTerminal(found ?? ''),
  };
  const download: Choice = {
    label: '$(link-external) Get Ollama',
    detail: `Opens ${DOWNLOAD}; Shortstop goes on by itself once Ollama runs`,
    run: () => env.openExternal(Uri.parse(DOWNLOAD)),
  };
  const address: Choice = {
    label: '$(settings-gear) Open Settings',
    detail: 'It runs at another address: shortstop.engine.url',
    run: () => openSettings(context, 'shortstop.engine.url'),
  };
  const choice = await window.showQuickPick(
    found === null ? [download, address] : [start, address, download],
    {
      title: 'Shortstop: Start or Get Ollama',
      placeHolder:
        found === null
          ? 'Ollama was not found on this machine'
          : 'Ollama is installed and not running',
    },
  );
  await choice?.run();
}

function runInTerminal(program: string): void {
  window.createTerminal({ name: 'Ollama', shellPath: program, shellArgs: ['serve'] }).show(true);
}
