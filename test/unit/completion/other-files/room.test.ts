import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  OTHER_FILES_CHARS,
  roomForOtherFiles,
} from '../../../../server/completion/other-files/room.ts';
import type { Capabilities } from '../../../../server/engines/engine.ts';

const room = (otherFiles: 'auto' | 'on' | 'off', name: string, prefillTokensPerSecond = 17_000) => {
  const model = { name, family: '' } as Capabilities['model'];
  return roomForOtherFiles({ otherFiles }, { model, prefillTokensPerSecond });
};

test('other files are in the prompt where that is switched on and the model has a format for it', () => {
  assert.equal(room('on', 'qwen2.5-coder:7b').chars, OTHER_FILES_CHARS);
  assert.equal(room('off', 'qwen2.5-coder:7b').chars, 0);
  assert.deepEqual(room('on', 'codegemma:2b'), {
    chars: 0,
    why: 'no format for them is known for this model',
  });
});

test('"auto" goes by what was measured for the model, and says so', () => {
  assert.match(room('auto', 'qwen2.5-coder:0.5b').why, /not shown to pay/);
  assert.match(room('auto', 'qwen2.5-coder:7b').why, /not measured/);
  for (const name of ['qwen2.5-coder:0.5b', 'qwen2.5-coder:7b']) {
    assert.equal(room('auto', name).chars, 0, name);
  }
});
