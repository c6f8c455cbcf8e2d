import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionReport } from '../../shared/protocol.ts';
import { formatDuration } from '../../shared/figures.ts';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { languageOf } from '../language-of.ts';
import { UsageError } from '../usage-error.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  file: { type: 'string' },
  line: { type: 'string' },
  character: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const completeCommand: Command = {
  usage: 'complete --file F --line L --character C [--json]',
  summary: 'one completion at a position, 0-based and in UTF-16 units as in LSP',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const { file } = values;
    if (file === undefined) throw new UsageError('--file is missing');
    const text = await readFile(file, 'utf8');
    const offset = offsetOf(text, wholeNumber(values, 'line'), wholeNumber(values, 'character'));
    const daemon = new Daemon(await daemonOptions(values));
    try {
      const { report, problem } = await complete(daemon, resolve(file), text, offset);
      if (!report) {
        process.stderr.write(`shortstop complete: ${problem}\n`);
        return 1;
      }
      process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
      return 0;
    } finally {
      await daemon.dispose();
    }
  },
};

async function complete(
  daemon: Daemon,
  file: string,
  text: string,
  offset: number,
): Promise<{ report: CompletionReport | null; problem: string }> {
  const uri = pathToFileURL(file).href;
  const window = daemon.openWindow();
  const { settings } = window;
  const verdict = daemon.privateFiles.verdict(uri, settings.files);
  if (verdict !== 'open') {
    return { report: null, problem: `this file is not read: ${verdict} (shortstop.files)` };
  }
  const reported = new Promise<CompletionReport>((done) => window.onReport(done));
  const failed = new Promise<null>((done) => {
    window.onStatus(({ state }) => {
      if (state === 'error') done(null);
    });
  });
  window.episodes.opened({ uri, text });
  const answered = window
    .complete(
      {
        uri,
        languageId: languageOf(file),
        text,
        offset,
        workspace: null,
        ahead: '',
        trigger: 'invoked',
        typing: false,
        settings,
        file: verdict,
        isCurrent: () => true,
        textNow: () => text,
      },
      new AbortController().signal,
    )
    .then(() => new Promise<never>(() => undefined));
  const report = await Promise.race([reported, failed, answered]);
  return { report, problem: window.status.problem ?? 'the engine gave no answer' };
}

function asText(report: CompletionReport): string {
  const { served, reason, tokensAtStop, tokens, stopMs, contextKind, control } = report;
  const tail = control ? `, control run: ${tokens} tokens in all` : '';
  return `${served}\n-- ${reason} · ${contextKind} · ${tokensAtStop} tokens · ${formatDuration(stopMs)}${tail}\n`;
}

function wholeNumber(
  values: Readonly<Record<string, string | boolean | undefined>>,
  name: 'line' | 'character',
): number {
  const value = values[name];
  if (typeof value !== 'string' || !/^\d+$/.test(value)) {
    throw new UsageError(`--${name} wants a whole number, 0 or more`);
  }
  return Number(value);
}

/** @throws UsageError where the text has no such position */
function offsetOf(text: string, line: number, character: number): number {
  const document = TextDocument.create('file:///', 'plaintext', 1, text);
  const offset = document.offsetAt({ line, character });
  const found = document.positionAt(offset);
  if (found.line !== line || found.character !== character) {
    throw new UsageError(`the file has no position ${line}:${character} (line:character, from 0)`);
  }
  return offset;
}
