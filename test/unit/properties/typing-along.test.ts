import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Memory } from '../../../server/completion/memory.ts';
import type { CompletionRequest } from '../../../server/completion/request.ts';
import { typedSince, Waiters } from '../../../server/completion/waiters.ts';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';

const uri = 'file:///a.ts';
const code = fc.string({ unit: fc.constantFrom('a', 'b', '(', '\n'), maxLength: 6 });

/** Most go along with the suggestion for a while, or to its end, or past it. */
const suggestionAndTyped = fc
  .tuple(code, code, code)
  .map(([start, left, other]) => ({ suggestion: start + left, typed: start + other }))
  .filter(({ suggestion }) => suggestion !== '');

function request(before: string, after: string): CompletionRequest {
  const text = before + after;
  return {
    uri,
    languageId: 'typescript',
    text,
    offset: before.length,
    workspace: null,
    ahead: '',
    trigger: 'automatic',
    typing: true,
    settings: DEFAULT_SETTINGS,
    file: 'open',
    pausedUntil: 0,
    isCurrent: () => true,
    textNow: () => text,
  };
}

test('who typed along gets the same rest, whether the stream is over or still on its way', async () => {
  const cases = fc.asyncProperty(
    code,
    code,
    suggestionAndTyped,
    async (before, after, { suggestion, typed }) => {
      const first = request(before, after);
      const later = request(before + typed, after);
      assert.equal(typedSince(first, later), typed);

      const memory = new Memory();
      memory.keep(first, {
        suggestionId: 'id',
        text: suggestion,
        replaceAfter: 0,
        written: suggestion,
        ...{ nothing: 'outdated', tokens: [], model: 'm' },
      });
      const waiters = new Waiters();
      const waiting = waiters.wait(later, typed, 0, new AbortController().signal);
      waiters.serve({ id: 'id', text: suggestion, replaceAfter: 0, fromMemory: false });

      const rest = suggestion.startsWith(typed) ? suggestion.slice(typed.length) : '';
      const recalled = memory.recall(later);
      assert.equal(recalled && 'text' in recalled ? recalled.text : '', rest);
      assert.equal((await waiting)?.text ?? '', rest);
    },
  );
  await fc.assert(cases, { seed: 1, numRuns: 1000 });
});

test('a stream keeps those whom it may still serve, and sends away the others', async () => {
  const cases = fc.asyncProperty(
    suggestionAndTyped,
    fc.nat(),
    async ({ suggestion, typed }, length) => {
      const waiters = new Waiters();
      const later = request(typed, '');
      const waiting = waiters.wait(later, typed, 0, new AbortController().signal);
      waiters.dropAllBut(suggestion.slice(0, length % (suggestion.length + 1)));
      const isKept = !waiters.empty;
      waiters.serve({ id: 'id', text: suggestion, replaceAfter: 0, fromMemory: false });
      const answer = await waiting;
      if (!isKept) assert.equal(answer, undefined);
      if (suggestion.startsWith(typed)) assert.ok(isKept);
    },
  );
  await fc.assert(cases, { seed: 1, numRuns: 1000 });
});
