import { fork, type ChildProcess } from 'node:child_process';
import type { Answer, Command, FromChild, ToChild } from './protocol.ts';
import { Gate } from '../gate.ts';

/** One command in the child. */
export interface Call {
  /** Null once the child is gone. */
  next(): Promise<Answer | null>;
  /** Settles with the last answer, or with the child's end, whether `next` fetches it or not. */
  readonly ended: Promise<void>;
  more(): void;
  cancel(): void;
}

/** Owns the child process: starts it when it is needed, notices its end, kills it where it hangs. */
export class EmbeddedProcess {
  readonly #script: string;
  readonly #runtime: string;
  #child: ChildProcess | null = null;
  #lastId = 0;
  readonly #mailboxes = new Map<number, Mailbox>();

  /** @param script the child's entry file @param runtime the folder of `node-llama-cpp` */
  constructor(script: string, runtime: string) {
    this.#script = script;
    this.#runtime = runtime;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  call(command: Command): Call {
    const child = this.#start();
    const id = ++this.#lastId;
    const mailbox = new Mailbox();
    this.#mailboxes.set(id, mailbox);
    const tell = (message: ToChild) => {
      if (child.connected) child.send(message, () => undefined);
    };
    tell({ id, command });
    return {
      next: () => mailbox.next(),
      ended: mailbox.ended,
      more: () => tell({ id, more: true }),
      cancel: () => tell({ id, cancel: true }),
    };
  }

  /** Ends the child; calls under way end with null, the next call starts another. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  #start(): ChildProcess {
    if (this.#child) return this.#child;
    const child = fork(this.#script, [this.#runtime], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', ({ id, answer }: FromChild) => {
      this.#mailboxes.get(id)?.put(answer);
      if (answer.kind !== 'token') this.#mailboxes.delete(id);
    });
    const gone = () => {
      if (this.#child !== child) return;
      this.#child = null;
      for (const mailbox of this.#mailboxes.values()) mailbox.put(null);
      this.#mailboxes.clear();
    };
    child.once('error', gone);
    child.once('exit', gone);
    return (this.#child = child);
  }
}

class Mailbox {
  readonly #answers: (Answer | null)[] = [];
  #waiting: ((answer: Answer | null) => void) | null = null;
  readonly #end = new Gate();
  readonly ended = this.#end.opened;

  put(answer: Answer | null): void {
    if (answer?.kind !== 'token') this.#end.open();
    if (this.#waiting) this.#waiting(answer);
    else this.#answers.push(answer);
    this.#waiting = null;
  }

  next(): Promise<Answer | null> {
    const answer = this.#answers.shift();
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((resolve) => (this.#waiting = resolve));
  }
}
