import { EngineError } from './engine.ts';

/** Where a failure happened, for the sentence that says what to do. */
export interface Where {
  /** Its title, and its address where it has one. */
  readonly engine: string;
  readonly model?: string;
  /** The command that starts the engine. */
  readonly start?: string;
  /** The command that gets the model. */
  readonly pull?: string;
  /** The environment variable with the Authorization header. */
  readonly login?: string;
}

export const failures = {
  cancelled: (cause?: unknown) =>
    new EngineError('cancelled', 'The request was cancelled.', { cause }),
  unreachable: ({ engine, start }: Where, cause?: unknown) =>
    new EngineError(
      'unreachable',
      `Nothing answers as ${engine}; start it${inBrackets(start)} or correct shortstop.engine.url.`,
      { cause },
    ),
  notAnEngine: ({ engine }: Where) =>
    new EngineError(
      'not-an-engine',
      `What answers is not ${engine}; correct shortstop.engine.url.`,
    ),
  malformed: ({ engine }: Where, path: string, field: string) =>
    new EngineError(
      'not-an-engine',
      `${engine} answers ${path} without a usable ${field === '' ? 'object' : `field ${field}`}; update it, or correct shortstop.engine.url.`,
    ),
  tooMuch: ({ engine }: Where) =>
    new EngineError(
      'not-an-engine',
      `${engine} sent more than an answer can hold; update it, or correct shortstop.engine.url.`,
    ),
  modelMissing: ({ engine, model = '', pull }: Where) =>
    new EngineError(
      'model-missing',
      `${engine} has no model ${model}; ${pull === undefined ? 'choose' : `pull it (${pull}) or choose`} another with Shortstop: Select Model.`,
    ),
  cannotFillIn: ({ model }: Where) =>
    new EngineError(
      'cannot-fill-in',
      `${model ?? 'The model'} cannot fill in the middle of a text; choose a code model such as qwen2.5-coder with Shortstop: Select Model.`,
    ),
  cannotChat: ({ model }: Where) =>
    new EngineError(
      'cannot-chat',
      `${model ?? 'The model'} cannot chat; set shortstop.ask.model to one that can.`,
    ),
  died: ({ engine }: Where, cause?: unknown) =>
    new EngineError(
      'died',
      `${engine} broke off in the middle of an answer; look in its log, and start it again if it is gone.`,
      { cause },
    ),
  stalled: ({ engine }: Where, seconds: number) =>
    new EngineError(
      'stalled',
      `${engine} sent nothing for ${Math.round(seconds * 10) / 10} s; wait until it has less to do, restart it, or choose a smaller model.`,
    ),
  tooSlow: ({ engine }: Where, seconds: number) =>
    new EngineError(
      'stalled',
      `${engine} did not complete its answer within ${Math.round(seconds * 10) / 10} s; wait until it has less to do, or choose a smaller model.`,
    ),
  cutShort: ({ engine }: Where) =>
    new EngineError(
      'cut-short',
      `${engine} ended its answer without the last line; update it if this happens again.`,
    ),
  remoteModel: ({ model }: Where, host: string) =>
    new EngineError(
      'remote-not-allowed',
      `${model ?? 'The model'} runs on ${host}, not on this machine; choose a local model, or add that host to shortstop.engine.allowedHosts if your code may go there.`,
    ),
  unauthorised: ({ engine, login }: Where) =>
    new EngineError(
      'refused',
      `${engine} asks for a login; ${login === undefined ? 'use an address that needs none' : `set the environment variable ${login} to its Authorization header`}.`,
    ),
  refused: ({ engine }: Where, status: number | null) =>
    new EngineError(
      'refused',
      `${engine} refused the request${status === null ? '' : ` (status ${status})`}; its log says why.`,
    ),
} as const;

function inBrackets(command: string | undefined): string {
  return command === undefined ? '' : ` (${command})`;
}

/** Names of network failures before any answer, as Node gives them. */
const NOT_THERE =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|CONNECT_TIMEOUT/;

/** What a rejected `fetch` means, which tells its cause only by a code. */
export function networkFailure(error: unknown, where: Where): EngineError {
  const code = codeOf(error);
  if (NOT_THERE.test(code)) return failures.unreachable(where, new Error(code));
  if (/redirect|HPE_|ERR_SSL|WRONG_VERSION/.test(code)) return failures.notAnEngine(where);
  return failures.died(where, new Error(code));
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return 'unknown';
  const errors = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  const code = errors.map((each) => (each as { code?: unknown }).code).find((each) => each);
  return typeof code === 'string' ? code : cause.message;
}
