import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { codyCases } from './cody-cases.ts';
import { continueCases } from './continue-cases.ts';
import { judgeCase, type PublishedCase } from './published.ts';
import { tabbyCase } from './tabby-cases.ts';
import type { TestedCases } from './test-file.ts';
import { twinnyCases } from './twinny-cases.ts';

export const PEERS_USAGE = 'peers --tests DIR…';

/** Of Cody's tests, those of what is shown of one answer. */
const CODY =
  /get-inline-completions-tests\/(multiline-truncation|dynamic-multiline|post-processing|languages)\.test\.ts$/;

async function casesIn(folder: string): Promise<TestedCases> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const cases: PublishedCase[] = [];
  const notRun: string[] = [];
  const take = (tested: TestedCases) => {
    cases.push(...tested.cases);
    notRun.push(...tested.notRun);
  };
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.includes('node_modules')) continue;
    if (/autocomplete\/filtering\/test\/testCases\.ts$/.test(path))
      cases.push(...(await continueCases(path)));
    if (/postprocess\/golden\/.*\.toml$/.test(path)) {
      const found = await tabbyCase(path);
      if (found) cases.push(found);
    }
    if (/test\/suite\/completion-formatter\.test\.ts$/.test(path)) take(await twinnyCases(path));
    if (CODY.test(path)) take(await codyCases(path));
  }
  return { cases, notRun };
}

/**
 * `peers`: runs the cases that peers published with their sources (Continue's filtering tests, Tabby's
 * golden files, Twinny's formatter tests, Cody's tests of what it shows, wherever they lie below the folders named) against our implementations of them.
 * @throws Error where a difference has no known reason
 */
export async function peersCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { tests: { type: 'string', multiple: true, default: [] } },
  });
  if (values.tests.length === 0) throw new Error('name a folder with a peer’s tests: --tests DIR');
  const tested = await Promise.all(values.tests.map(casesIn));
  const cases = tested.flatMap((each) => each.cases);
  const notRun = new Set(tested.flatMap((each) => each.notRun));
  if (cases.length === 0) throw new Error('no published cases below these folders');
  const counts = new Map<string, { passed: number; explained: number; open: number }>();
  for (const published of cases) {
    const { passed, reason } = judgeCase(published);
    const count = counts.get(published.peer) ?? { passed: 0, explained: 0, open: 0 };
    counts.set(published.peer, count);
    if (passed) count.passed += 1;
    else if (reason !== null) count.explained += 1;
    else count.open += 1;
    if (passed) continue;
    print(`${published.peer}: ${published.name}`);
    print(`  theirs ${JSON.stringify(published.theirs)}`);
    print(`  ours   ${JSON.stringify(published.ours)}`);
    print(`  ${reason ?? 'NOT EXPLAINED'}`);
  }
  let open = 0;
  for (const [peer, count] of counts) {
    open += count.open;
    print(
      `${peer}: ${count.passed} passed, ${count.explained + count.open} differ (${count.explained} explained)`,
    );
  }
  if (notRun.size > 0) {
    print(
      `not run, since they use parts of a peer that have no counterpart here: ${[...notRun].join('; ')}`,
    );
  }
  if (open > 0) throw new Error(`${open} differences without a known reason`);
}
