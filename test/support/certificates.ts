import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readFeatures } from '../../bench/features/table.ts';
import { lossesOf, packageLosses, scoreMatches } from '../../server/learning/certify/calibrate.ts';
import { bettingPValue, exactPValue, stakeFor } from '../../server/learning/certify/certify.ts';
import type {
  PresetCertificate,
  PresetCertificates,
} from '../../server/stopping/policy/certificate.ts';
import type { WeightsFile } from '../../server/stopping/policy/weights-file.ts';

export const certificate: PresetCertificate = {
  alpha: 0.05,
  delta: 0.05,
  n: 120,
  k: 1,
  population: 'reference matches in 120 files of a test',
  modelDigest: `sha256:${'0'.repeat(64)}`,
  engine: 'ollama 0.32.15',
  calibration: '0'.repeat(64),
};

export function certificates(some: Partial<PresetCertificates>): PresetCertificates {
  return { faithful: null, balanced: null, saver: null, ...some };
}

/** Counts every certificate of a weights file again, on the feature file that it was given on. */
export async function repeatCertificates(file: WeightsFile, calibration: string): Promise<void> {
  const sha256 = createHash('sha256')
    .update(await readFile(calibration))
    .digest('hex');
  const traces = await readFeatures(calibration);
  const trained = new Set((file.trainedOn as { problems?: readonly string[] }).problems);
  assert.ok(!traces.some(({ problem }) => trained.has(problem)), 'a problem of the training');
  const matches = scoreMatches(traces, file);
  for (const preset of ['faithful', 'balanced', 'saver'] as const) {
    const own = file.certified?.[preset];
    if (!own) continue;
    const k = lossesOf(matches, file.presets[preset]).reduce((sum, loss) => sum + loss, 0);
    assert.deepEqual([own.n, own.k], [matches.length, k], preset);
    assert.ok(exactPValue(k, own.n, own.alpha) <= own.delta, preset);
    if (own.byPackage) {
      const losses = packageLosses(matches, file.presets[preset]);
      assert.equal(own.byPackage.packages, losses.length, preset);
      const level = own.byPackage.alpha;
      const p = (alpha: number) =>
        bettingPValue(losses, alpha, stakeFor(losses.length, alpha, own.delta));
      assert.ok(level === null || p(level) <= own.delta, preset);
    }
    assert.equal(own.calibration, sha256);
    assert.ok(file.digests.includes(own.modelDigest));
    assert.equal(own.engine, file.engine);
  }
}
