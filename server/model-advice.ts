import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import type { GpuOfMachine, ModelAdvice, ModelChoice } from '../shared/learned.ts';
import type { ModelHost } from './model-host.ts';
import type { Capabilities, EngineModel } from './engines/engine.ts';

/** Code models that fill in the middle, by their names in Ollama's library; bytes of the default quantisation. */
const KNOWN = [
  { name: 'qwen2.5-coder:0.5b', bytes: 398e6 },
  { name: 'qwen2.5-coder:1.5b', bytes: 986e6 },
  { name: 'qwen2.5-coder:3b', bytes: 1.93e9 },
  { name: 'qwen2.5-coder:7b', bytes: 4.68e9 },
] as const;

export const SMALLEST = KNOWN[0];

/** The mean of a line in the laboratory's recorded stretches. */
export const LINE_TOKENS = 8;
/** A line that takes longer comes when its author has typed on. Milliseconds. */
const SOON_MS = 500;
/** Beside the weights: the context's keys and values, and what the engine itself takes. Bytes. */
const BESIDE_WEIGHTS = 0.5e9;
/** Of a GPU's memory, and of the machine's, which editor and browser need too. */
const SHARE = { gpu: 0.8, unified: 0.5, machine: 0.25 };

export interface Machine {
  /** Bytes. */
  readonly memory: number;
  /** Null where none was found. */
  readonly gpu: GpuOfMachine | null;
}

/** What one model was measured at here. */
export type MeasuredSpeed = Pick<Capabilities, 'msPerToken'> & {
  readonly model: Pick<EngineModel, 'name' | 'bytes'>;
};

/**
 * Which of the known models suits a machine: the largest that fits into its memory and writes a line soon, by the
 * speed that one model was measured at. A token takes the time in which all weights are read once, so the time of
 * the others goes with their size.
 */
export function adviseOn(
  machine: Machine,
  installed: readonly Pick<EngineModel, 'name'>[],
  measured: MeasuredSpeed | null,
): ModelAdvice {
  const choices = KNOWN.map(({ name, bytes }): ModelChoice => {
    const isInstalled = installed.some((model) => model.name === name);
    const fits = bytes + BESIDE_WEIGHTS <= roomOf(machine);
    return { name, bytes, isInstalled, fits, ...lineTime(name, bytes, measured) };
  });
  return { ...machine, choices, recommended: recommendedOf(choices, machine.gpu !== null) };
}

function roomOf({ memory, gpu }: Machine): number {
  if (!gpu) return memory * SHARE.machine;
  return gpu.memory === null ? memory * SHARE.unified : gpu.memory * SHARE.gpu;
}

function lineTime(name: string, bytes: number, measured: MeasuredSpeed | null) {
  const ms = measured?.msPerToken ?? null;
  if (!measured || ms === null) return { lineMs: null, isMeasured: false };
  const isMeasured = measured.model.name === name;
  const ratio = isMeasured || measured.model.bytes <= 0 ? 1 : bytes / measured.model.bytes;
  return { lineMs: LINE_TOKENS * ms * ratio, isMeasured };
}

/** With nothing measured, the largest that fits on a GPU, and the smallest without one. */
function recommendedOf(choices: readonly ModelChoice[], hasGpu: boolean): string {
  const fitting = choices.filter(({ fits, lineMs }) =>
    lineMs === null ? fits && hasGpu : fits && lineMs <= SOON_MS,
  );
  return fitting.at(-1)?.name ?? SMALLEST.name;
}

/**
 * By the model in the settings, where it was measured. An engine that is not there yet has no models.
 */
export async function adviseHere(models: ModelHost, model: string): Promise<ModelAdvice> {
  const installing = models.engine.models().catch(() => []);
  const [machine, installed] = await Promise.all([machineHere(), installing]);
  return adviseOn(machine, installed, models.known(model));
}

/** This machine, by the system and by nvidia-smi. */
async function machineHere(): Promise<Machine> {
  const memory = totalmem();
  const isApple = process.platform === 'darwin' && process.arch === 'arm64';
  return { memory, gpu: isApple ? { name: 'Apple silicon', memory: null } : await nvidiaGpu() };
}

/** The largest; null where there is no such tool or GPU, or it does not answer. */
function nvidiaGpu(): Promise<GpuOfMachine | null> {
  const question = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
  return new Promise((resolve) => {
    execFile('nvidia-smi', question, { timeout: 3000 }, (error, answer) => {
      resolve(error ? null : largestGpu(answer));
    });
  });
}

/** @param answer lines such as `NVIDIA H100 80GB HBM3, 81559`, in MiB */
export function largestGpu(answer: string): GpuOfMachine | null {
  const gpus = [...answer.matchAll(/^(.+), (\d+)\s*$/gm)].map(([, name = '', mib]) => ({
    name,
    memory: Number(mib) * 2 ** 20,
  }));
  return gpus.toSorted((a, b) => b.memory - a.memory)[0] ?? null;
}
