import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completedAt } from '../../server/ask/complete.ts';

const CODE = 'Here it is:\n```ts\nconst a = 1;\n```';
const about = (question: string, languageId = 'typescript') => ({ question, languageId });

test('an answer to a question for code is complete where its block is closed', () => {
  const ask = about('Write a function that adds two numbers.');
  assert.equal(completedAt(CODE.slice(0, -3), ask), null);
  assert.deepEqual(completedAt(CODE, ask), { end: CODE.length, why: 'code-closed' });
  assert.deepEqual(completedAt(`${CODE}\nThis line`, ask), {
    end: CODE.length,
    why: 'code-closed',
  });
});

test('every way to name the language of the document counts, and none', () => {
  for (const name of ['ts', 'tsx', 'TypeScript', 'js', ''])
    assert.ok(completedAt(CODE.replace('```ts', `\`\`\`${name}`), about('Rewrite this.')));
});

test('a block of another language is not what was asked for, the next one is', () => {
  const answer = 'First:\n```bash\nnpm install x\n```\nThen:\n';
  assert.equal(completedAt(answer, about('Use x here.')), null);
  const whole = `${answer}~~~ts\n\`\`\`\nx();\n~~~`;
  assert.equal(completedAt(whole, about('Use x here.'))?.end, whole.length);
});

test('a longer fence is not closed by a shorter one', () => {
  const answer = '````md\n```ts\na\n```\n';
  assert.equal(completedAt(answer, about('Write a readme.', 'md')), null);
  assert.ok(completedAt(`${answer}\`\`\`\``, about('Write a readme.', 'md')));
});

for (const question of [
  'What does this do?',
  'Write it in two versions.',
  'Rewrite this and explain why.',
  'Schreib das um.',
  'Is this right?',
]) {
  test(`an answer to ${JSON.stringify(question)} goes on behind its block`, () => {
    assert.equal(completedAt(CODE, about(question)), null);
  });
}

test('an answer that says the same over and over keeps the first round of it', () => {
  const said = 'The function adds tax to the price.\n';
  const answer = `It is simple. ${said.repeat(12)}The func`;
  const completed = completedAt(answer, about('What does this do?'));
  assert.equal(completed?.why, 'repetition');
  const kept = answer.slice(0, completed.end);
  assert.equal(kept.split('adds tax').length - 1, 1);
});

test('columns of numbers, rules and a few equal lines are no repetition', () => {
  for (const answer of [
    `\`\`\`ts\n[${'0, 0, 0, 0,\n '.repeat(80)}`,
    '-'.repeat(400),
    `\`\`\`ts\n${'  }\n'.repeat(3)}`,
    '<td></td>\n'.repeat(20),
  ]) {
    assert.equal(completedAt(answer, about('What does this do?')), null, answer.slice(0, 20));
  }
});
