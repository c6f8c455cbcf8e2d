import assert from 'node:assert/strict';
import { test } from 'node:test';
import { damageOf, renderDamage } from '../../../bench/perfect/damage.ts';
import { defaultRule, GPU_WINDOW, serveInProcess } from '../../../bench/perfect/in-process.ts';
import { judge } from '../../../bench/perfect/judge.ts';
import { cutSpan, type Span } from '../../../bench/perfect/spans.ts';
import { renderTable, summarise } from '../../../bench/perfect/table.ts';
import { splitIntoTokens } from '../../../bench/perfect/tokens.ts';
import { seededRandom } from '../../../server/learning/random.ts';
import type { StopRule } from '../../../server/stopping/controller.ts';

const SOURCE = [
  "import { join } from 'node:path';",
  '',
  '// Where the settings of one user are.',
  'export function settingsFile(home: string, name = `${user()}.json`): string {',
  "  const folder = join(home, '.config', 'app');",
  '  return join(folder, name);',
  '}',
  '',
].join('\n');
const OPTIONS = { comments: false, blanks: false, insideWords: false };

function spansOf(seed: number, count: number, options = OPTIONS): Span[] {
  const random = seededRandom(seed);
  const spans: Span[] = [];
  while (spans.length < count) {
    const span = cutSpan(SOURCE, 'typescript', random, options);
    if (span) spans.push(span);
  }
  return spans;
}

/** `const total = ⌶;` where `sum(values)` is missing. */
const SPAN: Span = {
  language: 'typescript',
  before: 'const values = [1];\nconst total = ',
  after: ';\nprint(total);\n',
  gold: 'sum(values)',
  line: 'const total = sum(values);',
  tokens: ['sum', '(values', ')', ';\n', 'print', '(total', ');\n'],
};

/** Serves up to a fixed offset, whatever it reads. */
function stopsAt(offset: number): StopRule {
  const decision = { reason: 'line-end', tokens: 1, pDone: null, pAlive: null, offset } as const;
  return {
    id: 'fixed',
    begin: () => '',
    step: (text, token) => {
      const state = String(text) + token.text;
      return { state, decision: state.length >= offset ? decision : null };
    },
    end: () => decision,
  };
}

function verdictOf(span: Span, rule: StopRule): string {
  const chosen = { ...defaultRule(), rule };
  const serving = { chosen, window: GPU_WINDOW, crlf: false };
  return judge(span, serveInProcess(span, serving)).verdict;
}

test('the tokens of the perfect engine join to the text, however it splits', () => {
  const text = 'foo.bar(`a ${b} "c"`);\r\n\n\t  x = 12_345 /* é 漢字 😀 */ })\n  <li>don\'t</li> ';
  for (let seed = 0; seed < 20; seed++) {
    const tokens = splitIntoTokens(text, seededRandom(seed));
    assert.equal(tokens.join(''), text);
  }
});

test('some tokens run over the place where the rest of the line begins', () => {
  const tokens = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    for (const token of splitIntoTokens('f("a");\n  g({});\n', seededRandom(seed)))
      tokens.add(token);
  }
  assert.ok(tokens.has('");\n') && tokens.has(';\n'), [...tokens].join(' '));
});

test('a span, what stands around it and what the engine writes fit the file', () => {
  for (const { before, after, gold, line, tokens } of spansOf(1, 100)) {
    assert.ok(SOURCE.startsWith(before + gold + after), before);
    assert.ok(line.includes(gold));
    assert.ok((gold + after).startsWith(tokens.join('')));
    assert.equal(gold, gold.trim());
  }
});

test('the same seed cuts the same spans, another one others', () => {
  assert.deepEqual(spansOf(7, 30), spansOf(7, 30));
  assert.notDeepEqual(spansOf(7, 30), spansOf(8, 30));
});

test('comments, and spans that begin with a blank, are cut where they are asked for', () => {
  const inComment = ({ line }: Span) => line.startsWith('//');
  const blankFirst = ({ gold }: Span) => gold.startsWith(' ');
  const asked = spansOf(1, 200, { ...OPTIONS, comments: true, blanks: true });
  assert.ok(asked.some(inComment) && asked.some(blankFirst));
  assert.ok(!spansOf(1, 200).some((span) => inComment(span) || blankFirst(span)));
});

test('inside words, some letters are typed and the rest is missing', () => {
  for (const { before, gold, line } of spansOf(1, 100, { ...OPTIONS, insideWords: true })) {
    assert.match(before, /\w$/);
    assert.match(gold, /^\w/);
    assert.ok(line.includes(before.slice(before.lastIndexOf('\n') + 1) + gold));
  }
});

test('a repair that changes a right text is named', () => {
  const repeats = { ...SPAN, before: 'send(values, 1);\n', gold: 'send(values, 1);', after: '\n' };
  const damage = damageOf([SPAN, repeats], GPU_WINDOW);
  assert.equal(renderDamage(damage, 2), 'right texts changed by a repair, of 2: lines-above 1');
});

test('a rule that stops too early, too late or at nothing is reported as such', () => {
  assert.equal(verdictOf(SPAN, stopsAt(SPAN.gold.length)), 'exact');
  assert.equal(verdictOf(SPAN, stopsAt(3)), 'early');
  assert.equal(
    verdictOf({ ...SPAN, after: ' // of all\n' }, stopsAt(SPAN.gold.length + 1)),
    'late',
  );
  assert.equal(verdictOf(SPAN, stopsAt(0)), 'none');
});

test('a text that is put over the rest of the line counts by the line that results', () => {
  const closed = { ...SPAN, before: 'run(', after: ')\n', gold: 'a', line: 'run(a)' };
  assert.equal(judge(closed, { text: 'a)', replaceAfter: 1 }).verdict, 'exact');
  assert.equal(judge(closed, { text: 'a)', replaceAfter: 0 }).verdict, 'late');
  assert.equal(judge(closed, { text: 'b)', replaceAfter: 1 }).verdict, 'other');
});

test('the rule that ships gets a plain line right, with LF and with CRLF', () => {
  for (const crlf of [false, true]) {
    const serving = { chosen: defaultRule(), window: GPU_WINDOW, crlf };
    assert.deepEqual(judge(SPAN, serveInProcess(SPAN, serving)), {
      verdict: 'exact',
      got: SPAN.gold,
    });
  }
});

test('the table counts each verdict and says which goals are missed', () => {
  const row = (verdict: 'exact' | 'early') => ({ span: SPAN, verdict, got: '' });
  const rows = [
    ...Array.from({ length: 95 }, () => row('exact')),
    ...Array.from({ length: 5 }, () => row('early')),
  ];
  const table = renderTable([summarise('typescript', rows)], summarise('all', rows));
  assert.match(
    table,
    /\| typescript \| 100 \| 95\.0 \[88\.8, 97\.8\] \| 5\.0 \| 0\.0 \| 0\.0 \| 0\.0 \|/,
  );
  assert.match(table, /upper bound below 98\.5 %: typescript/);
});
