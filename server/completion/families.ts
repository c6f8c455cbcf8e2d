import type { OtherFilesBlock } from './other-files/block.ts';

/** The model families whose fill-in-the-middle tokens are known: one table, each row with its source. */

/**
 * How prompt parts follow each other, each behind its own token:
 * `psm` is prefix, suffix, then the middle token;
 * `suffix-first` is suffix, then prefix, which the middle continues;
 * `spm-v2` is the prefix token, the suffix, the middle token, then the prefix.
 */
export type FimOrder = 'psm' | 'suffix-first' | 'spm-v2';

export interface Family {
  readonly id: string;
  /** Tested against the model's name in lower case. */
  readonly name: RegExp;
  /** What the engine calls the architecture, where that alone tells the family. */
  readonly engineFamilies: readonly string[];
  /** With the blanks that the model was trained with around them. */
  readonly prefix: string;
  readonly suffix: string;
  /** Empty where the middle has no token of its own. */
  readonly middle: string;
  readonly order: FimOrder;
  /**
   * What the model was trained with before a repository's name and before each file's path, the document's own among
   * them; null where the family's source does not say how other files stand in a prompt.
   */
  readonly repository: { readonly name: string | null; readonly file: string } | null;
  /** Control texts that are never part of code: kept out of prompts and never served. */
  readonly controls: readonly string[];
  /** Control texts that code may hold as well (`</s>` is HTML): kept out of prompts only. */
  readonly controlsInCode: readonly string[];
  /** Completions of this family were run and measured by this project's tests. */
  readonly ranHere: boolean;
  readonly source: string;
}

const STARCODER_TOKENS = {
  prefix: '<fim_prefix>',
  suffix: '<fim_suffix>',
  middle: '<fim_middle>',
  controls: [
    '<|endoftext|>',
    '<fim_prefix>',
    '<fim_suffix>',
    '<fim_middle>',
    '<fim_pad>',
    '<file_sep>',
    '<repo_name>',
    '<reponame>',
    '<gh_stars>',
  ],
  controlsInCode: ['<filename>'],
  ranHere: false,
} as const;

const QWEN_TOKENS = {
  prefix: '<|fim_prefix|>',
  suffix: '<|fim_suffix|>',
  middle: '<|fim_middle|>',
  order: 'psm',
  controls: [
    '<|endoftext|>',
    '<|fim_prefix|>',
    '<|fim_suffix|>',
    '<|fim_middle|>',
    '<|fim_pad|>',
    '<|file_sep|>',
    '<|repo_name|>',
    '<|im_start|>',
    '<|im_end|>',
  ],
  controlsInCode: [],
} as const;

const DEEPSEEK_TOKENS = {
  prefix: '<｜fim▁begin｜>',
  suffix: '<｜fim▁hole｜>',
  middle: '<｜fim▁end｜>',
  order: 'psm',
  repository: null,
  controls: [
    '<｜fim▁begin｜>',
    '<｜fim▁hole｜>',
    '<｜fim▁end｜>',
    '<｜begin▁of▁sentence｜>',
    '<｜end▁of▁sentence｜>',
    '<|EOT|>',
  ],
  controlsInCode: [],
  ranHere: false,
} as const;

