import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openStore } from '../../server/storage/store.ts';
import { spendOne } from './spend.ts';
import { labelled } from './evidence-rows.ts';
import { openEpisode, recordWhole, request, settledEpisode, silent } from './rows.ts';

/** What another process does to the database; says `ready` once it has begun. */
const [task, path = '', count = '0'] = process.argv.slice(2);
const store = openStore(path, { log: silent });

if (task === 'write') {
  console.log('ready');
  for (let index = 0; index < Number(count); index++) recordWhole(store, `other-${index}`);
  while (!store.flush()) await new Promise((resolve) => setTimeout(resolve, 20));
  store.close();
} else if (task === 'lock') {
  const database = new Database(path);
  database.exec('BEGIN EXCLUSIVE');
  console.log('ready');
  setTimeout(() => {
    database.exec('COMMIT');
    database.close();
  }, Number(count));
} else if (task === 'hold') {
  store.ledger.saveOpenEpisode(openEpisode('held', { lastEditAt: Date.now() }));
  console.log('ready');
  setTimeout(() => undefined, 600_000);
} else if (task === 'spend') {
  console.log('ready');
  for (let index = 0; index < Number(count); index++) await spendOne(store);
} else if (task === 'settle') {
  console.log('ready');
  for (let index = 0; index < Number(count); index++) {
    const id = `e${index}`;
    store.ledger.saveOpenEpisode(openEpisode(id, { lastEditAt: Date.now() }));
    store.ledger.recordRequest(request(`r-${id}`, id));
    store.evidence.save({
      ...{ id: `r-${id}`, at: index, modelDigest: 'sha256:00', engine: 'ollama' },
      ...{ answers: 'a', simulated: false },
      trace: labelled([true]),
    });
    store.policyStates.save({ id: 'count', version: 1, state: String(index), updatedAt: index });
    store.ledger.settleEpisode(settledEpisode(id));
    writeSync(1, `${index}\n`);
  }
}
