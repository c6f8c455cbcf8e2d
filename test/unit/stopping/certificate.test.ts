import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ruleInForce } from '../../../server/doctor.ts';
import { certificateInWords, sameEngine } from '../../../server/stopping/policy/certificate.ts';
import { chooseRule } from '../../../server/stopping/policy/choose-rule.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { certificate, certificates } from '../../support/certificates.ts';
import { decideWith, madeUpWeights } from '../../support/weights.ts';
import { CAPABILITIES } from './capabilities.ts';

const WORDS =
  "certified: at most 5 % of the reference's matches lost (95 % confidence). Tested on reference matches in 120 files of a test, 1 of 120 lost";
const WEIGHTS = { ...madeUpWeights(), certified: certificates({ saver: certificate }) };
const settingsOf = (preset: 'saver' | 'balanced' | 'custom') => ({
  ...DEFAULT_SETTINGS,
  stopping: { ...DEFAULT_SETTINGS.stopping, preset },
});
const chosen = (preset: 'saver' | 'balanced' | 'custom', change: object = {}) =>
  chooseRule({
    weights: WEIGHTS,
    logprobs: true,
    settings: settingsOf(preset).stopping,
    patient: false,
    ...change,
  });

describe('what is certified', () => {
  test('says how many matches were lost of how many, and on what', () => {
    assert.equal(certificateInWords(certificate), WORDS);
    assert.match(certificateInWords({ ...certificate, alpha: 0.01 }), /at most 1 % of/);
    assert.equal(certificateInWords(null), 'not certified');
    const together = (alpha: number | null) =>
      certificateInWords({ ...certificate, byPackage: { packages: 70, alpha } });
    assert.ok(
      together(0.1).endsWith(
        '; if files of one package go wrong together, at most 10 % (70 packages)',
      ),
    );
    assert.match(together(null), /go wrong together, nothing is certified \(70 packages\)$/);
  });
  test('says which language and kind of place it holds in by itself, at a place those of that place', () => {
    const of = { alpha: 0.1, n: 49, k: 0 };
    const strata = [
      { ...of, by: 'language', name: 'typescript' },
      { ...of, by: 'kind', name: 'line-end', k: 1, n: 70 },
    ] as const;
    const said = (...place: Parameters<typeof certificateInWords>[2][]) =>
      certificateInWords({ ...certificate, strata }, {}, ...place).slice(WORDS.length);
    const typescript = '; for typescript by itself: at most 10 % (0 of 49)';
    const lineEnd = '; for the place line-end by itself: at most 10 % (1 of 70)';
    assert.equal(said(), `${typescript}${lineEnd}`);
    assert.equal(said({ languageId: 'go', kind: 'line-end' }), lineEnd);
    assert.equal(
      said({ languageId: 'go', kind: 'comment' }),
      '; not for go or the place comment by itself',
    );
    assert.match(
      certificateInWords({ ...certificate, strata: [] }),
      /; for no language and kind of place by itself$/,
    );
  });
  test('is that of the preset in force, and stands in the request rows', () => {
    assert.equal(chosen('saver').certificate, certificate);
    assert.match(chosen('saver').policy, / certified 0\.05$/);
    for (const other of [
      chosen('balanced'),
      chosen('custom'),
      chosen('saver', { aggressiveness: 0.5 }),
      chosen('saver', { patient: true }),
      chosen('saver', { logprobs: false }),
      chosen('saver', { instead: 'no-stop' }),
    ]) {
      assert.equal(other.certificate, null);
      assert.doesNotMatch(other.policy, /certified/);
    }
  });
  test('is told by doctor and panel', () => {
    const of = (preset: 'saver' | 'balanced' | 'custom') =>
      ruleInForce(CAPABILITIES, settingsOf(preset), decideWith(WEIGHTS));
    assert.ok(of('saver').startsWith(`preset saver: ${WORDS}. The rule is`), of('saver'));
    assert.match(of('balanced'), /^preset balanced: not certified\. .* made up$/);
    assert.match(of('custom'), /^preset custom: not certified\. .* made up$/);
  });
  test('is nothing for a model without weights: never calibrated, under the simple rule', () => {
    const rule = ruleInForce(CAPABILITIES, settingsOf('saver'), decideWith(null));
    assert.match(rule, /^preset saver: not certified\. The rule is the simple one, /);
    assert.match(rule, /some-model:1b \(sha256:a+\) was never calibrated$/);
  });
  test('holds for an engine in any version, and for no other', () => {
    assert.ok(sameEngine('ollama 0.32.15', 'ollama'));
    assert.ok(!sameEngine('ollama 0.32.15', 'embedded'));
    assert.ok(!sameEngine('ollama 0.32.15', undefined));
  });
});
