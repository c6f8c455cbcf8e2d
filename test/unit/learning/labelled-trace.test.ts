import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelledTrace } from '../../../server/learning/fit/labelled-trace.ts';
import type { Evidence, StretchEvidence } from '../../../server/learning/learner.ts';
import { ObservedLedger } from '../../../server/learning/observe.ts';
import type { RequestCode, RequestRecord, ShadowTail } from '../../../server/outcomes/records.ts';
import type { CursorContext } from '../../../server/stopping/trace.ts';
import { openEpisode, request, tail } from '../../storage/rows.ts';
import { Typist } from '../outcomes/typist.ts';

const CONTEXT: CursorContext = {
  prefix: 'const x = ',
  suffix: '\n',
  languageId: 'typescript',
  kind: 'line-end',
  multiLine: 'auto',
};

/** A request whose tokens are the pieces between the bars. */
function codeOf(pieces: string, served: string | null, ahead = ''): RequestCode {
  const tokens = pieces.split('|').map((text) => ({ text, logprob: -0.25 }));
  return { context: CONTEXT, ahead, tokens, maxTokens: 128, served, pAlive: null };
}

/** What is learned from a request with one stop, `tail` where it ran on behind it. */
function label(
  pieces: string,
  served: string | null,
  kept: string,
  { tailEnds, ahead = '', isOffered = true, ...record }: Partial<RequestRecord> & LabelOptions = {},
) {
  const over = tailEnds ? tail('r1', { ended: tailEnds }) : null;
  const first = {
    ...{ request: request('r1', 'e1', record), code: codeOf(pieces, served, ahead) },
    ...{ tail: over, uri: 'file:///a.ts', isOffered },
  };
  return labelledTrace(first, kept);
}

interface LabelOptions {
  /** Of a control request, behind its stop. */
  readonly tailEnds?: 'natural-end' | 'superseded';
  readonly ahead?: string;
  readonly isOffered?: boolean;
}

describe('a stop, told by what was kept,', () => {
  const judged = (...args: Parameters<typeof label>) => {
    const { reachable, premature, overrun } = label(...args)?.judged ?? {};
    return [reachable, premature, overrun];
  };

  test('is right where that is what was served', () => {
    assert.deepEqual(judged('foo|();', 'foo();', 'foo();'), [true, false, false]);
    assert.deepEqual(judged('foo|();|\n|bar', 'foo();', 'foo();'), [true, false, false]);
  });

  test('overran where its tail was not kept', () => {
    assert.deepEqual(judged('foo|();| bar();', 'foo(); bar();', 'foo();'), [true, false, true]);
  });

  test('was premature where the rest of the text would have matched', () => {
    const whole = { tailEnds: 'natural-end', control: true } as const;
    assert.deepEqual(judged('foo|()|.bar', 'foo()', 'foo().bar', whole), [true, true, false]);
    assert.deepEqual(judged('foo|()|.bar', '', 'foo().bar', whole), [true, true, false]);
  });

  test('was premature where the user typed on, though how the text goes on is not known', () => {
    assert.deepEqual(judged('foo|()', 'foo()', 'foo().bar'), [null, true, false]);
    assert.deepEqual(judged('foo|()', 'bar', 'foo().bar'), [null, false, false]);
  });

  test('is not told where nothing was served and the text could still have matched', () => {
    assert.deepEqual(judged('foo|()', '', 'foo().bar'), [null, null, null]);
  });

  test('is neither where no text that begins so would have matched', () => {
    assert.deepEqual(judged('foo|()', '', 'bar()'), [false, false, false]);
    assert.deepEqual(judged('foo|()', 'foo()', ''), [false, false, false]);
    const whole = { tailEnds: 'natural-end' } as const;
    assert.deepEqual(judged('foo|()', 'foo()', 'foo().bar', whole), [false, false, false]);
  });

  test('is not told of a request that never came to it', () => {
    const cancelled = { stopReason: null };
    assert.deepEqual(judged('foo|();', null, 'foo();', cancelled), [true, null, null]);
  });
});

