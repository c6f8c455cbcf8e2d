import { stripTypeScriptTypes } from 'node:module';
import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';
import { filterLines } from './rules/continue.ts';
import { postprocess } from './rules/continue-trim.ts';
import { dedent } from './dedent.ts';
import type { PublishedCase } from './published.ts';

const caseSchema = z.object({
  description: z.string(),
  filename: z.string(),
  input: z.string(),
  llmOutput: z.string(),
  expectedCompletion: z.string().nullish(),
});

const LANGUAGE_OF: Readonly<Record<string, string>> = {
  py: 'python',
  js: 'javascript',
  jsx: 'javascriptreact',
  ts: 'typescript',
  tsx: 'typescriptreact',
  rs: 'rust',
  md: 'markdown',
  go: 'go',
};

/** Reads the literals of Continue's filtering test; they are evaluated with nothing else in reach. */
export async function continueCases(file: string): Promise<PublishedCase[]> {
  const source = stripTypeScriptTypes(await readFile(file, 'utf8'))
    .replace(/^import[^;]*;/gm, '')
    .replace(/^export const (\w+)/gm, 'globalThis.$1');
  const found: unknown = runInNewContext(
    `${source}; [...TEST_CASES_WITH_DIFF, ...TEST_CASES_WITHOUT_DIFF]`,
    { dedent },
    { timeout: 1000 },
  );
  return z
    .array(caseSchema)
    .parse(JSON.parse(JSON.stringify(found)))
    .map((test) => {
      const [prefix = '', suffix = ''] = test.input.split('<|fim|>');
      const languageId =
        LANGUAGE_OF[test.filename.split('.').at(-1) ?? ''] ?? test.filename.split('.').at(-1) ?? '';
      const context = { prefix, suffix, languageId, kind: 'line-end', multiLine: 'auto' } as const;
      const { offset } = filterLines(test.llmOutput, context, true);
      return {
        peer: 'peer-continue',
        name: test.description,
        ours: postprocess(test.llmOutput.slice(0, offset), prefix),
        theirs: test.expectedCompletion ?? '',
        mustDiffer: false,
      };
    });
}
