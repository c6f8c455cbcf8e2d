import type { PullProgress } from '../../shared/protocol.ts';

/** Turns a pull's pieces into the steps of a progress bar: each layer of a model counts anew. */
export class PullMeter {
  #status = '';
  #shown = 0;

  /** @returns what to show, and by how many percent the bar grows; never back */
  step({ status: said, completed, total }: PullProgress): { message: string; increment: number } {
    // A notification makes links of what an engine would put in brackets, to commands too.
    const status = said.replaceAll(/[[\]]/g, '');
    if (status !== this.#status) {
      this.#status = status;
      if (total !== undefined) this.#shown = Math.min(this.#shown, 100);
    }
    if (completed === undefined || total === undefined || total <= 0) {
      return { message: status, increment: 0 };
    }
    const percent = Math.min(100, (100 * completed) / total);
    const increment = Math.max(0, percent - this.#shown);
    this.#shown = Math.max(this.#shown, percent);
    return { message: `${status}: ${megabytes(completed)} of ${megabytes(total)} MB`, increment };
  }
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en-US');
}