describe('a labelled trace', () => {
  test('has per token whether serving would be a match, repaired', () => {
    const trace = label('foo|()|;', 'foo();', 'foo()')?.trace;
    assert.deepEqual(
      trace?.rows.map(({ done }) => done),
      [false, true, false],
    );
    assert.equal(trace.matchOffset, 5);
  });

  test('is complete where its stream came to its end, and else says whether the patient rule decided', () => {
    const part = (...args: Parameters<typeof label>) => {
      const { complete, decided, matched, tokens } = label(...args)?.trace ?? {};
      return { complete, decided, matched, tokens };
    };
    const open = { complete: false, decided: false, matched: false, tokens: 2 };
    assert.deepEqual(part('foo|();', 'foo();', 'foo();'), open);
    assert.deepEqual(part('foo|();|\n', 'foo();', 'foo();'), {
      ...{ complete: false, decided: true, matched: true, tokens: 3 },
    });
    for (const whole of [{ tailEnds: 'natural-end' }, { stopReason: 'natural-end' }] as const) {
      assert.deepEqual(part('foo|();', 'foo();', 'foo();', whole), {
        ...{ complete: true, decided: undefined, matched: true, tokens: 2 },
      });
    }
  });

  test('says how it was drawn and what the rule in force made of it', () => {
    const control = { control: true, controlRate: 0.2, tailEnds: 'natural-end' } as const;
    const trace = label('foo|();|x', 'foo();', 'foo();', control)?.trace;
    assert.deepEqual(trace?.drawn, { how: 'control', probability: 0.2 });
    assert.deepEqual(trace.served, { matched: true, tokens: 5 });
    const other = label('foo|();', null, 'foo();', { controlRate: 0.2, stopReason: null })?.trace;
    assert.deepEqual(other?.drawn, { how: 'served', probability: 0.8 });
    assert.equal(other.served, null);
  });

  test('is unanchored where it was withheld and nothing of its stretch was offered', () => {
    const withheld = { withheld: true, withheldRate: 0.02, tailEnds: 'natural-end' } as const;
    const trace = label('foo|();', 'foo();', 'foo();', { ...withheld, isOffered: false })?.trace;
    assert.deepEqual(trace?.drawn, { how: 'withheld', probability: 0.02 });
    assert.equal(trace.anchored, false);
    assert.equal(label('foo|();', 'foo();', 'foo();', withheld)?.trace.anchored, true);
    assert.equal(label('foo|();', '', 'foo();', { isOffered: false })?.trace.anchored, true);
  });

  test('leaves out what an open suggestion list would have inserted', () => {
    const trace = label('Of|(x)', 'Of(x)', 'indexOf(x)', { ahead: 'index' })?.trace;
    assert.equal(trace?.rows[1]?.done, true);
    assert.equal(label('Of|(x)', 'Of(x)', 'search(x)', { ahead: 'index' }), null);
  });

  test('is null where no token came, or the request failed', () => {
    const nothing = { ...codeOf('x', null), tokens: [] };
    const first = {
      request: request('r1', 'e1'),
      code: nothing,
      tail: null,
      uri: '',
      isOffered: true,
    };
    assert.equal(labelledTrace(first, 'foo'), null);
    const failed = { ...first, request: { ...first.request, ended: 'failed' as const } };
    assert.equal(labelledTrace({ ...failed, code: codeOf('x', null) }, 'foo'), null);
  });
});

/** A user at an editor whose outcomes are observed. */
function observed(marked: string, simulated = false) {
  const typist = new Typist(marked);
  const evidence: Evidence[] = [];
  const shadows: ShadowTail[] = [];
  const ledger = new ObservedLedger(
    {
      recordRequest: () => undefined,
      recordControlTail: () => undefined,
      recordShadowTail: (tail) => shadows.push(tail),
      recordSpanTokens: () => undefined,
      recordClock: () => undefined,
      recordMemoryAnswer: () => undefined,
      recordCost: () => undefined,
      saveOpenEpisode: () => undefined,
      openEpisodes: () => [],
      settleEpisode: (settled) => typist.settled.push(settled),
    },
    (one) => evidence.push(one),
  );
  const request1 = (pieces: string, change: Partial<RequestRecord> = {}) => {
    const { episodeId, first } = typist.ask();
    ledger.saveOpenEpisode(openEpisode(episodeId, { simulated }));
    const code = codeOf(pieces, pieces.replaceAll('|', ''));
    ledger.recordRequest(request('r1', episodeId, { first, ...change }), code);
  };
  const settle = () => {
    typist.settle();
    const [settled] = typist.settled.splice(0);
    assert.ok(settled);
    ledger.settleEpisode(settled, typist.kept.at(-1));
    return evidence.find((one): one is StretchEvidence => one.kind === 'stretch');
  };
  return { typist, ledger, evidence, shadows, request: request1, settle };
}