export const FAMILIES: readonly Family[] = [
  {
    id: 'qwen-coder',
    name: /qwen(2[\d.]*)?-?coder/,
    engineFamilies: [],
    ...QWEN_TOKENS,
    repository: { name: '<|repo_name|>', file: '<|file_sep|>' },
    ranHere: true,
    source:
      'https://github.com/QwenLM/Qwen3-Coder/blob/main/examples/Qwen2.5-Coder-repolevel-fim.py',
  },
  {
    id: 'qwen3-coder',
    name: /qwen[\d.]+-?coder/,
    engineFamilies: [],
    ...QWEN_TOKENS,
    repository: null,
    ranHere: false,
    source:
      'https://github.com/QwenLM/Qwen3-Coder#fill-in-the-middle-with-qwen3-coder-480b-a35b-instruct',
  },
  {
    id: 'starcoder2',
    name: /starcoder-?2/,
    engineFamilies: ['starcoder2'],
    ...STARCODER_TOKENS,
    order: 'psm',
    repository: null,
    source: 'https://arxiv.org/abs/2402.19173',
  },
  {
    id: 'starcoder',
    name: /starcoder/,
    engineFamilies: ['starcoder'],
    ...STARCODER_TOKENS,
    order: 'psm',
    repository: null,
    source: 'https://huggingface.co/bigcode/tiny_starcoder_py/discussions/2',
  },
  {
    id: 'granite-code',
    name: /granite.*code/,
    engineFamilies: [],
    ...STARCODER_TOKENS,
    order: 'psm',
    repository: null,
    source: 'https://github.com/ibm-granite/granite-code-models/issues/3',
  },
  {
    id: 'granite-4',
    name: /granite-?4(\.0)?(?![\d.])/,
    engineFamilies: ['granitehybrid'],
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: 'psm',
    repository: null,
    controls: [
      '<|fim_prefix|>',
      '<|fim_suffix|>',
      '<|fim_middle|>',
      '<|fim_pad|>',
      '<|end_of_text|>',
      '<|start_of_role|>',
      '<|end_of_role|>',
    ],
    controlsInCode: [],
    ranHere: false,
    source: 'https://www.ibm.com/granite/docs/use-cases/prompt-engineering',
  },
  {
    id: 'mellum',
    name: /mellum(?!-?2)/,
    engineFamilies: [],
    ...STARCODER_TOKENS,
    order: 'suffix-first',
    repository: { name: null, file: '<filename>' },
    source: 'https://huggingface.co/JetBrains/Mellum-4b-base',
  },
  {
    id: 'deepseek-coder-v2',
    name: /deepseek-?coder-?v2/,
    engineFamilies: [],
    ...DEEPSEEK_TOKENS,
    source: 'https://github.com/deepseek-ai/DeepSeek-Coder-V2#code-insertion',
  },
  {
    id: 'deepseek-coder',
    name: /deepseek-?coder/,
    engineFamilies: [],
    ...DEEPSEEK_TOKENS,
    source: 'https://github.com/deepseek-ai/DeepSeek-Coder#2code-insertion',
  },
  {
    id: 'code-llama',
    name: /code-?llama/,
    engineFamilies: [],
    prefix: '<PRE> ',
    suffix: ' <SUF>',
    middle: ' <MID>',
    order: 'psm',
    repository: null,
    controls: ['<PRE>', '<SUF>', '<MID>', '<EOT>'],
    controlsInCode: ['<s>', '</s>'],
    ranHere: false,
    source: 'https://github.com/meta-llama/codellama/blob/main/llama/generation.py#L474',
  },
  {
    id: 'codestral',
    name: /codestral(?!.*mamba)/,
    engineFamilies: [],
    prefix: '[PREFIX]',
    suffix: '[SUFFIX]',
    middle: '',
    order: 'suffix-first',
    repository: null,
    controls: ['[PREFIX]', '[SUFFIX]', '[MIDDLE]'],
    controlsInCode: ['<s>', '</s>', '[INST]', '[/INST]'],
    ranHere: false,
    source:
      'https://github.com/mistralai/mistral-common/blob/main/src/mistral_common/tokens/tokenizers/instruct.py#L606',
  },
  {
    id: 'codegemma',
    name: /codegemma/,
    engineFamilies: [],
    prefix: '<|fim_prefix|>',
    suffix: '<|fim_suffix|>',
    middle: '<|fim_middle|>',
    order: 'psm',
    repository: null,
    controls: [
      '<|fim_prefix|>',
      '<|fim_suffix|>',
      '<|fim_middle|>',
      '<|file_separator|>',
      '<start_of_turn>',
      '<end_of_turn>',
    ],
    controlsInCode: ['<bos>', '<eos>'],
    ranHere: false,
    source: 'https://ai.google.dev/gemma/docs/codegemma/prompt-structure',
  },
];

/** The row for a model, by its name or by what the engine calls its architecture; null: not known. */
export function familyOf(modelName: string, engineFamily = ''): Family | null {
  const name = modelName.toLowerCase();
  const architecture = engineFamily.toLowerCase();
  return (
    FAMILIES.find((family) => family.name.test(name)) ??
    FAMILIES.find((family) => family.engineFamilies.includes(architecture)) ??
    null
  );
}

/**
 * The finished prompt, to be sent raw. The user's own text may hold the family's tokens (this file
 * does): engines parse them wherever they stand, which would break the structure, so each gets a
 * blank after its first character, in the prompt only.
 *
 * @param beside what of other files stands before the document; left out where the family has no format for it
 */
export function buildFim(
  family: Family,
  prefix: string,
  suffix: string,
  beside: OtherFilesBlock | null = null,
): string {
  const before = neutralise(family, prefix);
  const after = neutralise(family, suffix);
  const head = beside ? headOf(family, beside) : '';
  switch (family.order) {
    case 'psm':
      return head + family.prefix + before + family.suffix + after + family.middle;
    case 'suffix-first':
      return head + family.suffix + after + family.prefix + before + family.middle;
    case 'spm-v2':
      return head + family.prefix + family.suffix + after + family.middle + before;
  }
}

/** Ends with the document's own path. */
function headOf(family: Family, { root, path, excerpts }: OtherFilesBlock): string {
  const { repository } = family;
  if (!repository) return '';
  const { name, file } = repository;
  const said = (text: string) => neutralise(family, text);
  const files = excerpts.map((each) => `${file}${said(each.path)}\n${said(each.text)}\n`);
  return `${name === null ? '' : `${name}${said(root)}\n`}${files.join('')}${file}${said(path)}\n`;
}

function neutralise(family: Family, text: string): string {
  let safe = text;
  for (const token of [...family.controls, ...family.controlsInCode]) {
    safe = safe.replaceAll(token, `${token.charAt(0)} ${token.slice(1)}`);
  }
  return safe;
}
