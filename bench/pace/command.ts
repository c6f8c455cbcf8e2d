import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import { loadTraces } from '../traces.ts';
import { ReplayEngine } from './replay-engine.ts';

export const ENGINE_USAGE = 'engine --traces FILE… [--model NAME]';

/**
 * `engine`: recorded traces as an Ollama at a GPU's pace, until it is told to end. Its first line is JSON:
 * its address and the log that says what each request generated.
 */
export async function engineCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      model: { type: 'string', default: DEFAULT_SETTINGS.model },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'shortstop-pace-'));
  const log = join(folder, 'engine.log');
  const engine = await ReplayEngine.start(await loadTraces(values.traces), log, values.model);
  print(JSON.stringify({ url: engine.url, log }));
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await engine.stop();
  await rm(folder, { recursive: true });
}
