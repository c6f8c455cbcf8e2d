import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createConnection, ProposedFeatures, type Connection } from 'vscode-languageserver/node';
import {
  ConfigurationRequest,
  DidChangeConfigurationNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  ShutdownRequest,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type InitializeResult,
  type ProtocolConnection,
  type WorkspaceFolder,
} from 'vscode-languageserver-protocol/node';
import { Daemon, type DaemonOptions } from '../../server/daemon.ts';
import { connectionSink } from '../../server/window/connection-sink.ts';
import { Session } from '../../server/window/session.ts';
import {
  ReportNotification,
  StatusNotification,
  type CompletionReport,
  type InitializationOptions,
  type StatusParams,
} from '../../shared/protocol.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.cjs');

/** Required by the protocol's types, and replaced by `workspaceFolders`. */
const NO_ROOT = { rootUri: null };

/** `in-band`: in this process over two streams; `spawned`: the built daemon over stdio. */
export type Mode = 'in-band' | 'spawned';

/** The spawned daemon needs a build. */
export const MODES: readonly Mode[] = existsSync(BUNDLE) ? ['in-band', 'spawned'] : ['in-band'];

export interface ConnectOptions {
  readonly url: string;
  readonly settings?: Record<string, unknown>;
  readonly stateDir?: string;
  readonly initialization?: InitializationOptions;
  readonly workspaceFolders?: readonly WorkspaceFolder[];
  /** Spawned only: added to the process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** In-band only: what the process's composition root would give. */
  readonly daemon?: Pick<DaemonOptions, 'model' | 'rule' | 'weightsFor' | 'withoutReuse' | 'power'>;
}

/** A daemon as an editor sees it. */
export interface ConnectedDaemon {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly stateDir: string;
  readonly statuses: StatusParams[];
  readonly reports: CompletionReport[];
  readonly log: string[];
  /** Changes the editor's settings in the section `shortstop` and says so. */
  configure(settings: Record<string, unknown>): Promise<void>;
  /** Shuts down in good order; the state folder stays where it was given, else it is removed. */
  stop(): Promise<void>;
  /** As a crash would: no shutdown, no goodbye. Spawned only. */
  kill(): Promise<void>;
  /** Closes its standard input, or sends a signal, and waits for its end. Spawned only. */
  end(how: 'stdin' | NodeJS.Signals): Promise<void>;
}

interface Transport {
  readonly connection: ProtocolConnection;
  end(): Promise<void>;
  endBy(how: 'stdin' | NodeJS.Signals): Promise<void>;
}

export async function connectDaemon(mode: Mode, options: ConnectOptions): Promise<ConnectedDaemon> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'shortstop-daemon-'));
  const transport =
    mode === 'in-band' ? inBand(stateDir, options.daemon) : spawned(stateDir, options.env);
  return connectOver(transport, mode, stateDir, options);
}

/** One more editor window at a daemon of this process; stopping it leaves the daemon. */
export function connectWindow(
  daemon: Daemon,
  options: ConnectOptions & { readonly stateDir: string },
): Promise<ConnectedDaemon> {
  return connectOver(
    streams((server) => new Session(server, daemon)),
    'in-band',
    options.stateDir,
    options,
  );
}

async function connectOver(
  transport: Transport,
  mode: Mode,
  stateDir: string,
  options: ConnectOptions,
): Promise<ConnectedDaemon> {
  const { connection } = transport;
  let settings: Record<string, unknown> = { ...options.settings, engine: { url: options.url } };
  const statuses: StatusParams[] = [];
  const reports: CompletionReport[] = [];
  const log: string[] = [];
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section }) => (section === 'shortstop' ? settings : null)),
  );
  connection.onNotification(LogMessageNotification.type, ({ message }) => void log.push(message));
  connection.onNotification(StatusNotification.type, (status) => void statuses.push(status));
  connection.onNotification(ReportNotification.type, (report) => void reports.push(report));
  connection.listen();
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    // In-band the daemon would watch this very process, and keep it alive by that.
    processId: mode === 'in-band' ? null : process.pid,
    ...NO_ROOT,
    workspaceFolders: options.workspaceFolders ? [...options.workspaceFolders] : null,
    initializationOptions: { clientId: 'vscode', reports: true, ...options.initialization },
    capabilities: { workspace: { configuration: true } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    initialized,
    stateDir,
    statuses,
    reports,
    log,
    async configure(changed) {
      const engine = { url: options.url, ...(changed['engine'] as object | undefined) };
      settings = { ...settings, ...changed, engine };
      await connection.sendNotification(DidChangeConfigurationNotification.type, {
        settings: null,
      });
    },
    async stop() {
      await connection.sendRequest(ShutdownRequest.type);
      await transport.end();
      if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
    },
    kill: () => transport.endBy('SIGKILL'),
    end: (how) => transport.endBy(how),
  };
}

function inBand(stateDir: string, options: ConnectOptions['daemon']): Transport {
  return streams((server) => {
    const logSink = connectionSink(server);
    const daemon = new Daemon({ stateDir, engine: 'ollama', ...options, logSink });
    return new Session(server, daemon, () => daemon.dispose());
  });
}

/** A connection whose other end, in this process, is bound to the session. */
function streams(sessionOf: (server: Connection) => Session): Transport {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(toServer),
    new StreamMessageWriter(toClient),
  );
  sessionOf(server).listen();
  const connection = createProtocolConnection(toClient, toServer);
  const end = (): Promise<void> => {
    connection.dispose();
    server.dispose();
    return Promise.resolve();
  };
  return { connection, end, endBy: () => Promise.reject(new Error('in-band has no process')) };
}

function spawned(stateDir: string, env: ConnectOptions['env'] = {}): Transport {
  const child = spawn(process.execPath, [BUNDLE, 'serve', '--stdio', '--state', stateDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const exit = once(child, 'exit');
  const connection = createProtocolConnection(child.stdout, child.stdin);
  return {
    connection,
    async end() {
      await connection.sendNotification(ExitNotification.type);
      await exit;
      connection.dispose();
    },
    async endBy(how) {
      if (how === 'stdin') child.stdin.end();
      else child.kill(how);
      await exit;
      connection.dispose();
    },
  };
}
