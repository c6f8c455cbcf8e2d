import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { PublishedCase } from './published.ts';

/** What a test of a peer's compared: what our implementation gave, and what its authors expect. */
export interface Comparison {
  readonly test: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface TestRun {
  readonly comparisons: readonly Comparison[];
  /** Tests that use something of the peer's for which there is no stand-in. */
  readonly notRun: readonly string[];
}

/** Cases that a test file compares, and the names of its tests that were not run. */
export interface TestedCases {
  readonly cases: readonly PublishedCase[];
  readonly notRun: readonly string[];
}

/**
 * Runs a peer's own test file with stand-ins for everything that it imports, and nothing else in reach.
 * @param standIns gets what to call with each comparison that a test makes
 */
export async function runTestFile(
  file: string,
  standIns: (
    compare: (ours: unknown, theirs: unknown) => void,
  ) => Readonly<Record<string, unknown>>,
): Promise<TestRun> {
  const source = stripTypeScriptTypes(await readFile(file, 'utf8')).replace(
    /^import\s[^'"]*?(?:from\s+)?['"][^'"]+['"];?/gm,
    '',
  );
  const tests: { readonly name: string; readonly run: () => unknown }[] = [];
  const made: Comparison[] = [];
  let current: Comparison[] = [];
  let name = '';
  const group = (_name: string, body: () => void) => {
    body();
  };
  const test = (title: string, run: () => unknown) => tests.push({ name: title, run });
  const each =
    (rows: readonly unknown[][]) => (title: string, run: (...row: unknown[]) => unknown) => {
      rows.forEach((row, i) => test(`${title} (${i + 1})`, () => run(...row)));
    };
  const nothing = () => undefined;
  runInNewContext(
    source,
    {
      ...{
        describe: group,
        suite: group,
        it: Object.assign(test, { each }),
        test,
        suiteTeardown: nothing,
      },
      ...{ beforeAll: nothing, afterAll: nothing, beforeEach: nothing, afterEach: nothing },
      ...standIns((ours, theirs) => current.push({ test: name, ours, theirs })),
    },
    { timeout: 1000 },
  );
  const notRun: string[] = [];
  for (const one of tests) {
    name = one.name;
    current = [];
    try {
      await one.run();
      made.push(...current);
    } catch {
      notRun.push(name);
    }
  }
  return { comparisons: made, notRun };
}
