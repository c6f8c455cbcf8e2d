import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PowerOverTime, type EnergyCounter } from './counter.ts';

const SAMPLE_MS = 200;
/** Nobody has asked for so long: the tool is ended, so that the GPU may sleep. */
const IDLE_MS = 10_000;
const ARGUMENTS = [
  '--query-gpu=index,power.draw',
  '--format=csv,noheader,nounits',
  `--loop-ms=${SAMPLE_MS}`,
];

/**
 * What all NVIDIA GPUs of the machine draw by `nvidia-smi`, which runs only while somebody asks. It says nothing
 * until its first sample, nor where there is no such tool.
 */
export function nvidiaCounter(
  command = 'nvidia-smi',
  now: () => number = () => performance.now(),
): EnergyCounter {
  const power = new PowerOverTime();
  let tool: ChildProcess | null = null;
  let isMissing = false;
  let idle: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(idle);
    tool?.kill();
    tool = null;
    power.forget();
  };
  const start = (): ChildProcess => {
    const child = spawn(command, ARGUMENTS, { stdio: ['ignore', 'pipe', 'ignore'] });
    child.on('error', () => (isMissing = true));
    child.on('exit', () => {
      if (tool === child) end();
    });
    child.unref();
    createInterface(child.stdout).on('line', (line) => {
      const sample = powerIn(line);
      if (sample && tool === child) power.sample(sample.gpu, sample.watts, now());
    });
    return child;
  };
  return {
    name: 'nvidia-smi',
    read() {
      if (isMissing) return null;
      tool ??= start();
      clearTimeout(idle);
      idle = setTimeout(end, IDLE_MS).unref();
      return power.read(now());
    },
    dispose: end,
  };
}

/** A line such as `0, 117.43`; null for a GPU that does not say. */
export function powerIn(line: string): { readonly gpu: string; readonly watts: number } | null {
  const [, gpu, watts] = /^\s*(\d+)\s*,\s*(\d+(?:\.\d+)?)\s*$/.exec(line) ?? [];
  return gpu === undefined || watts === undefined ? null : { gpu, watts: Number(watts) };
}
