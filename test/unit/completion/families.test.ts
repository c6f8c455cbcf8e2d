import assert from 'node:assert/strict';
import { test } from 'node:test';

import { buildFim, FAMILIES, familyOf } from '../../../server/completion/families.ts';

const known: readonly (readonly [name: string, family: string])[] = [
  ['qwen2.5-coder:0.5b', 'qwen-coder'],
  ['qwen3-coder:30b', 'qwen3-coder'],
  ['hf.co/unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF:Q4_K_M', 'qwen3-coder'],
  ['hf.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF:Q4_K_M', 'qwen-coder'],
  ['starcoder2:3b', 'starcoder2'],
  ['starcoder:1b', 'starcoder'],
  ['deepseek-coder:1.3b-base', 'deepseek-coder'],
  ['deepseek-coder-v2:16b', 'deepseek-coder-v2'],
  ['codellama:7b-code', 'code-llama'],
  ['codestral:22b', 'codestral'],
  ['granite-code:3b', 'granite-code'],
  ['granite4:350m', 'granite-4'],
  ['granite4:7b-a1b-h', 'granite-4'],
  ['hf.co/ibm-granite/granite-4.0-h-micro-GGUF:Q4_K_M', 'granite-4'],
  ['JetBrains/mellum-4b-base-gguf:q8_0', 'mellum'],
  ['codegemma:2b-code', 'codegemma'],
];

for (const [name, id] of known) {
  test(`${name} belongs to ${id}`, () => {
    assert.equal(familyOf(name)?.id, id);
  });
}

for (const name of [
  'qwen2.5:0.5b',
  'llama3.2:3b',
  'smollm2:135m',
  'gemma3:1b',
  'codeqwen:7b',
  'granite4.1:8b',
  'granite3.3:2b',
  'mellum2:12b',
]) {
  test(`${name} has no known tokens`, () => {
    assert.equal(familyOf(name, name.split(':')[0]), null);
  });
}

test('a renamed model is known by its architecture where that tells the family', () => {
  assert.equal(familyOf('my-own:latest', 'starcoder2')?.id, 'starcoder2');
  assert.equal(familyOf('my-own:latest', 'granitehybrid')?.id, 'granite-4');
  assert.equal(familyOf('my-own:latest', 'qwen2'), null);
});

/** Each family's prompt as its source prints it, for the prefix `a = ` and the suffix `\nb`. */
const prompts: Readonly<Record<string, string>> = {
  'qwen-coder': '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
  'qwen3-coder': '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
  starcoder: '<fim_prefix>a = <fim_suffix>\nb<fim_middle>',
  starcoder2: '<fim_prefix>a = <fim_suffix>\nb<fim_middle>',
  'granite-code': '<fim_prefix>a = <fim_suffix>\nb<fim_middle>',
  'granite-4': '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
  mellum: '<fim_suffix>\nb<fim_prefix>a = <fim_middle>',
  'deepseek-coder': '<｜fim▁begin｜>a = <｜fim▁hole｜>\nb<｜fim▁end｜>',
  'deepseek-coder-v2': '<｜fim▁begin｜>a = <｜fim▁hole｜>\nb<｜fim▁end｜>',
  'code-llama': '<PRE> a =  <SUF>\nb <MID>',
  codestral: '[SUFFIX]\nb[PREFIX]a = ',
  codegemma: '<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
};

for (const row of FAMILIES) {
  test(`${row.id}: the prompt is the one that its source prints`, () => {
    assert.equal(buildFim(row, 'a = ', '\nb'), prompts[row.id]);
  });
}

const BESIDE = {
  root: 'shop',
  path: 'src/main.py',
  excerpts: [
    { path: 'src/a.py', text: 'def a(): ...' },
    { path: 'src/b.py', text: 'class B:' },
  ],
};

test('Qwen prompts name the repository and each file before the document, as its example does', () => {
  assert.equal(
    buildFim(family('qwen2.5-coder:0.5b'), 'a = ', '\nb', BESIDE),
    '<|repo_name|>shop\n<|file_sep|>src/a.py\ndef a(): ...\n<|file_sep|>src/b.py\nclass B:\n' +
      '<|file_sep|>src/main.py\n<|fim_prefix|>a = <|fim_suffix|>\nb<|fim_middle|>',
  );
});

test('Mellum prompts name each file before the document, as its model card does', () => {
  assert.equal(
    buildFim(family('mellum-4b-base'), 'a = ', '\nb', BESIDE),
    '<filename>src/a.py\ndef a(): ...\n<filename>src/b.py\nclass B:\n' +
      '<filename>src/main.py\n<fim_suffix>\nb<fim_prefix>a = <fim_middle>',
  );
});

test('a family whose source says nothing of other files has none in its prompt', () => {
  for (const row of FAMILIES.filter(({ repository }) => !repository)) {
    assert.equal(buildFim(row, 'a = ', '\nb', BESIDE), prompts[row.id]);
  }
});

test('tokens in other files do not break the structure', () => {
  const text = 'x = "<|fim_middle|><|file_sep|>"';
  const beside = { ...BESIDE, path: '<|file_sep|>', excerpts: [{ path: '<|repo_name|>', text }] };
  const prompt = buildFim(family('qwen2.5-coder'), '', '', beside);
  assert.equal(count(prompt, '<|fim_middle|>'), 1);
  assert.equal(count(prompt, '<|file_sep|>'), 2);
  assert.equal(count(prompt, '<|repo_name|>'), 1);
});

test('the order is a column that can be tried on its own', () => {
  assert.equal(
    buildFim({ ...family('qwen2.5-coder'), order: 'spm-v2' }, 'a', 'b'),
    '<|fim_prefix|><|fim_suffix|>b<|fim_middle|>a',
  );
});

for (const row of FAMILIES) {
  test(`${row.id}: its tokens in the user's own text do not break the structure`, () => {
    const tokens = [...row.controls, ...row.controlsInCode];
    const own = `x${tokens.join('')}y${tokens.join(' ')}`;
    const structure = buildFim(row, '', '');
    const prompt = buildFim(row, own, own);
    for (const token of tokens) {
      assert.equal(count(prompt, token), count(structure, token), token);
    }
  });

  test(`${row.id}: text without tokens is sent as it is`, () => {
    const prompt = buildFim(row, 'if (a < b) { // <p>[x] 🙂\r\n', '\n}');
    assert.ok(prompt.includes('if (a < b) { // <p>[x] 🙂\r\n'));
  });

  test(`${row.id}: each of its tokens is a control text, and its source is named`, () => {
    for (const token of [row.prefix, row.suffix, row.middle].map((text) => text.trim())) {
      if (token !== '') assert.ok(row.controls.includes(token), token);
    }
    assert.ok(URL.canParse(row.source));
  });
}

function family(name: string) {
  const found = familyOf(name);
  assert.ok(found);
  return found;
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
