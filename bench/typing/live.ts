import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StatusNotification } from '../../shared/protocol.ts';
import { createEngine } from '../../server/engines/create.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings.ts';
import { CHARS_PER_TOKEN } from '../../server/completion/sizing.ts';
import { RECORDED_WINDOW } from '../stretches/record-command.ts';
import { startDaemon, type RunningDaemon } from '../session/daemon-client.ts';
import { SimulatedEditor } from '../session/editor.ts';
import { slotReleases } from '../slot-releases.ts';
import { figuresOf } from './figures.ts';
import { LiveSession } from './live-session.ts';
import { ourClient, SHIPPED } from './ours.ts';
import type { Person } from './person.ts';
import { Play, type Played, type Time } from './play.ts';
import { profileOf, type Profile } from './profiles.ts';
import { playAll } from './run.ts';
import type { Stretch } from './stretches.ts';
import { typingTable } from './table.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/server.cjs');
/** By then a stream that was closed is over, and its line is in the log. */
const SETTLED_MS = 1500;

const REAL: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    pause(Math.max(0, ms), undefined, signal && { signal }).catch(() => undefined),
};

/**
 * Settings under which the daemon sends as much text around the cursor as the stretches were recorded with: another
 * window gets another answer.
 */
function asRecorded({ prefillTokensPerSecond }: Profile): Settings {
  const { prefixChars, suffixChars } = RECORDED_WINDOW;
  const promptTokens = (prefixChars + suffixChars) / CHARS_PER_TOKEN;
  const timeToFirstToken = Math.round((1000 * promptTokens) / prefillTokensPerSecond);
  const { engine } = DEFAULT_SETTINGS;
  return {
    ...DEFAULT_SETTINGS,
    controlRate: 0,
    withheldRate: 0,
    engine: { ...engine, timeToFirstToken },
  };
}

export interface LiveEngine {
  readonly url: string;
  /** Of its runner: what each request generated. */
  readonly log: string;
}

/** As measured of this engine just now, where the daemon measures it as well. */
async function measuredProfile({ url }: LiveEngine): Promise<Profile> {
  const { engine, model } = DEFAULT_SETTINGS;
  const { allowedHosts, keepAlive } = engine;
  const port = createEngine({ kind: 'ollama', url, allowedHosts, keepAlive });
  try {
    const found = await port.measure(await port.look(model));
    const cpu = profileOf('cpu');
    const msPerToken = found.msPerToken ?? cpu.msPerToken;
    const prefillTokensPerSecond = found.prefillTokensPerSecond ?? cpu.prefillTokensPerSecond;
    const speed = `${msPerToken.toFixed(1)} ms a token, ${prefillTokensPerSecond.toFixed(0)} prompt tokens/s`;
    return {
      ...cpu,
      id: 'live',
      title: `this engine, measured: ${speed}`,
      msPerToken,
      prefillTokensPerSecond,
    };
  } finally {
    await port.dispose();
  }
}

function ready({ connection }: RunningDaemon): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onNotification(StatusNotification.type, ({ state, problem }) => {
      if (state === 'ready') resolve();
      if (state === 'error') reject(new Error(problem ?? 'the daemon is not ready'));
    });
  });
}

async function typeLive(
  stretch: Stretch,
  person: Person,
  daemon: RunningDaemon,
  profile: Profile,
  log: string,
): Promise<Played> {
  const { connection, gone } = daemon;
  const name = createHash('sha256').update(stretch.id).digest('hex').slice(0, 16);
  const editor = await SimulatedEditor.open(connection, `file:///typing/${name}`, stretch.lang, '');
  await editor.replace(0, 0, stretch.before + stretch.after);
  await editor.replace(stretch.before.length, stretch.before.length, '');
  const from = statSync(log).size;
  const game = new Play(stretch, REAL, new LiveSession(editor, stretch), person);
  await Promise.race([game.run(), gone]);
  await pause(SETTLED_MS);
  const releases = slotReleases(log, from);
  const sum = (count: (one: (typeof releases)[number]) => number) =>
    releases.reduce((total, one) => total + count(one), 0);
  const tokens = sum(({ generatedTokens }) => generatedTokens);
  const read = sum(({ promptTokens, cachedTokens }) => promptTokens - cachedTokens);
  const busyMs = (1000 * read) / profile.prefillTokensPerSecond + tokens * profile.msPerToken;
  return { ...game.typed(), requests: releases.length, tokens, busyMs, unrecorded: 0 };
}

/**
 * The same stretches typed in real time, through a real daemon and a real engine, and in simulated time at the pace
 * that was measured of that engine.
 */
export async function typedLive(
  stretches: readonly Stretch[],
  engine: LiveEngine,
  person: Person,
  print: (line: string) => void,
): Promise<void> {
  const profile = await measuredProfile(engine);
  const settings = asRecorded(profile);
  const state = await mkdtemp(join(tmpdir(), 'shortstop-typing-'));
  const { model } = DEFAULT_SETTINGS;
  const daemon = await startDaemon({
    node: process.execPath,
    args: [BUNDLE, 'serve', '--stdio', '--url', engine.url, '--model', model, '--state', state],
    folder: ROOT,
    settings,
    initializationOptions: { simulatedUser: true },
    onLog: () => undefined,
  });
  const live: Played[] = [];
  try {
    await Promise.race([ready(daemon), daemon.gone]);
    for (const stretch of stretches) {
      live.push(await typeLive(stretch, person, daemon, profile, engine.log));
      if (live.length % 10 === 0) print(`  ${live.length} of ${stretches.length} stretches typed`);
    }
  } finally {
    await daemon.stop();
    await rm(state, { recursive: true, force: true });
  }
  const replayed = await playAll(stretches, ourClient({ ...SHIPPED, settings }), profile, person);
  const rows = [figuresOf('typed live', live), figuresOf('replayed', replayed)];
  print(`\n## ${profile.title}\n\n${typingTable(rows)}\n\n${agreement(live, replayed)}`);
}

/** Whether each figure of what was typed lies within the interval of its replay. */
export function agreement(live: readonly Played[], replayed: readonly Played[]): string {
  const [a, b] = [figuresOf('live', live), figuresOf('replayed', replayed)];
  const lines = (['busyMs', 'tokens', 'requests', 'saved', 'notKept'] as const).map((name) => {
    const [{ value }, { interval }] = [a[name], b[name]];
    const within = interval !== null && value >= interval.low && value <= interval.high;
    return `${name}: live ${within ? 'within' : 'outside of'} the replay's 95 % interval`;
  });
  return lines.join('\n');
}
