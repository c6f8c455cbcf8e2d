/** `npm run circles`: how many circles there are in what our files import, types included. */
import { cruise } from 'dependency-cruiser';

import { ROOT } from './install.mjs';
import { runAsProgram } from './say.mjs';

const FOLDERS = ['server', 'shared', 'client', 'cli', 'media', 'bench'];
const RULE = { name: 'circle', severity: 'error', from: {}, to: { circular: true } };

/** @returns {Promise<string[]>} each circle once, as the files along it */
export async function circles(baseDir = ROOT, folders = FOLDERS) {
  const { output } = await cruise(folders, {
    baseDir,
    tsPreCompilationDeps: true,
    includeOnly: { path: folders.map((folder) => `^${folder}/`) },
    exclude: { path: 'node_modules' },
    validate: true,
    ruleSet: { forbidden: [RULE] },
  });
  const found = new Map();
  for (const { from, cycle = [] } of output.summary.violations) {
    const files = cycle.map(({ name }) => name);
    found.set(files.toSorted().join(), [from, ...files].join(' -> '));
  }
  return [...found.values()];
}

await runAsProgram(import.meta.url, async () => {
  const found = await circles();
  for (const circle of found) console.log(circle);
  console.log(`import circles, types included: ${found.length}`);
  return found.length === 0 ? 0 : 1;
});
