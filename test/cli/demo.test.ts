import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { Visit } from '../../bench/session/visit.ts';
import { beforeMeasuringLines, observedLines, visitLines } from '../../cli/print-visit.ts';
import type { CompletionReport } from '../../shared/protocol.ts';
import type { Stats } from '../../shared/stats.ts';
import { ROOT, shortstop, type CliResult } from '../support/cli.ts';
import type { FakeOllama } from '../support/fake-ollama.ts';
import { startKnowingEngine } from '../support/knowing-engine.ts';

describe('a session of the simulated user', () => {
  const state = mkdtempSync(join(tmpdir(), 'shortstop-demo-'));
  let engine: FakeOllama;
  let session: CliResult;
  let stats: Stats;
  let database: Database.Database;

  /** The only row of a query, without any of the daemon's code. */
  function row(sql: string): Record<string, number> {
    return database.prepare<[], Record<string, number>>(sql).get() ?? {};
  }

  /** The numbers of the summary's line of that title. */
  function printed(title: string): number[] {
    const line = session.stdout.split('\n').findLast((each) => each.startsWith(title)) ?? '';
    return (line.slice(title.length).match(/−?\d[\d,]*/g) ?? []).map((text) =>
      Number(text.replace('−', '-').replaceAll(',', '')),
    );
  }

  before(async () => {
    engine = await startKnowingEngine(join(ROOT, 'samples'));
    session = await shortstop(['demo', '--pace', '0.1', '--state', state, '--url', engine.url]);
    const again = await shortstop(['stats', '--json', '--state', state, '--url', engine.url]);
    stats = JSON.parse(again.stdout) as Stats;
    database = new Database(join(state, 'shortstop.db'), { readonly: true });
  });

  after(async () => {
    database.close();
    await engine.stop();
    rmSync(state, { recursive: true });
  });

  test('ends well, after at least 20 completions that were offered', () => {
    assert.equal(session.code, 0, session.stdout + session.stderr);
    assert.ok(stats.requests.offered >= 20);
  });

  test('has every outcome among them, and leaves none open', () => {
    const { unknown, pending, ...settled } = stats.outcomes;
    for (const [outcome, n] of Object.entries(settled)) assert.ok(n > 0, outcome);
    assert.equal(unknown + pending, 0);
  });

  test('says that its user is simulated, in the terminal and in the database', () => {
    assert.match(session.stdout, /^A simulated user edits samples\//m);
    assert.equal(stats.simulated, row('SELECT count(*) AS n FROM episodes')['n']);
  });

  test('shows for each completion the text, the reason of the stop, and what was avoided', () => {
    const places = session.stdout.match(/^ +\d+ {2}\S+:\d+ {2}\S+$/gm) ?? [];
    const count = (mark: string) =>
      session.stdout.match(new RegExp(`^ {5}${mark}\\b`, 'gm'))?.length ?? 0;
    // Places that lie in one another may be answered from memory.
    const asked = places.length - count('no request reached the engine');
    for (const mark of ['served', 'stopped', 'avoided']) assert.equal(count(mark), asked, mark);
    assert.equal(count('simulated user'), places.length);
    assert.ok(asked >= 20);
  });

  test('prints totals that plain SQL over its database gives too', () => {
    const requests = row(`SELECT count(*) AS engine, sum(offered) AS offered,
      sum(control) AS control, sum(ended = 'cancelled') AS cancelled,
      sum(ended = 'failed') AS failed,
      (SELECT count(*) FROM memory_answers) AS fromMemory FROM requests`);
    assert.deepEqual({ ...stats.requests }, requests);
    assert.deepEqual(printed('requests'), [
      requests['engine'],
      requests['offered'],
      requests['control'],
      requests['cancelled'],
      requests['failed'],
      requests['fromMemory'],
    ]);

    const tokens =
      row(`WITH idle AS (SELECT (SELECT coalesce(sum(tokens), 0) FROM shadow_tails) AS shadows,
        (SELECT coalesce(sum(tokens), 0) FROM span_tokens) AS spans)
      SELECT sum(tokens_at_stop) + sum(coalesce(tokens - tokens_at_stop, 0)) + shadows AS spent,
      sum(coalesce(tokens - tokens_at_stop, 0)) AS measuring, shadows, spans
      FROM idle, requests LEFT JOIN control_tails ON request_id = id`);
    assert.deepEqual({ ...stats.tokens }, tokens);
    const { spent = 0, measuring = 0, shadows = 0 } = tokens;
    assert.deepEqual(printed('tokens spent'), [spent - measuring - shadows, measuring]);
  });

  test('says what was saved before what was spent, and what of that was spent on measuring', () => {
    const titles = session.stdout.match(/^(tokens avoided|time avoided|tokens spent) /gm);
    assert.deepEqual(
      titles?.map((title) => title.trim()),
      ['tokens avoided', 'tokens avoided', 'time avoided', 'time avoided', 'tokens spent'],
    );
  });

  test('estimates what was avoided from what was foreseen and the control runs, net of all tails', () => {
    const { net, n } = row(`
      WITH open AS (
        SELECT r.*, max(0, min(max_tokens - tokens_at_stop, after_ms / ms_per_token)) AS foreseen
        FROM requests r JOIN clocks ON request_id = r.id
        WHERE ended = 'stopped' AND stop_reason NOT IN ('natural-end', 'cap'))
      SELECT (SELECT sum(foreseen) FROM open) * sum(t.tokens - tokens_at_stop) / sum(foreseen)
        - (SELECT sum(c.tokens - r.tokens_at_stop) FROM control_tails c JOIN requests r ON r.id = c.request_id)
        AS net, count(*) AS n
      FROM open JOIN control_tails t ON t.request_id = open.id
      WHERE control AND t.ended <> 'pre-empted'`);
    const avoided = stats.avoided.find(
      ({ baseline, unit }) => baseline === 'no early stopping' && unit === 'tokens',
    );
    assert.ok(net !== undefined && avoided?.net.value !== null);
    assert.equal(avoided?.net.n, n);
    assert.ok(Math.abs((avoided?.net.value ?? NaN) - net) < 1e-6);
    const line = /^tokens avoided +against no early stopping: (−?[\d,]+)/m.exec(session.stdout);
    const printedNet = Number(line?.[1]?.replace('−', '-').replaceAll(',', ''));
    assert.equal(printedNet, Math.round(net));
  });

  test('counts outcomes as the database has them', () => {
    const rows = database
      .prepare<[], { outcome: keyof Stats['outcomes']; n: number }>(
        'SELECT outcome, count(*) AS n FROM episodes WHERE outcome IS NOT NULL GROUP BY 1',
      )
      .all();
    for (const { outcome, n } of rows) assert.equal(stats.outcomes[outcome], n);
    assert.equal(
      rows.reduce((sum, { n }) => sum + n, 0),
      Object.values(stats.outcomes).reduce((sum, n) => sum + n, 0),
    );
  });
});

describe('a session whose engine often ends by itself, where nothing is avoided', () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  async function session(seed: number): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'shortstop-demo-'));
    folders.push(folder);
    const samples = join(ROOT, 'samples');
    const engine = await startKnowingEngine(samples, (answer) => (answer % 2 === 0 ? 0 : 80));
    try {
      const where = ['--state', join(folder, 'state'), '--url', engine.url];
      const demo = ['demo', '--pace', '0', '--seed', String(seed)];
      const { code, stdout, stderr } = await shortstop([...demo, ...where]);
      assert.equal(code, 0, stdout + stderr);
      return stdout;
    } finally {
      await engine.stop();
    }
  }

  for (const seed of [1, 2, 3]) {
    test(`has every figure in its summary, with the draws of seed ${seed}`, async () => {
      const stdout = await session(seed);
      assert.doesNotMatch(stdout, /not enough data|no figure/);
      const figures = stdout.match(/^(tokens|time) avoided +against .*: −?\d.* \[.*\] \(95 %\)/gm);
      assert.equal(figures?.length, 4, stdout);
    });
  }

  test('visits the same places, and has the same control runs, with the same seed', async () => {
    const [once, again, other] = [await session(4), await session(4), await session(5)].map(draws);
    assert.ok(once && again && other);
    // How far a session goes hangs on measured times, too: both are compared as far as both went.
    const length = Math.min(once.length, again.length);
    assert.ok(length >= 5, 'a session visits places');
    assert.deepEqual(once.slice(0, length), again.slice(0, length));
    assert.notDeepEqual(once.slice(0, length), other.slice(0, length));
  });

  /** Each place of a session, and whether its stream ran on. */
  function draws(stdout: string): string[] {
    const visits = stdout.matchAll(/^ +\d+ {2}(\S+:\d+ ).*\n(?:.*\n)*? {5}avoided +(.*)/gm);
    return [...visits].map(([, place, avoided = '']) => {
      return `${place}${/no control run/.test(avoided) ? 'stopped' : 'ran on'}`;
    });
  }
});

