/** `npm run lint`: ESLint without a warning, Prettier, no import circle, and how many rules are switched off in place. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PINNED_NODE, ROOT } from './install.mjs';
import { runAsProgram } from './say.mjs';

const CHECKS = [
  ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['scripts/circles.mjs'],
];

function disableComments() {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'];
  const { stdout } = spawnSync('git', list, { cwd: ROOT, encoding: 'utf8' });
  const files = stdout.split('\n').filter(Boolean);
  const mark =
    /(?:\/\/|\/\*)\s*(?:eslint-disable|prettier-ignore|@ts-(?:ignore|nocheck|expect-error))/g;
  return files.reduce(
    (sum, file) => sum + (readFileSync(join(ROOT, file), 'utf8').match(mark)?.length ?? 0),
    0,
  );
}

await runAsProgram(import.meta.url, async () => {
  const failed = CHECKS.filter(
    (check) => spawnSync(PINNED_NODE, check, { cwd: ROOT, stdio: 'inherit' }).status !== 0,
  );
  console.log(`disable comments: ${disableComments()}`);
  return failed.length === 0 ? 0 : 1;
});
