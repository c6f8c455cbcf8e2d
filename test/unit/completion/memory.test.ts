import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Memory, type Place } from '../../../server/completion/memory.ts';

const uri = 'file:///a.ts';
const nothing = { stop: 'hopeless', wrote: true, hidden: true, pAlive: 0.12 } as const;
/** The cursor stands at the bar. */
const place = (marked: string): Place => {
  const offset = marked.indexOf('|');
  return { uri, text: marked.replace('|', ''), offset };
};

function remembering(
  marked: string,
  text: string | null,
  replaceAfter = 0,
  written = text ?? '',
): Memory {
  const memory = new Memory();
  memory.keep(place(marked), {
    suggestionId: 'id',
    text,
    replaceAfter,
    written,
    nothing,
    tokens: [],
    model: 'm',
  });
  return memory;
}

describe('what is remembered of an offered suggestion', () => {
  test('is its rest, under the same id, while the user types along', () => {
    const memory = remembering('const a = |;\n', 'compute(1)');
    assert.deepEqual(memory.recall(place('const a = comp|;\n')), {
      suggestionId: 'id',
      text: 'ute(1)',
      replaceAfter: 0,
    });
  });

  test('comes back when the user goes back along it', () => {
    const memory = remembering('const a = |;\n', 'compute(1)');
    assert.equal(memory.recall(place('const a = compxx|;\n')), undefined);
    assert.equal(textOf(memory.recall(place('const a = comp|;\n'))), 'ute(1)');
    assert.equal(textOf(memory.recall(place('const a = |;\n'))), 'compute(1)');
  });

  test('is nothing once all of it is typed', () => {
    const memory = remembering('a = |\n', 'b');
    assert.equal(memory.recall(place('a = b|\n')), undefined);
  });

  test('does not answer in another document, nor where the text around has changed', () => {
    const memory = remembering('a = |;\n', 'bcd');
    assert.equal(memory.recall({ ...place('a = b|;\n'), uri: 'file:///b.ts' }), undefined);
    assert.equal(memory.recall(place('x = b|;\n')), undefined);
    assert.equal(memory.recall(place('a = b|;\nmore')), undefined);
  });

  test('replaces the bracket that the editor closed by itself', () => {
    const memory = remembering('run|\n', '(first)');
    assert.deepEqual(memory.recall(place('run(|)\n')), {
      suggestionId: 'id',
      text: 'first)',
      replaceAfter: 1,
    });
  });

  test('agrees with typed CRLF', () => {
    const memory = remembering('{|\r\n}', '\n  a();');
    assert.equal(textOf(memory.recall(place('{\r\n  |\r\n}'))), 'a();');
  });

  test('is that there was nothing, at the very same place only', () => {
    const memory = remembering('a |\n', null);
    assert.deepEqual(memory.recall(place('a |\n')), { nothing });
    assert.equal(memory.recall(place('a b|\n')), undefined);
  });

  test('is what was given up: silent while typing agrees with it', () => {
    const memory = remembering('a = |;\n', null, 0, 'compute(1)');
    assert.deepEqual(memory.recall(place('a = comp|;\n')), { nothing });
    assert.equal(memory.recall(place('a = cost|;\n')), undefined);
    assert.equal(memory.recall(place('a = compute(1)|;\n')), undefined);
    assert.equal(memory.recall(place('a = comp|;\n'), false), undefined, 'asked by a command');
  });

  test('is what goes on behind an offer that was its beginning', () => {
    const memory = remembering('a = |;\n', 'compute', 0, 'compute(1)');
    assert.equal(textOf(memory.recall(place('a = comp|;\n'))), 'ute');
    assert.deepEqual(memory.recall(place('a = compute|;\n')), { nothing });
    assert.equal(memory.recall(place('a = compute[|;\n')), undefined);
  });

  test('is gone after a change of model or settings', () => {
    const memory = remembering('a = |;\n', 'bcd');
    memory.clear();
    assert.equal(memory.recall(place('a = |;\n')), undefined);
  });
});

function textOf(recalled: ReturnType<Memory['recall']>): string | undefined {
  return recalled && 'text' in recalled ? recalled.text : undefined;
}
