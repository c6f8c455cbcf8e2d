import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { Stats } from '../../shared/protocol.ts';
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
    assert.ok(stats.requests.control >= 20);
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
    for (const mark of ['served', 'stopped', 'avoided', 'simulated user']) {
      const lines = session.stdout.match(new RegExp(`^ {5}${mark} `, 'gm')) ?? [];
      assert.equal(lines.length, places.length, mark);
    }
    assert.ok(places.length >= 20);
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
      row(`SELECT sum(tokens_at_stop) + sum(coalesce(tokens - tokens_at_stop, 0)) AS spent,
      sum(coalesce(tokens - tokens_at_stop, 0)) AS controlTails
      FROM requests LEFT JOIN control_tails ON request_id = id`);
    assert.deepEqual({ ...stats.tokens }, tokens);
    assert.deepEqual(printed('tokens spent'), [tokens['spent'], tokens['controlTails']]);
  });

  test('estimates what was avoided from the control runs, net of their own tails', () => {
    const { net, n } = row(`SELECT sum((tokens - tokens_at_stop) * (1 / control_rate - 1)) AS net,
      count(*) AS n FROM requests JOIN control_tails ON request_id = id WHERE control = 1`);
    const avoided = stats.avoided.find(
      ({ baseline, unit }) => baseline === 'no early stopping' && unit === 'tokens',
    );
    assert.ok(net !== undefined && avoided?.net.value !== null);
    assert.equal(avoided?.net.n, n);
    assert.ok(Math.abs((avoided?.net.value ?? NaN) - net) < 1e-6);
    assert.equal(printed('tokens avoided  against no early stopping:')[0], Math.round(net));
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
