import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { answering } from './answers.ts';
import type { EngineTrace } from './engine-traces.ts';
import { FakeOllama, type FakeRequest } from './fake-ollama.ts';

/** Characters by which a place in a file is found again. */
const SURROUNDINGS = 60;

/**
 * A fake Ollama that knows a project's files: two answers in three begin with the text that was cut
 * out there and run on over its end, as instruct models do; the third is wrong.
 *
 * @param behind how many characters it goes on to write, by the number of the answer
 */
export function startKnowingEngine(
  folder: string,
  behind: (answer: number) => number = () => 80,
): Promise<FakeOllama> {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|py)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  let asked = 0;
  return FakeOllama.start({
    answer: (request) => {
      const found = promptOf(request);
      const gold = found && goldOf(texts, found.prefix, found.suffix, behind(asked));
      if (!gold) return undefined;
      return ++asked % 3 === 0 ? answering('unheard', '_of', '()', '\n') : inTokens(gold);
    },
  });
}

function promptOf({ body }: FakeRequest): { prefix: string; suffix: string } | null {
  const prompt = typeof body['prompt'] === 'string' ? body['prompt'] : '';
  const match = /^<\|fim_prefix\|>(.*)<\|fim_suffix\|>(.*)<\|fim_middle\|>$/s.exec(prompt);
  return match && { prefix: match[1] ?? '', suffix: match[2] ?? '' };
}

/** What stands between the two in one of the texts, and so many characters behind it. */
function goldOf(
  texts: readonly string[],
  prefix: string,
  suffix: string,
  behind: number,
): string | null {
  const before = prefix.slice(-SURROUNDINGS);
  const after = suffix.slice(0, SURROUNDINGS);
  if (before === '') return null;
  for (const text of texts) {
    for (let at = text.indexOf(before); at !== -1; at = text.indexOf(before, at + 1)) {
      const start = at + before.length;
      const end = text.indexOf(after, start);
      if (end > start && end - start < 500) return text.slice(start, end + behind);
    }
  }
  return null;
}

function inTokens(text: string): EngineTrace {
  return answering(...(text.match(/ ?\w+|\s+|[^\w\s]+/g) ?? [text]));
}
