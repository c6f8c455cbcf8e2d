import type { Settings } from '../../shared/settings.ts';
import type { Capabilities, GenerateRequest } from '../engines/engine.ts';
import type { Arm, RequestDecision } from '../learning/question.ts';
import type { EpisodeDraw } from '../outcomes/records.ts';
import { tokenLimit } from '../stopping/policy/choose-rule.ts';
import type { CursorContext } from '../stopping/trace.ts';
import type { PipelinePorts } from './ports.ts';
import { charsOf, type OtherFilesBlock } from './other-files/block.ts';
import { roomForOtherFiles } from './other-files/room.ts';
import { buildPrompt } from './prompt.ts';
import type { CompletionRequest } from './request.ts';
import { CHARS_PER_TOKEN, sizeWindow, UNSIZED } from './sizing.ts';
import { readWindow } from './window.ts';

/** What is known of a request once its model is. */
export interface Prepared {
  readonly capabilities: Capabilities;
  readonly context: CursorContext;
  /** Whether definitions of other files stand in the prompt. */
  readonly otherFiles: boolean;
  readonly prompt: GenerateRequest['prompt'];
}

/**
 * @param settings the user's, or those of an experiment's arm
 * @throws EngineError where the model is not ready
 */
export async function prepare(
  request: CompletionRequest,
  settings: Settings,
  ports: Pick<PipelinePorts, 'models' | 'reuse' | 'otherFiles'>,
  signal: AbortSignal,
): Promise<Prepared> {
  const capabilities = await ports.models.ready(settings.model, signal);
  const { model } = capabilities;
  const beside = await besideOf(request, settings, capabilities, ports);
  const taken = beside ? Math.ceil(charsOf(beside) / CHARS_PER_TOKEN) : 0;
  const left = { ...capabilities, contextLength: capabilities.contextLength - taken };
  const context = readContext(request, left, settings, ports.reuse);
  const prompt = buildPrompt(model, context, beside);
  return { capabilities, context, otherFiles: beside !== null, prompt };
}

/** Null where no definitions of other files are to stand in the prompt. */
async function besideOf(
  request: CompletionRequest,
  settings: Settings,
  capabilities: Capabilities,
  { otherFiles }: Pick<PipelinePorts, 'otherFiles'>,
): Promise<OtherFilesBlock | null> {
  const { chars } = roomForOtherFiles(settings.context, capabilities);
  if (!otherFiles || chars === 0) return null;
  return otherFiles.blockFor(request, settings.files, chars);
}

function readContext(
  { text, offset, languageId, trigger }: CompletionRequest,
  capabilities: Capabilities,
  user: Settings,
  reuse: boolean,
): CursorContext {
  const patient = trigger === 'complete-here';
  const maxTokens = tokenLimit(user.stopping, patient);
  const size = reuse ? sizeWindow(capabilities, user.engine.timeToFirstToken, maxTokens) : UNSIZED;
  const multiLine = patient ? 'always' : user.multiLine;
  return readWindow(text, offset, size, languageId, multiLine).context;
}

/** A request that the engine is asked, and how. */
export interface SentRequest extends Omit<Prepared, 'prompt' | 'otherFiles'> {
  /** Milliseconds from the editor's request to when the engine was asked. */
  readonly sentMs: number;
  readonly draw: EpisodeDraw;
  /** The user's, or those of an experiment's arm. */
  readonly settings: Settings;
  readonly chosen: RequestDecision;
}

interface Asked {
  readonly request: CompletionRequest;
  /** Milliseconds since the epoch. */
  readonly asked: number;
  /** A larger model that takes over stays the one that was chosen. */
  readonly isLarger: boolean;
  readonly draw: EpisodeDraw;
  /** Under the user's settings. */
  readonly ready: Prepared;
}

/**
 * Which arm and which rule a request gets, and what is sent under the arm's settings.
 * @throws EngineError where the model of an experiment's arm is not ready
 */
export async function decideAndPrepare(
  { request, asked, isLarger, draw, ready }: Asked,
  ports: Pick<PipelinePorts, 'models' | 'reuse' | 'otherFiles' | 'decide' | 'now'>,
  signal: AbortSignal,
): Promise<Pick<Prepared, 'prompt'> & { readonly sent: SentRequest }> {
  const { languageId, workspace, trigger } = request;
  const { arm: assigned, settings: given } = armOf(request, asked, draw, ports);
  const { model: chosenModel } = request.settings;
  const settings = isLarger ? { ...given, model: chosenModel } : given;
  const { prompt, otherFiles, ...prepared } = assigned
    ? await prepare(request, settings, ports, signal)
    : ready;
  const { model, logprobs } = prepared.capabilities;
  const chosen = ports.decide(
    {
      ...{ kind: 'request', trigger, settings: settings.stopping },
      ...{ model, logprobs, costs: prepared.capabilities },
      otherFiles,
      ...{ assigned, place: { kind: ready.context.kind, languageId, workspace } },
      targets: settings.profile,
      limits: { ...settings.budget, at: ports.now() },
    },
    draw.chance,
  );
  const sentMs = ports.now() - asked;
  return { prompt, sent: { ...prepared, sentMs, draw, settings, chosen } };
}

/** The user's settings, or those of the arm that the stretch was given. Who asks for a longer answer has the user's. */
function armOf(
  { trigger, settings: user }: CompletionRequest,
  at: number,
  { chance }: EpisodeDraw,
  { decide }: Pick<PipelinePorts, 'decide'>,
): { readonly arm: Arm | null; readonly settings: Settings } {
  if (trigger === 'complete-here') return { arm: null, settings: user };
  return decide({ kind: 'stretch', settings: user, at }, chance);
}
