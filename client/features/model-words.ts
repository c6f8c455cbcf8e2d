import { formatDuration } from '../../shared/figures.ts';
import type { ModelAdvice, ModelChoice } from '../../shared/learned.ts';

/** What to expect of a model on this machine. */
export function choiceInWords({ fits, lineMs, isMeasured }: ModelChoice): string {
  const speed =
    lineMs === null
      ? ''
      : `a line in about ${formatDuration(lineMs)} (${isMeasured ? 'measured here' : 'by its size'})`;
  return [fits ? '' : 'may be too large for this machine', speed].filter(Boolean).join(' · ');
}

/** By what a model is recommended. */
export function machineInWords({ memory, gpu, recommended }: ModelAdvice): string {
  const own = gpu?.memory == null ? '' : `, ${gigabytes(gpu.memory)}`;
  const graphics = gpu ? `${gpu.name}${own}` : 'no GPU found';
  return `${recommended} suits this machine: ${gigabytes(memory)} of memory, ${graphics}`;
}

export function megabytes(bytes: number): string {
  return bytes > 0 ? `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB` : '';
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GB`;
}
