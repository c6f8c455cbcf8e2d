import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkedWeights } from '../../server/stopping/policy/weights-file.ts';
import { SHIPPED_WEIGHTS } from '../train/weights.ts';
import { ANSWERED_TRACES, answersOf, readAnswered } from './answers.ts';
import { makeAnswered } from './make.ts';

export const ANSWERS_USAGE = 'answers [--write] [--make N --from TRACES…]';

/** What the daemon compares its weights with, where it runs from source; a build makes its own. */
export const RUNNING_ANSWERS = join(
  import.meta.dirname,
  '../../server/stopping/policy/weights/answers.json',
);

/** Keeps them for the daemon that runs from source. */
export async function writeRunningAnswers(): Promise<readonly string[]> {
  const answers = await runningAnswers();
  await writeFile(RUNNING_ANSWERS, `${JSON.stringify(answers)}\n`);
  return answers;
}

/** The hash that this code has under each weights file that ships. */
export async function runningAnswers(): Promise<string[]> {
  const traces = await readAnswered();
  const files = await Promise.all(
    Object.values(SHIPPED_WEIGHTS).map((file) => readFile(file, 'utf8')),
  );
  return files.map((text) => answersOf(checkedWeights(JSON.parse(text)), traces));
}

/**
 * `answers`: what rule and repairs answer on the kept traces, as one hash for each weights file that ships; a
 * weights file that names another one was certified for other answers. `--write` keeps them for the daemon that
 * runs from source. `--make` makes the file of kept traces anew.
 */
export async function answersCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      write: { type: 'boolean', default: false },
      make: { type: 'string' },
      from: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.make !== undefined) {
    const count = await makeAnswered(ANSWERED_TRACES, values.from, Number(values.make));
    print(`${count} traces in ${ANSWERED_TRACES}`);
  }
  const answers = values.write ? await writeRunningAnswers() : await runningAnswers();
  print(JSON.stringify(answers));
}