describe('the evidence of a stretch', () => {
  test('has the trace of its first request, though nothing was offered', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.typist.type('foo();');
    const { trace, label: settled } = user.settle() ?? {};
    assert.equal(trace?.rows[1]?.done, true);
    assert.deepEqual(settled?.judged, { reachable: true, premature: false, overrun: false });
    assert.doesNotMatch(JSON.stringify(user.evidence), /foo/);
    assert.deepEqual(user.typist.settled[0]?.judged, settled.judged);
  });

  test('has none where the line before the cursor is another one by the end', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.typist.backspace(4);
    user.typist.type('y = foo();');
    const { trace, label: settled } = user.settle() ?? {};
    assert.equal(trace, null);
    assert.equal(settled?.judged, undefined);
  });

  test('says of a simulated user that he is one', () => {
    const user = observed('const x = |\n', true);
    user.request('foo|();');
    assert.partialDeepStrictEqual(user.evidence, [{ kind: 'request', simulated: true }]);
  });

  test('has no trace once all data were deleted', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.ledger.forget();
    user.typist.type('foo();');
    assert.equal(user.settle(), undefined);
  });
});

describe('a text that is continued at idle', () => {
  const shadow = (change: Partial<ShadowTail> = {}): ShadowTail => {
    return { requestId: 'r1', at: 5, tokens: 2, ms: 80, ended: 'natural-end', ...change };
  };
  const tokens = (pieces: string) => codeOf(pieces, null).tokens;
  const texts = (user: ReturnType<typeof observed>) =>
    user.ledger
      .unfinished()
      .map((unfinished) => unfinished.tokens.map(({ text }) => text).join('|'));

  test('is known to its end, and its stop is judged as if it had not been continued', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.ledger.continued(shadow(), tokens(' bar|();'));
    user.typist.type('foo(); bar();');
    const { trace, label: settled } = user.settle() ?? {};
    assert.partialDeepStrictEqual(trace, {
      ...{ drawn: { how: 'shadow', probability: 1 }, complete: true, reachable: true },
      ...{ matchOffset: 13, anchored: true, served: { matched: false } },
    });
    assert.deepEqual(settled?.judged, { reachable: null, premature: true, overrun: false });
    assert.doesNotMatch(JSON.stringify(user.evidence), /foo|bar/);
  });

  test('costs tokens, told at once, by every try', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    const tries = [shadow({ tokens: 1, ended: 'pre-empted' }), shadow({ tokens: 3 })];
    for (const each of tries) user.ledger.continued(each, []);
    assert.deepEqual(
      user.evidence.filter(({ kind }) => kind === 'spent'),
      tries.map(({ tokens: spent }) => ({ kind: 'spent', by: 'shadow', at: 5, tokens: spent })),
    );
    assert.deepEqual(user.shadows, tries);
  });

  test('goes on where it was pre-empted, and is no complete trace before its end', () => {
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.ledger.continued(shadow({ ended: 'pre-empted' }), tokens(' bar'));
    assert.deepEqual(texts(user), ['foo|();| bar']);
    user.typist.type('foo(); bar();');
    const trace = user.settle()?.trace;
    assert.partialDeepStrictEqual(trace, { drawn: { how: 'served' }, complete: false });
    assert.equal(trace?.rows.length, 2);
  });

  test('is none that ended by itself, failed, or was drawn to run on behind its stop', () => {
    for (const change of [
      { stopReason: 'natural-end' },
      { stopReason: 'cap' },
      { ended: 'cancelled', stopReason: null },
      { control: true },
      { withheld: true },
    ] as const) {
      const user = observed('const x = |\n');
      user.request('foo|();', change);
      assert.deepEqual(texts(user), [], JSON.stringify(change));
    }
  });

  test('is not asked for again once it ended or failed, nor once its stretch has settled', () => {
    for (const ended of ['natural-end', 'cap', 'failed'] as const) {
      const user = observed('const x = |\n');
      user.request('foo|();');
      assert.deepEqual(texts(user), ['foo|();']);
      user.ledger.continued(shadow({ ended }), []);
      assert.deepEqual(texts(user), [], ended);
    }
    const user = observed('const x = |\n');
    user.request('foo|();');
    user.typist.type('foo();');
    user.settle();
    assert.deepEqual(texts(user), []);
  });

  test('is none of a simulated user', () => {
    const user = observed('const x = |\n', true);
    user.request('foo|();');
    assert.deepEqual(texts(user), []);
  });
});
