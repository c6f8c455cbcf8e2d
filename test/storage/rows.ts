import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type {
  ControlTail,
  OpenEpisode,
  OpenOffer,
  RequestRecord,
  SettledEpisode,
} from '../../server/outcomes/records.ts';
import { openStore, type Store } from '../../server/storage/store.ts';

export const silent = { warn: () => undefined };

/** The path of a database in a folder that goes with the test. */
export function temporaryDatabase(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'shortstop-storage-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'shortstop.db');
}

/** A store that is closed with the test. */
export function storeAt(test: TestContext, path: string): Store {
  const store = openStore(path, { log: silent });
  test.after(() => store.close());
  return store;
}

export function openOffer(changes: Partial<OpenOffer> = {}): OpenOffer {
  return {
    suggestionId: 's1',
    requestId: 'r1',
    offeredAt: 1_050,
    kind: 'line-end',
    indent: '',
    text: 'foo();',
    at: 0,
    taken: 0,
    typedChars: 0,
    acceptedWords: 0,
    acceptedLines: 0,
    accepted: false,
    rejected: false,
    ...changes,
  };
}

export function openEpisode(episodeId: string, changes: Partial<OpenEpisode> = {}): OpenEpisode {
  return {
    episodeId,
    uri: 'file:///a.ts',
    languageId: 'typescript',
    kind: 'line-end',
    startedAt: 1_000,
    lastEditAt: 1_100,
    start: 4,
    end: 7,
    before: 'x = ',
    after: ';\n',
    control: false,
    controlRate: 0.5,
    withheld: false,
    withheldRate: 0,
    chance: 0.5,
    simulated: false,
    offered: openOffer(),
    offers: 1,
    accepts: 0,
    acceptedChars: 0,
    ...changes,
  };
}

export function request(
  id: string,
  episodeId: string,
  changes: Partial<RequestRecord> = {},
): RequestRecord {
  return {
    id,
    episodeId,
    at: 1_000,
    languageId: 'typescript',
    workspace: null,
    kind: 'line-end',
    trigger: 'automatic',
    engine: 'ollama',
    engineVersion: '0.32.15',
    model: 'qwen2.5-coder:0.5b',
    modelDigest: 'sha256:00',
    policy: 'shortstop-1',
    preset: 'balanced',
    arm: 'deployed',
    propensity: 1,
    tauDone: 0.9,
    tauAlive: 0.17,
    showBar: 0,
    lambda: 0,
    escalatedFrom: null,
    escalation: null,
    candidate: 1,
    first: true,
    control: false,
    controlRate: 0.5,
    withheld: false,
    withheldRate: 0,
    newlineRate: 0.25,
    maxTokens: 128,
    msPerToken: 20,
    promptChars: 400,
    suffixChars: 100,
    ended: 'stopped',
    stopReason: 'line-end',
    errorCode: null,
    tokensAtStop: 5,
    tokensAtFirstNewline: null,
    servedChars: 6,
    firstTokenMs: 100.5,
    stopMs: 200.25,
    offered: true,
    ...changes,
  };
}

export function tail(requestId: string, changes: Partial<ControlTail> = {}): ControlTail {
  return {
    requestId,
    tokens: 12,
    tokensAtFirstNewline: 7,
    tailMs: 150,
    ended: 'natural-end',
    ...changes,
  };
}

export function settledEpisode(
  episodeId: string,
  changes: Partial<SettledEpisode> = {},
): SettledEpisode {
  return {
    episodeId,
    settledAt: 31_100,
    settledBy: 'quiet',
    outcome: 'accepted',
    exactMatch: true,
    linesKept: true,
    editSimilarity: 1,
    servedChars: 6,
    keptChars: 6,
    offers: 1,
    accepts: 1,
    acceptedChars: 6,
    servedText: null,
    keptText: null,
    ...changes,
  };
}

/** Everything about one episode with one request that was accepted. */
export function recordWhole({ ledger }: Store, id: string): void {
  ledger.saveOpenEpisode(openEpisode(id));
  ledger.recordRequest(request(`r-${id}`, id));
  ledger.settleEpisode(settledEpisode(id));
}
