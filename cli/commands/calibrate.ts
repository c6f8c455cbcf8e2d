import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CalibrationProgress } from '../../shared/learned.ts';
import { Daemon } from '../../server/daemon.ts';
import type { Command } from '../command.ts';
import { COMMON_OPTIONS, daemonOptions } from '../common-options.ts';
import { calibrationLines, progressLine } from '../print-calibration.ts';
import { atLeastOne } from '../at-least-one.ts';
import { UsageError } from '../usage-error.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  workspace: { type: 'string' },
  spans: { type: 'string' },
  'as-unknown': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Between two lines of progress, milliseconds. */
const TELL_EVERY_MS = 5_000;

export const calibrateCommand: Command = {
  usage: 'calibrate --workspace DIR [--spans N] [--as-unknown] [--json]',
  summary:
    'records spans of code that git tracks in DIR and certifies the model on them; an interrupt keeps what is recorded; --as-unknown: as if no weights shipped',
  async run(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    if (values.workspace === undefined) throw new UsageError('--workspace is missing');
    const spans = values.spans === undefined ? undefined : atLeastOne(values.spans, 'spans');
    const daemon = new Daemon({
      ...(await daemonOptions(values)),
      ...(values['as-unknown'] && { weightsFor: () => null }),
    });
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort();
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const window = daemon.openWindow();
    try {
      const report = await daemon.calibrator.run(
        { workspace: resolve(values.workspace), spans, settings: window.settings },
        interrupted.signal,
        values.json ? () => undefined : teller(),
      );
      process.stdout.write(
        values.json
          ? `${JSON.stringify(report, null, 2)}\n`
          : `${calibrationLines(report).join('\n')}\n`,
      );
      return 0;
    } finally {
      process.removeListener('SIGINT', interrupt);
      process.removeListener('SIGTERM', interrupt);
      await daemon.dispose();
    }
  },
};

/** Prints progress now and then, and whenever its state is another one. */
function teller(): (progress: CalibrationProgress) => void {
  let told = { state: '', at: 0 };
  return (progress) => {
    const now = Date.now();
    if (progress.state === told.state && Math.abs(now - told.at) < TELL_EVERY_MS) return;
    told = { state: progress.state, at: now };
    process.stderr.write(`${progressLine(progress)}\n`);
  };
}
