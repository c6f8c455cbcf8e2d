import { formatCount, formatDigest, formatDuration, formatShare } from '../shared/figures.ts';
import type {
  CalibrationProgress,
  CalibrationReading,
  CalibrationReport,
} from '../shared/learned.ts';

/** One line of how far a calibration is. */
export function progressLine({ state, recorded, of, matches, remainingMs }: CalibrationProgress) {
  if (state === 'cutting') return 'cutting spans out of the workspace';
  const left = remainingMs === null ? '' : `, about ${formatDuration(remainingMs)} to go`;
  return `${state}: ${formatCount(recorded)} of ${formatCount(of)} spans, ${formatCount(matches)} matches of the reference${left}`;
}

/** What a calibration gave, for a terminal; the verdict comes last. */
export function calibrationLines(report: CalibrationReport): string[] {
  const { model, digest, engine, spans, weights, presets, heldOut, labels, ms } = report;
  const failed = spans.failed > 0 ? `, ${formatCount(spans.failed)} could not be recorded` : '';
  const rows: [string, string][] = [
    ['model', `${model} (${formatDigest(digest)}) on ${engine}`],
    [
      'spans',
      `${formatCount(spans.recorded)} of ${formatCount(spans.of)} recorded, out of ${formatCount(spans.files)} files (${formatCount(spans.leftOut)} left out)${failed}; ${formatDuration(ms)}`,
    ],
    ...(labels
      ? [
          [
            'labels',
            `${formatCount(labels.have)}: files to certify on in which the reference matches; ${formatCount(labels.needed)} at least certify anything`,
          ] as [string, string],
        ]
      : []),
    ...(weights
      ? [
          [
            'weights',
            `${weights.origin === 'own' ? 'fitted here' : 'as they were'}: ${weights.trainedOn}`,
          ] as [string, string],
        ]
      : []),
    ...presets.map(({ preset, tauDone, tauAlive, certificate }): [string, string] => [
      preset,
      `done ${tauDone.toFixed(3)} alive ${tauAlive.toFixed(4)}; ${certificate}`,
    ]),
  ];
  if (heldOut) {
    const after = presets.map(({ preset, reading }) => [preset, reading] as const);
    const read = (name: string, reading: CalibrationReading): [string, string] => [
      name,
      readingText(reading, heldOut.n),
    ];
    rows.push(
      [
        'replay',
        `on ${formatCount(heldOut.n)} spans that no weights were fitted on; the thresholds were tested on them`,
      ],
      read('  before', heldOut.before),
      ...after.map(([preset, reading]) => read(`  ${preset}, after`, reading)),
      read('  first newline', heldOut.firstNewline),
      read('  reference', heldOut.reference),
    );
  }
  const width = Math.max(...rows.map(([title]) => title.length));
  return [...rows.map(([title, text]) => `${title.padEnd(width)}  ${text}`), report.verdict];
}

function readingText({ tokens, matches }: CalibrationReading, n: number): string {
  if (n === 0) return 'not enough data yet (n = 0)';
  return `${tokens.toFixed(2)} tokens a request, EM ${formatShare(matches / n)} (${formatCount(matches)})`;
}
