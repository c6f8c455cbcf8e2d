import type { Learned, PanelSettings, PanelWindow, ToPanel } from '../../shared/panel-protocol.ts';
import type { Estimate, Experiment, RecentRequest, Stats } from '../../shared/stats.ts';

/** Figures to draw the panel from, made up by hand. */

const NONE: Estimate = { value: null, low: null, high: null, n: 0 };

/** Whatever the zone of the machine, the panel shows it as noon. */
const LOCAL_NOON = new Date(2030, 5, 2, 12).getTime();

const DIGEST = 'sha256:1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32';

const CERTIFIED =
  "certified: at most 5 % of the reference's matches lost (95 % confidence). Tested on packages newer than the model, 0 of 147 lost";

const NOTHING = { matches: null, tokens: null, latency: null, acceptance: null };

const trial: Experiment = {
  id: '01234567-89ab-cdef',
  startedAt: 1_790_000_000_000,
  endpoint: 'tokens',
  unit: 'stretch',
  a: {
    settings: { 'stopping.preset': 'balanced' },
    units: 117,
    means: { matches: 0.256, tokens: 14.25, latency: 812.4, acceptance: 0.342 },
  },
  b: {
    settings: { 'stopping.preset': 'saver' },
    units: 121,
    means: { matches: 0.231, tokens: 9.83, latency: 701.9, acceptance: 0.331 },
  },
  figures: [
    { endpoint: 'matches', evidence: 0.71, needed: 40, low: -0.21, high: 0.163 },
    { endpoint: 'tokens', evidence: 26.4, needed: 20, low: -8.4, high: -0.3 },
    { endpoint: 'latency', evidence: 3.2, needed: null, low: -291, high: 72 },
    { endpoint: 'acceptance', evidence: 0.68, needed: 40, low: -0.2, high: 0.178 },
  ],
  pairs: { a: 2, b: 1 },
  verdict: { kind: 'better', winner: 'b', endpoint: 'tokens', at: 1_790_000_900_000 },
  adoptedAt: null,
};

export const settings: PanelSettings = {
  model: 'qwen2.5-coder:0.5b',
  preset: 'balanced',
  lengths: [
    { language: null, length: 'auto', isOwn: true },
    { language: 'typescript', length: 'auto', isOwn: false },
    { language: 'python', length: 'always', isOwn: true },
  ],
};

export function messageOf(
  stats: Stats,
  window: PanelWindow = 'today',
  learned: Learned = { profile: null, comparison: null },
): ToPanel {
  return { tag: 'stats', stats, window, settings, learned };
}

const CLICKS = { 'too-short': 1, 'too-long': 0, good: 2 };

/** What is known after some weeks. */
export const learned: Learned = {
  profile: {
    ...{ model: 'qwen2.5-coder:0.5b', preset: 'balanced', paused: false, workspaces: 2 },
    labels: { unanchored: 14, anchored: 301, clicks: CLICKS },
    shipped: { boldness: 1, tauDone: 0.9, tauAlive: 0.0641 },
    everywhere: { boldness: 0.82, tauDone: 0.93, tauAlive: 0.051 },
    target: null,
    presets: [],
    contexts: [
      {
        ...{ language: 'typescript', kind: 'line-end', unanchored: 9, anchored: 180 },
        clicks: CLICKS,
        ...{ boldness: 0.7, tauDone: 0.95, tauAlive: 0.04 },
        gain: {
          matches: { value: 0.012, low: -0.004, high: 0.028, n: 41 },
          tokens: { value: 0.31, low: 0.1, high: 0.52, n: 41 },
        },
      },
      {
        ...{ language: '<b>', kind: 'arguments', unanchored: 5, anchored: 121 },
        clicks: { 'too-short': 0, 'too-long': 0, good: 0 },
        ...{ boldness: 1, tauDone: 0.9, tauAlive: 0.0641 },
        gain: { matches: NONE, tokens: NONE },
      },
    ],
    gain: {
      matches: { value: 0.004, low: -0.011, high: 0.019, n: 64 },
      tokens: { value: 0.12, low: -0.02, high: 0.26, n: 64 },
    },
    certificate:
      "certified: at most 10 % of the reference's matches lost (95 % confidence). Tested on reference matches in 120 files; for typescript by itself: at most 10 % (0 of 61)",
    refit: {
      ...{ at: LOCAL_NOON, ended: 'waiting', traces: 120, heldOut: null },
      why: '120 of 300 traces are there',
    },
  },
  comparison: {
    at: LOCAL_NOON,
    tasks: 58,
    leftOut: 2,
    models: [
      {
        ...{ model: 'qwen2.5-coder:0.5b', digest: DIGEST, quantisation: 'Q4_K_M', bytes: 4e8 },
        em: { value: 0.3, low: 0.199, high: 0.425, n: 60 },
        ...{ tokens: 5.13, firstTokenMs: 410, ms: 612, loadMs: 1900, joules: 18.4 },
        ...{ isEnergyMeasured: false, isParetoBest: true },
      },
      {
        ...{ model: 'some:1b"><b>', digest: 'sha256:00', quantisation: 'Q8_0', bytes: 1e9 },
        em: { value: 0.35, low: 0.242, high: 0.476, n: 60 },
        ...{ tokens: 5.4, firstTokenMs: 980, ms: 1512, loadMs: 4100, joules: 45.2 },
        ...{ isEnergyMeasured: true, isParetoBest: false },
      },
    ],
    recommended: 'some:1b"><b>',
    why: 'it has the most matches',
  },
};

