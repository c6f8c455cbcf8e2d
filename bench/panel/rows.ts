import { seededRandom } from '../../server/learning/random.ts';
import type { OpenEpisode, RequestRecord, SettledEpisode } from '../../server/outcomes/records.ts';
import type { Store } from '../../server/storage/store.ts';
import { OUTCOMES, STOP_REASONS } from '../../shared/stats.ts';

const SEED = 7;
const DAY_MS = 86_400_000;
/** Of requests, lengths and rates as the daemon draws them. */
const REQUESTS_AN_EPISODE = 3;
const MEMORY_ANSWERS_A_REQUEST = 1.5;
const [CONTROL_RATE, NEWLINE_RATE] = [0.02, 0.25];

const EPISODE: OpenEpisode = {
  ...{ episodeId: '', uri: 'file:///a.ts', languageId: 'typescript', kind: 'line-end' },
  ...{ startedAt: 0, lastEditAt: 0, start: 0, end: 0, before: '', after: '' },
  ...{ control: false, controlRate: CONTROL_RATE, withheld: false, withheldRate: 0.01 },
  ...{ chance: 0.5, simulated: false, offers: 1, accepts: 0, acceptedChars: 0 },
  offered: {
    ...{ suggestionId: 's', requestId: 'r', offeredAt: 0, kind: 'line-end', indent: '' },
    ...{ text: '', at: 0, taken: 0, typedChars: 0, acceptedWords: 0, acceptedLines: 0 },
    ...{ accepted: false, rejected: false },
  },
};

const REQUEST: RequestRecord = {
  ...{ id: '', episodeId: '', at: 0, languageId: 'typescript', workspace: null },
  ...{ kind: 'line-end', trigger: 'automatic', engine: 'ollama', engineVersion: '0.32.15' },
  ...{ model: 'qwen2.5-coder:0.5b', modelDigest: 'sha256:00', policy: 'learned-lite' },
  ...{ preset: 'balanced', arm: 'deployed', propensity: 1, tauDone: 0.8, tauAlive: 0.07 },
  ...{ showBar: 0, lambda: 0, escalatedFrom: null, escalation: null, candidate: 1, first: true },
  ...{ control: false, controlRate: CONTROL_RATE, withheld: false, withheldRate: 0.01 },
  ...{ newlineRate: NEWLINE_RATE, maxTokens: 128, msPerToken: 20, promptChars: 1200 },
  ...{ suffixChars: 150, ended: 'stopped', stopReason: 'line-end', errorCode: null },
  ...{ tokensAtStop: 5, tokensAtFirstNewline: null, servedChars: 12, firstTokenMs: 100 },
  ...{ stopMs: 200, offered: true },
};

const SETTLED: SettledEpisode = {
  ...{ episodeId: '', settledAt: 0, settledBy: 'quiet', outcome: 'accepted', exactMatch: true },
  ...{ linesKept: true, editSimilarity: 1, servedChars: 12, keptChars: 12, offers: 1 },
  ...{ accepts: 1, acceptedChars: 12, servedText: null, keptText: null },
};

/** Fills a database with so many made-up requests, and what belongs to them, over the days before `now`. */
export function fillStore(store: Store, requests: number, days: number, now: number): void {
  const { ledger } = store;
  const random = seededRandom(SEED);
  const upTo = (limit: number) => Math.floor(random() * (limit + 1));
  const oneOf = <T>(values: readonly T[]): T => values[upTo(values.length - 1)] as T;
  for (let index = 0; index < requests; index += 1) {
    const episodeId = `e${Math.floor(index / REQUESTS_AN_EPISODE)}`;
    const first = index % REQUESTS_AN_EPISODE === 0;
    const at = Math.round(now - days * DAY_MS * (1 - index / requests));
    if (first) ledger.saveOpenEpisode({ ...EPISODE, episodeId, startedAt: at });
    const id = `${episodeId}-${index}`;
    const ended = random() < 0.8 ? 'stopped' : 'cancelled';
    const stopReason = ended === 'stopped' ? oneOf(STOP_REASONS) : null;
    const control = random() < CONTROL_RATE;
    const tokensAtStop = 1 + upTo(20);
    const broken = random() < 0.5;
    ledger.recordRequest({
      ...REQUEST,
      ...{ id, episodeId, at, first, control, ended, stopReason, tokensAtStop },
      tokensAtFirstNewline: broken ? 1 + upTo(tokensAtStop - 1) : null,
      languageId: oneOf(['typescript', 'python', 'go', 'rust']),
      firstTokenMs: 50 + upTo(500),
      stopMs: ended === 'stopped' ? 100 + upTo(900) : null,
      offered: ended === 'stopped' && random() < 0.6,
    });
    ledger.recordCost({
      ...{ requestId: id, engineMs: 100 + upTo(900), gpuShare: 0, promptTokens: null },
      ...{ joules: random() * 20, meter: 'rapl' },
    });
    ledger.recordClock({ requestId: id, afterMs: upTo(5000), endedBy: 'typed-otherwise' });
    if (ended === 'stopped' && (control || (!broken && random() < NEWLINE_RATE))) {
      ledger.recordControlTail({
        ...{ requestId: id, tokens: tokensAtStop + upTo(60), tokensAtFirstNewline: null },
        ...{ tailMs: upTo(900), ended: control ? 'natural-end' : 'newline' },
      });
    }
    for (let answers = random() * 2 * MEMORY_ANSWERS_A_REQUEST; answers > 1; answers -= 1) {
      ledger.recordMemoryAnswer({ suggestionId: id, at, answerMs: random() * 5 });
    }
    if (index % REQUESTS_AN_EPISODE === REQUESTS_AN_EPISODE - 1) {
      ledger.settleEpisode({ ...SETTLED, episodeId, settledAt: at, outcome: oneOf(OUTCOMES) });
    }
  }
  store.flush();
}

/** One request more, at `at`. */
export function oneMore({ ledger }: Store, id: string, at: number): void {
  ledger.saveOpenEpisode({ ...EPISODE, episodeId: `more-${id}`, startedAt: at });
  ledger.recordRequest({ ...REQUEST, id: `more-${id}`, episodeId: `more-${id}`, at });
}
