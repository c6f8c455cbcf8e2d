import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { Daemon, type DaemonOptions } from './daemon.ts';
import { nativeBinding } from './native-binding.ts';
import { connectionSink } from './window/connection-sink.ts';
import { Session } from './window/session.ts';
import { BENCHMARK_RULES } from './stopping/policy/choose-rule.ts';

/** The least Node-API that better-sqlite3 is built for; on less it crashes the process. */
const LEAST_NODE_API = 10;

/** What ending in good order may take, milliseconds. */
const LAST_WORDS_MS = 5_000;

function main(): void {
  if (Number(process.versions['napi']) < LEAST_NODE_API) {
    process.stderr.write(
      `Shortstop needs Node 22.14 or newer (Node-API ${LEAST_NODE_API}); this is ${process.version}.\n`,
    );
    process.exit(1);
  }
  const options = readOptions(process.argv.slice(2));
  // What this process writes is for its user alone.
  process.umask(0o077);
  guardStdout();
  const connection = createConnection(ProposedFeatures.all);
  const daemon = new Daemon({ ...options, logSink: connectionSink(connection) });
  // This process has one connection, and ends with it.
  new Session(connection, daemon, () => daemon.dispose()).listen();
  // However the process ends, also where the connection's library ends it: what waits is written.
  process.on('exit', () => daemon.writeAll());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      setTimeout(() => process.exit(0), LAST_WORDS_MS);
      void daemon.dispose().finally(() => process.exit(0));
    });
  }
}

/** The language client adds `--stdio`, `--node-ipc` and others of its own, which are not ours to judge. */
function readOptions(argv: string[]): DaemonOptions {
  const { values } = parseArgs({
    args: argv,
    strict: false,
    options: {
      state: { type: 'string' },
      engine: { type: 'string', default: 'ollama' },
      url: { type: 'string' },
      model: { type: 'string' },
      'without-reuse': { type: 'boolean' },
      rule: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const text = (value: string | boolean | undefined) =>
    typeof value === 'string' ? value : undefined;
  const binding = nativeBinding();
  const url = text(values.url);
  const model = text(values.model);
  const seed = text(values.seed);
  const rule = BENCHMARK_RULES.find((name) => name === values.rule);
  return {
    stateDir: text(values.state) ?? join(homedir(), '.local', 'state', 'shortstop'),
    engine: values.engine === 'embedded' ? 'embedded' : 'ollama',
    withoutReuse: values['without-reuse'] === true,
    ...(url !== undefined && { url }),
    ...(model !== undefined && { model }),
    ...(rule && { rule }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(binding !== undefined && { nativeBinding: binding }),
  };
}

/** Only protocol bytes may reach standard output: whatever prints there by mistake goes to the error stream. */
function guardStdout(): void {
  for (const method of ['log', 'info', 'debug', 'warn'] as const) {
    globalThis.console[method] = (...words: unknown[]) => {
      process.stderr.write(`${words.map(String).join(' ')}\n`);
    };
  }
}

main();
