import { EngineError } from '../engine.ts';
import { evaluate } from './evaluate.ts';
import {
  chatTokens,
  loadModel,
  promptTokens,
  readHeader,
  startLlama,
  type LoadedModel,
} from './model.ts';
import type { Answer, Command, FromChild, ToChild } from './protocol.ts';
import { loadRuntime, type Llama } from './runtime.ts';
import { Gate } from '../gate.ts';

/** The child process that runs llama.cpp: `node embedded-child.ts <folder of node-llama-cpp>`. */

interface Call {
  readonly cancelled: AbortController;
  /** Lets the call go on to its next token. */
  more: () => void;
}

const runtime = await loadRuntime(process.argv[2] ?? '');
const calls = new Map<number, Call>();
let llama: Llama | null = null;
let loaded: LoadedModel | null = null;

process.on('message', (message: ToChild) => {
  if ('command' in message) void answer(message.id, message.command);
  else if ('more' in message) calls.get(message.id)?.more();
  else {
    const call = calls.get(message.id);
    call?.cancelled.abort();
    call?.more();
  }
});
process.on('disconnect', () => process.exit());

async function answer(id: number, command: Command): Promise<void> {
  const call: Call = { cancelled: new AbortController(), more: () => undefined };
  calls.set(id, call);
  try {
    say(id, await run(id, command, call));
  } catch (error) {
    say(id, { kind: 'failed', code: error instanceof EngineError ? error.code : 'refused' });
  } finally {
    calls.delete(id);
  }
}

async function run(id: number, command: Command, call: Call): Promise<Answer> {
  if (command.kind === 'describe') {
    return { kind: 'header', header: await readHeader(runtime, command.path) };
  }
  const current = await use(command.path);
  const { model } = current;
  const prompt =
    command.kind === 'chat'
      ? chatTokens(runtime, model, command)
      : promptTokens(model, command.prompt);
  const stream = evaluate(current, prompt, command.maxTokens, call.cancelled.signal);
  for (;;) {
    const next = await stream.next();
    if (next.done) return next.value;
    const wanted = new Gate();
    call.more = wanted.open;
    say(id, next.value);
    if (!call.cancelled.signal.aborted) await wanted.opened;
  }
}

async function use(path: string): Promise<LoadedModel> {
  if (loaded?.path === path) return loaded;
  await loaded?.model.dispose();
  loaded = null;
  llama ??= await startLlama(runtime);
  return (loaded = await loadModel(llama, path));
}

function say(id: number, answer: Answer): void {
  const message: FromChild = { id, answer };
  process.send?.(message);
}
