import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWN_TRACES, type CalibrationRecord } from '../../server/learning/calibrate/records.ts';
import type { Store } from '../../server/storage/store.ts';
import { openEpisode, request, storeAt, temporaryDatabase } from './rows.ts';

const MODEL = { modelDigest: 'sha256:00', engine: 'ollama' };

function record(workspace: string, change: Partial<CalibrationRecord> = {}): CalibrationRecord {
  const facts = { looks: 1, spans: 's', calibratedAt: 1, weights: `"${workspace}"`, outcome: null };
  return { ...MODEL, workspace, ...facts, ...change };
}
const inForce = ({ calibrations }: Store) => calibrations.newest(MODEL)?.workspace;

test('the newest weights are in force, whatever came to nothing since', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  store.calibrations.save(record('a'));
  assert.equal(inForce(store), 'a');
  store.calibrations.save(record('b', { calibratedAt: 2 }));
  assert.equal(inForce(store), 'b', 'what was read before is read again');
  store.calibrations.save(record('c', { calibratedAt: 3, weights: null }));
  assert.equal(inForce(store), 'b');
});

test('what another process writes or deletes is read again', (t) => {
  const path = temporaryDatabase(t);
  const [one, other] = [storeAt(t, path), storeAt(t, path)];
  const state = { id: 'hedge', version: 1, state: '{}', updatedAt: 1 };
  one.policyStates.save(state);
  one.calibrations.save(record('a'));
  assert.deepEqual([inForce(other), other.policyStates.load('hedge')], ['a', state]);
  one.policyStates.save({ ...state, updatedAt: 2 });
  one.calibrations.save(record('b', { calibratedAt: 2 }));
  assert.deepEqual([inForce(other), other.policyStates.load('hedge')?.updatedAt], ['b', 2]);
  other.deleteAll();
  for (const store of [one, other]) {
    assert.deepEqual([inForce(store), store.policyStates.load('hedge')], [undefined, null]);
  }
});

test('a name stands for the digest that was asked for or calibrated last', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  const { calibrations, ledger } = store;
  const digestOf = (model: string) => calibrations.digestOf(model, 'ollama');
  assert.equal(digestOf('m'), null);
  calibrations.save(record('a', { calibratedAt: 5, weights: '{"model":"m"}' }));
  calibrations.save(record('b', { calibratedAt: 6, weights: 'no JSON' }));
  assert.equal(digestOf('m'), MODEL.modelDigest);
  ledger.saveOpenEpisode(openEpisode('e', {}));
  for (const [id, at] of [
    ['r1', 4],
    ['r2', 7],
    ['r3', 6],
  ] as const) {
    const asked = { at, engine: 'ollama', model: 'm', modelDigest: `sha256:${id}` };
    ledger.recordRequest(request(id, 'e', asked));
  }
  assert.ok(store.flush());
  assert.equal(digestOf('m'), 'sha256:r2');
  assert.equal(digestOf('other'), null);
});

test('the last outcome is that of a workspace, and says where weights were dropped', (t) => {
  const store = storeAt(t, temporaryDatabase(t));
  const { calibrations } = store;
  calibrations.save(record('a', { outcome: '{"ended":"replaced","at":1}' }));
  calibrations.save(record('b', { outcome: '{"at":2}', weights: null }));
  calibrations.save(record(OWN_TRACES, { outcome: '{"at":3}', weights: null }));
  assert.equal(calibrations.lastOutcome(MODEL), '{"at":2}');
  assert.equal(calibrations.dropWeights(9), true);
  assert.equal(calibrations.dropWeights(9), false);
  assert.equal(calibrations.newest(MODEL), null);
  assert.deepEqual(JSON.parse(calibrations.lastOutcome(MODEL) ?? ''), { ended: 'reset', at: 9 });
  assert.equal(calibrations.of({ ...MODEL, workspace: 'a' })?.looks, 1);
});