test('what was counted in the control runs stands in for estimates that need more of them', () => {
  const run = { control: true, tokensAtStop: 4, tokens: 20 } as CompletionReport;
  const visits = [{ report: run }, { report: { ...run, control: false } }, { report: null }];
  const net = { value: null, low: null, high: null, n: 1 };
  const avoided = [{ baseline: 'no early stopping', unit: 'tokens', net }] as const;
  assert.deepEqual(observedLines(visits, { avoided }), [
    'counted in 1 control runs: 4 tokens up to the stops, and 16 more that followed',
  ]);
  const known = [{ ...avoided[0], net: { value: 16, low: 8, high: 20, n: 20 } }];
  assert.deepEqual(observedLines(visits, { avoided: known }), []);
});

test('what was avoided is told before measuring was paid for, too', () => {
  const net = { value: -811, low: -850, high: -510, n: 13 };
  const avoided = [
    { baseline: 'first newline', unit: 'tokens', net },
    { baseline: 'first newline', unit: 'ms', net },
  ] as const;
  const tokens = { spent: 1130, measuring: 905, shadows: 5, spans: 0 };
  assert.deepEqual(beforeMeasuringLines({ avoided, tokens }), [
    'Tokens avoided without the 910 that it took to measure them:',
    '  against first newline: 99 [60, 400] (95 %), n = 13 requests followed',
  ]);
  const unpaid = { ...tokens, measuring: 0, shadows: 0 };
  assert.deepEqual(beforeMeasuringLines({ avoided, tokens: unpaid }), []);
});

test('a control run that the next act ended at once does not pass for a text that ends by itself', () => {
  const place: Visit['place'] = { file: 'a.ts', kind: 'line-end', start: 0, end: 3 };
  const report = { control: true, tokensAtStop: 4, tokens: 4, reason: 'line-end', stopMs: 9 };
  const linesOf = (ended: CompletionReport['ended']) => {
    const whole = { ...report, served: 'sum', generated: 'sum', ended } as CompletionReport;
    const visit: Visit = {
      place,
      line: 1,
      wanted: 'sum',
      act: 'accept',
      fromMemory: 0,
      report: whole,
    };
    return visitLines(visit, 1).join('\n');
  };
  assert.match(linesOf('superseded'), /avoided +nothing: the next act would have ended it/);
  assert.match(linesOf('natural-end'), /avoided +nothing: .* ends here by itself/);
});
