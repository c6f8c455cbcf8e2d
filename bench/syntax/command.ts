import { parseArgs } from 'node:util';
import { logit } from '../policy/expected.ts';
import { clusterInterval } from '../replay/bootstrap.ts';
import { loadTraces, type RecordedTrace } from '../traces.ts';
import { describeTimes, timeParses } from './cost.ts';
import { loadParsers, type LoadedParser } from './grammars.ts';
import {
  atEndOfBlock,
  atFirstParse,
  inEmptyBlock,
  matchesAtSomeLine,
  type Outcome,
} from './places.ts';
import { readSyntax, type SyntaxTrace } from './reading.ts';
import { compareScores, crossScores, type Case } from './separation.ts';
import { frontiers, trainedScores } from './trained.ts';
import type { ScoredTrace } from '../train/frontier.ts';
import { asManyAsPeer, readOnOtherHalf, shareOfPatient } from '../train/halves.ts';

export const SYNTAX_USAGE =
  'syntax --traces FILE… [--without KIND…] [--seeds 1,2,3] [--draws N] [--cost-only]';

/** Tokens that a parse is timed within: more than all but a few requests cost. */
const TIMED_TOKENS = 32;
const HALVINGS = 20;
/** Lines that are read in search of one that parses. */
const MOST_LINES = 4;

type Print = (line: string) => void;
/** A trace of a language that a grammar reads. */
interface Read {
  readonly recorded: RecordedTrace;
  readonly parser: LoadedParser;
  readonly read: SyntaxTrace;
}

const percent = (share: number) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '-');

function printSeparation(
  traces: readonly Read[],
  scored: readonly ScoredTrace[],
  seeds: readonly number[],
  draws: number,
  print: Print,
): void {
  const rows = traces.flatMap(({ read }, i) => {
    const { alive = [], done = [] } = scored[i] ?? {};
    const [lastAlive, lastDone] = [alive.at(-1), done.at(-1)];
    const { trace, served } = read;
    // Of the cut traces most matches were seen out and few others: they would tell too good a story.
    if (!trace.complete || lastAlive === undefined || lastDone === undefined) return [];
    const known = [logit(lastAlive), logit(lastDone)];
    return [{ problem: trace.problem, lang: trace.lang, label: trace.matched, known, served }];
  });
  const casesOf = (features: (row: (typeof rows)[number]) => number[]): Case[] =>
    rows.map((row) => ({ ...row, features: features(row), weight: 1 }));
  const cases = casesOf(({ known }) => known);
  const without = crossScores(cases, seeds);
  const withSyntax = crossScores(
    casesOf(({ known, served }) => [...known, ...served]),
    seeds,
  );
  const alone = crossScores(
    casesOf(({ served }) => [...served]),
    seeds,
  );
  print(
    '| served texts | n | match | clean if a match | clean if none | log-loss | + syntax | change [95 %] | AUC | + syntax | change [95 %] | AUC of syntax alone |',
  );
  print('|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const lang of ['all', ...new Set(rows.map((row) => row.lang))]) {
    const chosen = rows.flatMap((row, i) => (lang === 'all' || row.lang === lang ? [i] : []));
    const pick = <T>(list: readonly T[]) => chosen.flatMap((i) => list.slice(i, i + 1));
    const own = pick(cases);
    const part = compareScores(own, pick(without), pick(withSyntax), draws);
    const syntax = compareScores(own, pick(without), pick(alone), 1);
    const clean = (label: boolean) => {
      const these = pick(rows).filter((row) => row.label === label);
      return these.filter(({ served }) => served[0] === 1).length / these.length;
    };
    const show = (x = Number.NaN) => (Number.isFinite(x) ? x.toFixed(4) : '-');
    const change = (low: number | undefined, high: number | undefined) =>
      `[${show(low)}, ${show(high)}]`;
    const cells = [
      lang,
      own.length,
      percent(own.filter(({ label }) => label).length / own.length),
      percent(clean(true)),
      percent(clean(false)),
      show(part.without.logLoss),
      show(part.with.logLoss),
      change(part.logLossChange?.low, part.logLossChange?.high),
      show(part.without.area),
      show(part.with.area),
      change(part.areaChange.low, part.areaChange.high),
      show(syntax.with.area),
    ];
    print(`| ${cells.join(' | ')} |`);
  }
}

