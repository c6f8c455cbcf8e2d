import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { notices } from '../../scripts/notices.mjs';
import { ROOT } from '../support/cli.ts';

const skip = existsSync(join(ROOT, 'dist/packages.json')) ? false : 'nothing is built yet';

test(
  'NOTICES has the licence of every package in the bundles (npm run notices)',
  { skip },
  async () => {
    assert.equal(readFileSync(join(ROOT, 'NOTICES'), 'utf8'), await notices());
  },
);
