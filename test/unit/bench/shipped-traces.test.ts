import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { shippedTraces } from '../../../bench/report/command.ts';
import { loadTraces } from '../../../bench/traces.ts';

const files = await shippedTraces();
const skip = files.length > 0 ? false : 'no traces of its own source ship with the project';

test(
  'traces that ship are complete, have what was wanted, and are one of a file',
  { skip },
  async () => {
    const traces = await loadTraces(files);
    assert.ok(traces.every(({ end, gold }) => end !== 'cut' && gold.trim() !== ''));
    // A model may end at once.
    const empty = traces.filter(({ tokens }) => tokens.length === 0).length;
    assert.ok(empty <= traces.length / 20, `${empty} without a token`);
    assert.equal(new Set(traces.map(({ problem }) => problem)).size, traces.length);
  },
);

test(
  'traces that ship say how they were recorded, and name no folder of a machine',
  { skip },
  async () => {
    for (const file of files) {
      const manifest = await readFile(file.replace(/\.gz$/, '.manifest.json'), 'utf8');
      assert.match(manifest, /"digest": "sha256:[0-9a-f]{64}"/);
      const text = gunzipSync(await readFile(file)).toString('utf8') + manifest;
      assert.doesNotMatch(text, /\/(work|root|Users)\/|[A-Z]:\\\\Users/);
    }
  },
);