function printFrontiers(
  scores: ReadonlyMap<string, readonly ScoredTrace[]>,
  complete: number,
  draws: number,
  print: Print,
): void {
  print(
    `frontier, ${complete} complete traces: tokens at as many matches (ratio [95 %]); matches at as many tokens`,
  );
  print("| policy | as many as the peer | | | 95 % of the patient rule's | | | 90 % | | |");
  print('|---|---|---|---|---|---|---|---|---|---|');
  for (const { name, readings } of frontiers(scores, draws)) {
    const cells = readings.map(({ tokens, ratio, matches }) => {
      const [median, low, high] = [ratio.median, ratio.low, ratio.high].map((x) => x.toFixed(3));
      return `${tokens.toFixed(2)} | ${median} [${low}, ${high}] | ${matches}`;
    });
    print(`| ${name} | ${cells.join(' | ')} |`);
  }
  print('thresholds chosen on one half of the problems and read on the other: tokens, EM');
  for (const [name, scored] of scores) {
    const held = scored.filter(({ trace }) => trace.complete);
    const cells = [asManyAsPeer, shareOfPatient(0.95), shareOfPatient(0.9)].map((goal) => {
      const { tokens, em } = readOnOtherHalf(held, goal, HALVINGS);
      return `${tokens.toFixed(2)} | ${percent(em)}`;
    });
    print(`| ${name} | ${cells.join(' | ')} |`);
  }
}

function printPlaces(traces: readonly Read[], draws: number, print: Print): void {
  const whole = traces.filter(({ read }) => read.trace.complete);
  let [tokens, later] = [0, 0];
  for (const { read } of whole) {
    const first = read.atNewlines.findIndex((row) => row !== null);
    tokens += read.trace.tokens;
    later += first === -1 ? 0 : read.trace.tokens - first - 1;
  }
  print(
    `tokens after the first line break, of the patient rule: ${later} of ${tokens} (${percent(later / tokens)})`,
  );
  const at = whole.filter(({ recorded }) => matchesAtSomeLine(recorded));
  const missed = at.filter(({ read }) => !read.trace.matched).length;
  print(
    `a match at some line break: ${at.length} of ${whole.length}, ${missed} not served by the patient rule`,
  );
  const choices: [string, Read[], (one: Read) => Outcome][] = [
    [
      'first line that parses, of all',
      whole,
      (one) => atFirstParse(one.recorded, one.parser, MOST_LINES),
    ],
    [
      'end of the block, where one begins',
      whole.filter(({ read }) => read.trace.kind === 'block-start'),
      (one) => atEndOfBlock(one.recorded, one.parser),
    ],
    [
      'end of the block, where it is empty',
      whole.filter(({ recorded }) => inEmptyBlock(recorded)),
      (one) => atEndOfBlock(one.recorded, one.parser),
    ],
  ];
  print(
    '| served at | n | matches, our rule | by syntax | won | lost | EM [95 %] | tokens, our rule | by syntax | more tokens [95 %] |',
  );
  print('|---|---|---|---|---|---|---|---|---|---|');
  for (const [name, chosen, play] of choices) {
    const pairs = chosen.map((one) => ({
      cluster: one.read.trace.problem,
      ours: one.read.trace,
      theirs: play(one),
    }));
    const count = (hit: (pair: (typeof pairs)[number]) => boolean) => pairs.filter(hit).length;
    const sum = (of: (pair: (typeof pairs)[number]) => number) =>
      pairs.reduce((total, pair) => total + of(pair), 0) / pairs.length;
    const interval = (of: (pair: (typeof pairs)[number]) => number, digits: number) => {
      const found = clusterInterval(
        pairs.map((pair) => ({ cluster: pair.cluster, value: of(pair), weight: 1 })),
        draws,
        1,
      );
      return found ? `[${found.low.toFixed(digits)}, ${found.high.toFixed(digits)}]` : '-';
    };
    const em = (pair: (typeof pairs)[number]) =>
      100 * (Number(pair.theirs.matched) - Number(pair.ours.matched));
    const more = (pair: (typeof pairs)[number]) => pair.theirs.tokens - pair.ours.tokens;
    const cells = [
      name,
      pairs.length,
      count(({ ours }) => ours.matched),
      count(({ theirs }) => theirs.matched),
      count(({ ours, theirs }) => theirs.matched && !ours.matched),
      count(({ ours, theirs }) => ours.matched && !theirs.matched),
      `${sum(em).toFixed(2)} ${interval(em, 2)}`,
      sum(({ ours }) => ours.tokens).toFixed(2),
      sum(({ theirs }) => theirs.tokens).toFixed(2),
      `${sum(more).toFixed(2)} ${interval(more, 2)}`,
    ];
    print(`| ${cells.join(' | ')} |`);
  }
}

