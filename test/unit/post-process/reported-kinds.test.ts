import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GPU_WINDOW, serveInProcess } from '../../../bench/perfect/in-process.ts';
import { judge } from '../../../bench/perfect/judge.ts';
import { splitIntoTokens } from '../../../bench/perfect/tokens.ts';
import { FAMILIES } from '../../../server/completion/families.ts';
import { chooseRule } from '../../../server/stopping/policy/choose-rule.ts';
import { PATIENT } from '../../../server/stopping/policy/point.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import { AFTER_OPENER, MARKUP, ODD_QUOTE, PAIRS } from './reported/brackets.ts';
import { EMBEDDED, GOOD_TEXT } from './reported/good-text.ts';
import type { Expected, ReportedKind, ReportedRow } from './reported/kind.ts';
import { INDENTATION, REPEATS, TABS } from './reported/layout.ts';
import { PROSE, REST_OF_LINE } from './reported/rest-of-line.ts';
import { REST_BY_LANGUAGE } from './reported/rest-by-language.ts';
import { INTERPOLATION, PREFIXED, QUOTES } from './reported/strings.ts';
import { CHAT, MARKERS, THINKING, WORD_SEAM } from './reported/words.ts';

const KINDS: readonly ReportedKind[] = [
  ...[
    REST_OF_LINE,
    REST_BY_LANGUAGE,
    PROSE,
    QUOTES,
    PREFIXED,
    INTERPOLATION,
    MARKUP,
    ODD_QUOTE,
    PAIRS,
  ],
  ...[AFTER_OPENER, WORD_SEAM, MARKERS, CHAT, THINKING, INDENTATION, TABS, REPEATS],
  ...[GOOD_TEXT, EMBEDDED],
];
const CURSOR = '⌶';
/** Seeds whose first draws choose the one way of splitting a text and the other. */
const EITHER_SPLIT = [1, 7];
/** Never giving up: what is read and repaired must not hang on what weights make of a text. */
const chosen = chooseRule({
  weights: null,
  logprobs: true,
  settings: { ...PATIENT, preset: 'custom', maxTokens: 128 },
  patient: false,
});

/** What accepting adds behind the cursor, by the rule and the repairs that ship; blanks at its end aside. */
function offered([language, code, written]: ReportedRow, seed: number, crlf: boolean): string {
  const [before = '', after = ''] = code.split(CURSOR);
  const tokens = splitIntoTokens(written, seededRandom(seed));
  const span = { language, before, after, tokens, gold: '', line: '' };
  const offer = serveInProcess(span, { chosen, window: GPU_WINDOW, crlf });
  return judge(span, offer).got.trimEnd();
}

function agrees(got: string, expected: Expected): boolean {
  if (expected instanceof RegExp) return expected.test(got);
  return got === (expected ?? '');
}

test('inputs are split into tokens in either way', () => {
  const [one, other] = EITHER_SPLIT.map((seed) => splitIntoTokens('f("a");\n', seededRandom(seed)));
  assert.notDeepEqual(one, other);
});

for (const { kind, source, rows } of KINDS) {
  for (const row of rows) {
    const [language, code, written, expected] = row;
    const says = `${kind}: ${language} ${JSON.stringify(code)} and ${JSON.stringify(written)} (${source})`;
    test(says, () => {
      for (const seed of EITHER_SPLIT) {
        for (const crlf of [false, true]) {
          const got = offered(row, seed, crlf);
          assert.ok(agrees(got, expected), `${JSON.stringify(got)} is offered`);
        }
      }
    });
  }
}

test('no marker of any family of the table is ever offered', () => {
  for (const { id, prefix, suffix, middle, controls } of FAMILIES) {
    for (const marker of [prefix, suffix, middle, ...controls].map((each) => each.trim())) {
      if (marker === '') continue;
      const row: ReportedRow = ['python', `print(${CURSOR}\n`, `"a")${marker}b`, '"a")'];
      assert.equal(offered(row, 1, false), '"a")', `${id}: ${marker}`);
    }
  }
});
