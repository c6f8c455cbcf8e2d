import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../support/cli.ts';

for (const path of ['package-lock.json', 'server/engines/embedded/package-lock.json']) {
  test(`${path} names no registry: packages come from the one that the user's npm knows`, () => {
    assert.doesNotMatch(readFileSync(join(ROOT, path), 'utf8'), /"resolved": "https?:/);
  });
}