function printCost(
  traces: readonly RecordedTrace[],
  loaded: { readonly startMs: number; readonly parsers: ReadonlyMap<string, LoadedParser> },
  print: Print,
): void {
  print(`tree-sitter starts in ${loaded.startMs.toFixed(1)} ms`);
  print(
    '| language | grammar loads | newlines | whole window | edited tree | finding the faults | same faults |',
  );
  print('|---|---|---|---|---|---|---|');
  for (const [lang, parser] of loaded.parsers) {
    const own = traces.filter((trace) => trace.lang === lang && trace.end !== 'cut');
    const { full, incremental, faults, agreed } = timeParses(own, parser, TIMED_TOKENS);
    const times = [full, incremental, faults].map(describeTimes).join(' | ');
    print(
      `| ${lang} | ${parser.loadMs.toFixed(1)} ms | ${full.length} | ${times} | ${percent(agreed / full.length)} |`,
    );
  }
}

/**
 * `syntax`: what a tree-sitter parse of the window with the text in it knows beyond the learned policy,
 * whether it finds better places to stop, and what it costs. Nothing of it is in the daemon
 * (docs/syntax.md).
 */
export async function syntaxCommand(args: string[], print: Print): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      traces: { type: 'string', multiple: true, default: [] },
      without: { type: 'string', multiple: true, default: [] },
      seeds: { type: 'string', default: '1,2,3' },
      draws: { type: 'string', default: '500' },
      'cost-only': { type: 'boolean', default: false },
    },
  });
  const all = (await loadTraces(values.traces)).filter(
    ({ kind }) => !values.without.includes(kind),
  );
  const loaded = await loadParsers(all.map(({ lang }) => lang));
  printCost(all, loaded, print);
  if (values['cost-only']) return;

  const seeds = values.seeds.split(',').map(Number);
  const draws = Number(values.draws);
  const traces = all.flatMap((recorded): Read[] => {
    const parser = loaded.parsers.get(recorded.lang);
    const read = readSyntax(recorded, loaded.parsers);
    return parser && read && read.trace.rows.length > 0 ? [{ recorded, parser, read }] : [];
  });
  const complete = traces.filter(({ read }) => read.trace.complete).length;
  const problems = new Set(traces.map(({ read }) => read.trace.problem)).size;
  print(`${traces.length} traces of ${problems} problems, ${complete} of them complete`);
  printPlaces(traces, draws, print);
  const scores = trainedScores(
    traces.map(({ read }) => read),
    seeds,
  );
  const [today = []] = scores.values();
  printSeparation(traces, today, seeds, draws, print);
  printFrontiers(scores, complete, draws, print);
}
