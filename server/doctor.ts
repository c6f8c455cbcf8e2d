import { formatDuration } from '../shared/figures.ts';
import type { DoctorCheck, DoctorReport } from '../shared/protocol.ts';
import type { Settings } from '../shared/settings.ts';
import type { PresetsNow } from '../shared/stats.ts';
import { familyOf } from './completion/families.ts';
import { roomForOtherFiles } from './completion/other-files/room.ts';
import { sizeWindow } from './completion/sizing.ts';
import { EngineError, type Capabilities, type Engine } from './engines/engine.ts';
import type { Decide } from './learning/question.ts';
import { describe, type Measured } from './model-host.ts';
import { certificateInWords, OWN_PRESETS } from './stopping/policy/certificate.ts';

export interface Patient {
  readonly engine: Engine;
  /**
   * Measures again what is older than this many milliseconds, and waits so many at most.
   * @throws EngineError
   */
  measured(maxAgeMs: number, patienceMs: number): Promise<Measured>;
  readonly settings: Settings;
  /** What the command line says otherwise, in sentences. */
  readonly overruled: readonly string[];
  readonly decide: Decide;
  readonly stateDir: string;
  readonly storageProblem: string | null;
}

/** The engine may have another machine load, model file or version by then. */
const FIGURES_ARE_OLD_MS = 10 * 60_000;
/** Somebody waits for the report; a cold model is loaded by then. */
const PATIENCE_MS = 10_000;

/** Looks at everything a completion needs, in the order in which it needs it. */
export async function examine(patient: Patient): Promise<DoctorReport> {
  const { engine } = patient;
  const engineCheck = await check('engine', engine, async () => {
    const place = engine.address === undefined ? '' : ` at ${engine.address}`;
    return `${engine.title} ${await engine.version()}${place}`;
  });
  const checks = [engineCheck];
  checks.push(...(engineCheck.ok ? await modelChecks(patient) : [MODEL_NOT_ASKED]));
  const { overruled } = patient;
  if (overruled.length > 0) {
    checks.push({ name: 'settings', ok: true, detail: overruled.join(' ') });
  }
  checks.push({
    name: 'database',
    ok: patient.storageProblem === null,
    detail: patient.storageProblem ?? `open, in ${patient.stateDir}`,
    ...(patient.storageProblem !== null && {
      advice:
        'Free disk space or close the program that holds the database; nothing is lost meanwhile.',
    }),
  });
  return { checks };
}

/** In place of the engine's failure once more. */
const MODEL_NOT_ASKED: DoctorCheck = {
  name: 'model',
  ok: false,
  detail: 'not looked at, since the engine gave no answer',
};

async function modelChecks(patient: Patient): Promise<DoctorCheck[]> {
  const measuring = patient.measured(FIGURES_ARE_OLD_MS, PATIENCE_MS);
  const model = await check('model', patient.engine, async () => {
    const { capabilities, age } = await measuring;
    const when = age < 1000 ? 'just now' : `${formatDuration(age)} ago`;
    return `${describe(capabilities)}, measured ${when}`;
  });
  const measured = await measuring.catch(() => null);
  return [model, ...(measured ? abilities(measured.capabilities, patient) : [])];
}

function abilities(
  capabilities: Capabilities,
  { engine, settings, decide }: Patient,
): DoctorCheck[] {
  const { model } = capabilities;
  const family = familyOf(model.name, model.family);
  const size = sizeWindow(
    capabilities,
    settings.engine.timeToFirstToken,
    settings.stopping.maxTokens,
  );
  const others = roomForOtherFiles(settings.context, capabilities);
  return [
    {
      name: 'fills in the middle',
      ok: family !== null || model.insert,
      detail: family
        ? `by the tokens of the ${family.id} family${family.ranHere ? '' : ' (not yet run by this project)'}`
        : model.insert
          ? "by the model's own template"
          : 'neither our table nor the model has tokens for it',
      ...(!family &&
        !model.insert && { advice: 'Choose a code model, such as qwen2.5-coder:0.5b.' }),
    },
    {
      name: 'confidence',
      ok: capabilities.logprobs,
      detail: capabilities.logprobs
        ? 'log-probabilities arrive with every token'
        : 'this engine gives no log-probabilities: only the structural stops work',
      ...(!capabilities.logprobs && engine.advice && { advice: engine.advice.logprobs }),
    },
    {
      name: 'prompt window',
      ok: true,
      detail: `${size.prefixChars} characters before the cursor and ${size.suffixChars} after it, for a first token within ${settings.engine.timeToFirstToken} ms`,
    },
    {
      name: 'other files',
      ok: true,
      detail: `${others.chars > 0 ? `up to ${others.chars} characters of their definitions in the prompt` : 'none in the prompt'}: ${others.why}`,
    },
    {
      name: 'certificate',
      ok: true,
      detail: ruleInForce(capabilities, settings, decide),
    },
  ];
}

/** Which rule stops, what it was trained on, and what is certified of what it loses. */
export function ruleInForce(
  capabilities: Capabilities,
  { stopping: settings, profile: targets, context }: Settings,
  decide: Decide,
): string {
  const question = { kind: 'request', trigger: 'automatic', place: null } as const;
  const { model, logprobs, ...costs } = capabilities;
  const otherFiles = roomForOtherFiles(context, capabilities).chars > 0;
  const { why } = decide({ ...question, settings, targets, model, logprobs, costs, otherFiles });
  const [preset, ...rest] = why;
  return `${preset}: ${rest.join('; ')}`;
}

/** What is certified of each preset for this model and this window's settings. */
export function presetsNow(
  { model, logprobs, ...costs }: Capabilities,
  { stopping, profile: targets }: Settings,
  decide: Decide,
): PresetsNow {
  const question = { kind: 'request', trigger: 'automatic', place: null } as const;
  return {
    msPerToken: costs.msPerToken,
    presets: OWN_PRESETS.map((preset) => {
      const settings = { ...stopping, preset };
      const asked = { ...question, settings, targets, model, logprobs, costs };
      const { certificate, weights } = decide(asked);
      return {
        preset,
        isCertified: certificate !== null,
        certificate: certificateInWords(certificate, weights ?? {}),
      };
    }),
  };
}

async function check(
  name: string,
  { advice }: Engine,
  look: () => Promise<string>,
): Promise<DoctorCheck> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'failed';
    const mayBeMissing = error instanceof EngineError && error.code === 'unreachable';
    return { name, ok: false, detail, ...(mayBeMissing && advice && { advice: advice.missing }) };
  }
}
