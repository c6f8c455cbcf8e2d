import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { continueCases } from './continue-cases.ts';
import { judgeCase, type PublishedCase } from './published.ts';
import { tabbyCase } from './tabby-cases.ts';

export const PEERS_USAGE = 'peers --tests DIR…';

async function casesIn(folder: string): Promise<PublishedCase[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const cases: PublishedCase[] = [];
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.includes('node_modules')) continue;
    if (/autocomplete\/filtering\/test\/testCases\.ts$/.test(path))
      cases.push(...(await continueCases(path)));
    if (/postprocess\/golden\/.*\.toml$/.test(path)) {
      const found = await tabbyCase(path);
      if (found) cases.push(found);
    }
  }
  return cases;
}

/**
 * `peers`: runs the cases that peers published with their sources (Continue's filtering tests, Tabby's
 * golden files, wherever they lie below the folders named) against our implementations of them.
 * @throws Error where a difference has no known reason
 */
export async function peersCommand(args: string[], print: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { tests: { type: 'string', multiple: true, default: [] } },
  });
  if (values.tests.length === 0) throw new Error('name a folder with a peer’s tests: --tests DIR');
  const cases = (await Promise.all(values.tests.map(casesIn))).flat();
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
  if (open > 0) throw new Error(`${open} differences without a known reason`);
}
