import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ollamaUrl } from '../scripts/ollama-host.mjs';
import { authorizationIn, shownUrl } from '../server/engines/http/host.ts';
import { nativeBinding } from '../server/native-binding.ts';
import type { DaemonOptions } from '../server/daemon.ts';
import { defaultStateFolder } from './state-folder.ts';
import { UsageError } from './usage-error.ts';

/** What every command takes, for `node:util`'s parseArgs. */
export const COMMON_OPTIONS = {
  state: { type: 'string' },
  engine: { type: 'string' },
  url: { type: 'string' },
  model: { type: 'string' },
} as const;

export const COMMON_USAGE = `  --state DIR      where the database and the log are (default: ${defaultStateFolder()})
  --engine NAME    ollama or embedded (default: Ollama where one answers, else embedded)
  --url URL        Ollama's address (default: OLLAMA_HOST, else http://127.0.0.1:11434)
  --model NAME     the completion model (default: qwen2.5-coder:0.5b)`;

export interface CommonValues {
  readonly state?: string | undefined;
  readonly engine?: string | undefined;
  readonly url?: string | undefined;
  readonly model?: string | undefined;
}

/** @throws UsageError for an engine of another name, or an address that is none */
export async function daemonOptions(values: CommonValues): Promise<DaemonOptions> {
  const { state, engine, url, model } = values;
  if (url !== undefined && !URL.canParse(url))
    throw new UsageError(`--url ${shownUrl(url)} is no address`);
  const address = url ?? ollamaUrl(process.env);
  const binding = nativeBinding();
  return {
    stateDir: state === undefined ? defaultStateFolder() : resolve(state),
    engine: await chooseEngine(engine, url, address),
    url: address,
    ...(model !== undefined && { model }),
    ...(binding !== undefined && { nativeBinding: binding }),
  };
}

async function chooseEngine(
  named: string | undefined,
  url: string | undefined,
  address: string,
): Promise<DaemonOptions['engine']> {
  if (named === 'ollama' || named === 'embedded') return named;
  if (named !== undefined) throw new UsageError(`--engine ${named}: ollama or embedded`);
  if (url !== undefined || !hasEmbedded() || (await answers(address))) return 'ollama';
  return 'embedded';
}

/** As `scripts/embedded.mjs` installs it. */
function hasEmbedded(): boolean {
  return existsSync(join(import.meta.dirname, '../server/engines/embedded/node_modules'));
}

async function answers(address: string): Promise<boolean> {
  try {
    const authorization = authorizationIn(address);
    const answer = await fetch(`${shownUrl(address)}/api/version`, {
      signal: AbortSignal.timeout(2000),
      ...(authorization !== undefined && { headers: { authorization } }),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
