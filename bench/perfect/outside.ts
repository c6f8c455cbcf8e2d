import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InlineCompletionRequest,
  InlineCompletionTriggerKind,
  type InlineCompletionItem,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { StatusNotification } from '../../shared/protocol.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { startDaemon, type RunningDaemon } from '../session/daemon-client.ts';
import { extensionOf } from './files.ts';
import type { Offer } from './judge.ts';
import { PerfectEngine } from './perfect-engine.ts';
import type { Span } from './spans.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.cjs');

/** The built daemon, spoken to as an editor does, and a perfect engine behind it. */
export class Outside {
  readonly #engine: PerfectEngine;
  readonly #daemon: RunningDaemon;
  readonly #state: string;
  #documents = 0;

  private constructor(engine: PerfectEngine, daemon: RunningDaemon, state: string) {
    this.#engine = engine;
    this.#daemon = daemon;
    this.#state = state;
  }

  /** @throws Error where there is no build, or the daemon does not come up */
  static async start(): Promise<Outside> {
    if (!existsSync(BUNDLE)) throw new Error('no built daemon: run `npm run build` first');
    const { model } = DEFAULT_SETTINGS;
    const engine = await PerfectEngine.start(model);
    const state = await mkdtemp(join(tmpdir(), 'shortstop-perfect-'));
    const place = ['--state', state, '--url', engine.url, '--model', model];
    const daemon = await startDaemon({
      node: process.execPath,
      args: [BUNDLE, 'serve', '--stdio', ...place],
      folder: ROOT,
      settings: { debounce: 0, controlRate: 0, withheldRate: 0 },
      initializationOptions: { simulatedUser: true },
      onLog: () => undefined,
    });
    const ready = new Promise<void>((resolve) => {
      daemon.connection.onNotification(StatusNotification.type, ({ state: now }) => {
        if (now === 'ready') resolve();
      });
    });
    await Promise.race([ready, daemon.gone]);
    return new Outside(engine, daemon, state);
  }

  /** Opens the span's document, asks behind the cursor, and closes it again. */
  async serve(span: Span, crlf: boolean): Promise<Offer | null> {
    const { connection, gone } = this.#daemon;
    const lineBreaks = (text: string) => (crlf ? text.replaceAll('\n', '\r\n') : text);
    const before = lineBreaks(span.before);
    const file = `perfect/${this.#documents++}${extensionOf(span.language)}`;
    const uri = crlf ? `file:///c%3A/${file}` : `file:///${file}`;
    const document = TextDocument.create(uri, span.language, 1, before + lineBreaks(span.after));
    const { languageId, version } = document;
    this.#engine.tokens = span.tokens;
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version, text: document.getText() },
    });
    const asked = connection.sendRequest(InlineCompletionRequest.type, {
      textDocument: { uri },
      position: document.positionAt(before.length),
      context: { triggerKind: InlineCompletionTriggerKind.Invoked },
    });
    const answer = await Promise.race([asked, gone]);
    await connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri },
    });
    const item = Array.isArray(answer) ? answer[0] : answer?.items[0];
    return item ? offerOf(item, document, before.length) : null;
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await this.#engine.stop();
    await rm(this.#state, { recursive: true, force: true });
  }
}

/** As an editor takes it; null for an item whose text does not begin with what it replaces before the cursor. */
function offerOf(item: InlineCompletionItem, document: TextDocument, cursor: number): Offer | null {
  const { insertText, range } = item;
  if (typeof insertText !== 'string') throw new Error('an item that is a snippet');
  const start = range ? document.offsetAt(range.start) : cursor;
  const end = range ? document.offsetAt(range.end) : cursor;
  const typed = document.getText().slice(start, cursor);
  if (!insertText.startsWith(typed)) return null;
  return { text: insertText.slice(typed.length), replaceAfter: end - cursor };
}