function recentOf(
  languageId: string,
  contextKind: string,
  stopReason: RecentRequest['stopReason'],
  tokens: number,
  fate: RecentRequest['fate'],
  outcome: RecentRequest['outcome'],
): RecentRequest {
  const isControl = outcome === 'accepted';
  return {
    ...{ at: LOCAL_NOON, model: 'qwen2.5-coder:0.5b', languageId, contextKind, stopReason, tokens },
    tokensWithoutStop: isControl ? 44 : null,
    stopMs: stopReason === null ? null : 412,
    ...{ fate, outcome },
  };
}

export const usualDay: Stats = {
  experiment: trial,
  rule: 'preset balanced: not certified. The rule is the learned policy, weights 0123456789ab, trained on 614 traces',
  from: 1_790_000_000_000,
  to: null,
  requests: { engine: 412, fromMemory: 1288, offered: 301, control: 8, cancelled: 87, failed: 2 },
  tokens: { spent: 4873, measuring: 231, shadows: 184, spans: 5210 },
  cost: {
    requests: 412,
    engineMs: 182_400,
    watts: 23.42,
    promptTokens: { counted: 41_210, countedRequests: 131, estimated: 88_400 },
    energy: [
      { how: 'measured', by: 'the CPU packages as a whole, by RAPL', joules: 4210.5, n: 380 },
      { how: 'estimated', by: '37 W of a GPU', joules: 61.4, n: 32 },
    ],
  },
  budget: [
    { of: 'day', spent: 4873, limit: 8000, price: 0.0132, perRequest: 6.41 },
    { of: 'session', spent: 2000, limit: 2000, price: 0.08, perRequest: 0 },
  ],
  avoided: [
    {
      baseline: 'no early stopping',
      unit: 'tokens',
      net: { value: 31_240, low: 22_810, high: 39_905, n: 8, modelled: 0.98 },
    },
    {
      baseline: 'first newline',
      unit: 'tokens',
      net: { value: -410.4, low: -1630, high: 760, n: 29, modelled: 0.31 },
    },
    {
      baseline: 'no early stopping',
      unit: 'ms',
      net: { value: 1_405_000, low: 1_010_000, high: 1_790_000, n: 8, modelled: 0.98 },
    },
    {
      baseline: 'first newline',
      unit: 'ms',
      net: { value: -17_220, low: -68_460, high: 31_920, n: 29, modelled: 0.31 },
    },
  ],
  outcomes: {
    accepted: 74,
    'partly-accepted': 12,
    'typed-through': 41,
    rejected: 96,
    ignored: 58,
    unknown: 3,
    pending: 2,
  },
  typing: { acceptedChars: 1342, accepts: 74, stretches: 281, keptChars: 5120 },
  exactMatch: { value: 0.284, low: 0.232, high: 0.339, n: 281 },
  stops: {
    offered: { value: 0.729, low: 0.683, high: 0.77, n: 412 },
    matches: { value: 0.194, low: 0.159, high: 0.235, n: 412 },
    premature: { value: 0.061, low: 0.036, high: 0.1, n: 230 },
    overrun: { value: 0.083, low: 0.053, high: 0.126, n: 230 },
  },
  stopReasons: [
    { reason: 'line-end', n: 138, meanTokens: 9.37 },
    { reason: 'hopeless', n: 121, meanTokens: 4.2 },
    { reason: 'rest-of-line', n: 33, meanTokens: 5.1 },
    { reason: 'indent-left', n: 21, meanTokens: 38.04 },
    { reason: 'suffix-reproduced', n: 9, meanTokens: 17 },
    { reason: 'cap', n: 1, meanTokens: 128 },
  ],
  languages: [
    { languageId: 'typescript', n: 301, meanTokens: 6.42 },
    { languageId: 'python', n: 111, meanTokens: 9.06 },
  ],
  presets: {
    msPerToken: 11.4,
    presets: [
      { preset: 'faithful', isCertified: true, certificate: CERTIFIED },
      { preset: 'balanced', isCertified: true, certificate: CERTIFIED },
      { preset: 'saver', isCertified: false, certificate: 'not certified' },
    ],
  },
  latency: {
    firstTokenMs: { p50: 412.6, p95: 980, n: 323 },
    answerMs: { p50: 3.4, p95: 1240, n: 1588 },
  },
  models: [
    { model: 'qwen2.5-coder:0.5b', digest: DIGEST, n: 380 },
    { model: 'qwen2.5-coder:1.5b', digest: 'sha256:cc324af070c2ecbf', n: 32 },
  ],
  days: [
    { day: '2030-05-31', requests: 0, tokens: 0, acceptedChars: 0, saved: NONE },
    {
      ...{ day: '2030-06-01', requests: 380, tokens: 4420, acceptedChars: 1201 },
      saved: { value: 290, low: -180, high: 745, n: 25, modelled: 0.4 },
    },
    {
      ...{ day: '2030-06-02', requests: 32, tokens: 453, acceptedChars: 141 },
      saved: { value: 31, low: 8, high: 60, n: 4, modelled: 0.8 },
    },
  ],
  recent: [
    recentOf('typescript', 'line-end', 'line-end', 9, 'offered', 'accepted'),
    recentOf('typescript', 'line-end', 'line-end', 7, 'offered', null),
    recentOf('python', 'arguments', 'hopeless', 2, 'nothing', null),
    recentOf('python', 'empty-line', 'confident', 4, 'late', null),
    recentOf('<b>', 'mid-line', null, 1, 'cancelled', null),
  ],
  simulated: 0,
};

