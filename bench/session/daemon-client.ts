import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import {
  ConfigurationRequest,
  DidChangeConfigurationNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  RegistrationRequest,
  ShutdownRequest,
  UnregistrationRequest,
  WorkDoneProgressCreateRequest,
  createProtocolConnection,
  type InitializeParams,
  type ProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import type { InitializationOptions } from '../../shared/protocol.ts';

export interface DaemonCommand {
  /** The Node that runs it: Node-API 10 or newer. */
  readonly node: string;
  /** The program and its arguments; it speaks LSP on stdin and stdout. */
  readonly args: readonly string[];
  readonly folder: string;
  /** What the editor's settings say in the section `shortstop`. */
  readonly settings: unknown;
  readonly initializationOptions: InitializationOptions;
  readonly onLog: (line: string) => void;
}

/** A daemon in a process of its own, and an editor's connection to it. */
export interface RunningDaemon {
  readonly connection: ProtocolConnection;
  /** Rejects with the end of what it wrote to stderr if the process ends before `stop`. */
  readonly gone: Promise<never>;
  /** Shuts the daemon down as an editor does; kills it after 10 s. */
  stop(): Promise<void>;
}

/** Starts a daemon and does the handshake. @throws {Error} where it ends before it has answered */
export async function startDaemon(command: DaemonCommand): Promise<RunningDaemon> {
  const child = spawn(command.node, command.args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const connection = createProtocolConnection(child.stdout, child.stdin);
  answerTheDaemon(connection, command);
  connection.listen();
  let stopping = false;
  const gone = ending(child, () => stopping);
  await Promise.race([connection.sendRequest(InitializeRequest.type, handshake(command)), gone]);
  await connection.sendNotification(InitializedNotification.type, {});
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  return {
    connection,
    gone,
    async stop() {
      stopping = true;
      const exit = once(child, 'exit');
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      await exit;
      clearTimeout(force);
      connection.dispose();
    },
  };
}

function answerTheDaemon(connection: ProtocolConnection, command: DaemonCommand): void {
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map((item) => (item.section === 'shortstop' ? command.settings : null)),
  );
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.onRequest(UnregistrationRequest.type, () => undefined);
  connection.onRequest(WorkDoneProgressCreateRequest.type, () => undefined);
  connection.onNotification(LogMessageNotification.type, ({ message }) => command.onLog(message));
}

/** Required by the protocol's types, and replaced by `workspaceFolders`. */
const NO_ROOT = { rootUri: null };

function handshake({ folder, initializationOptions }: DaemonCommand): InitializeParams {
  return {
    processId: process.pid,
    ...NO_ROOT,
    clientInfo: { name: 'shortstop simulated user' },
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'samples' }],
    initializationOptions,
    capabilities: {
      general: { positionEncodings: ['utf-16'] },
      workspace: {
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
      },
      textDocument: {
        synchronization: { willSave: true, didSave: true },
        inlineCompletion: {},
      },
    },
  };
}

async function ending(child: ChildProcess, expected: () => boolean): Promise<never> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (!expected()) reject(new Error(`the daemon ended (exit ${String(code)}):\n${stderr}`));
    });
  });
}
