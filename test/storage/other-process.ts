import Database from 'better-sqlite3';
import { openStore } from '../../server/storage/store.ts';
import { openEpisode, recordWhole, silent } from './rows.ts';

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
}