export const firstMinutes: Stats = {
  ...usualDay,
  requests: { engine: 61, fromMemory: 120, offered: 40, control: 1, cancelled: 11, failed: 0 },
  tokens: { spent: 702, measuring: 33, shadows: 0, spans: 0 },
  experiment: {
    ...trial,
    ...{ pairs: { a: 0, b: 0 }, verdict: null },
    a: { ...trial.a, units: 1 },
    b: { ...trial.b, units: 0, means: NOTHING },
    figures: trial.figures.map((figure) => ({ ...figure, evidence: 1, low: null, high: null })),
  },
  budget: [
    { of: 'day', spent: 702, limit: null, price: 0, perRequest: null },
    { of: 'session', spent: 702, limit: null, price: 0, perRequest: null },
  ],
  avoided: [
    {
      baseline: 'no early stopping',
      unit: 'tokens',
      net: { value: 1840, low: -33, high: 1840, n: 0, modelled: 1 },
    },
    {
      baseline: 'first newline',
      unit: 'tokens',
      net: { value: 96, low: 8, high: 260, n: 4, modelled: 0.72 },
    },
    { baseline: 'no early stopping', unit: 'ms', net: NONE },
  ],
  exactMatch: { value: 3 / 11, low: 0.097, high: 0.566, n: 11 },
  latency: {
    firstTokenMs: { p50: null, p95: null, n: 12 },
    answerMs: { p50: 4, p95: 900, n: 40 },
  },
  simulated: 1,
};

export const nothingYet: Stats = {
  from: null,
  to: null,
  requests: { engine: 0, fromMemory: 0, offered: 0, control: 0, cancelled: 0, failed: 0 },
  tokens: { spent: 0, measuring: 0, shadows: 0, spans: 0 },
  avoided: [{ baseline: 'no early stopping', unit: 'tokens', net: NONE }],
  outcomes: {
    accepted: 0,
    'partly-accepted': 0,
    'typed-through': 0,
    rejected: 0,
    ignored: 0,
    unknown: 0,
    pending: 0,
  },
  typing: { acceptedChars: 0, accepts: 0, stretches: 0, keptChars: 0 },
  exactMatch: NONE,
  stopReasons: [],
  languages: [],
  latency: {
    firstTokenMs: { p50: null, p95: null, n: 0 },
    answerMs: { p50: null, p95: null, n: 0 },
  },
  models: [],
  days: [],
  recent: [],
  simulated: 0,
};

/** What no daemon should send and no panel may choke on. */
export const hostile: Stats = {
  ...usualDay,
  tokens: { spent: Number.NaN, measuring: Number.POSITIVE_INFINITY, shadows: 0, spans: 0 },
  experiment: {
    ...trial,
    a: { ...trial.a, settings: { model: '<img src=x onerror=alert(1)>' } },
    b: { ...trial.b, settings: { model: '"><script>' }, means: { ...NOTHING, tokens: Number.NaN } },
    figures: trial.figures.map((figure) => ({ ...figure, evidence: Number.POSITIVE_INFINITY })),
  },
  avoided: [
    {
      baseline: 'no early stopping',
      unit: 'tokens',
      net: { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 30 },
    },
    { baseline: 'no early stopping', unit: 'ms', net: { value: 0, low: 0, high: 0, n: 30 } },
  ],
  exactMatch: { value: 0.5, low: null, high: null, n: 30 },
  stopReasons: [{ reason: 'cap', n: 0, meanTokens: Number.NaN }],
  models: [{ model: `<img src=x onerror="alert('1')">`, digest: '"><script>', n: 1 }],
};
