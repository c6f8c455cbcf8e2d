/**
 * Loaded into a daemon before its own code: names that end in `.localhost` lead to another machine,
 * as a hosts file may say, but `here.localhost` leads here.
 */
import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns';

type Callback = (error: Error | null, found: LookupAddress[]) => void;

const HERE: LookupAddress = { address: '127.0.0.1', family: 4 };
const ELSEWHERE: LookupAddress = { address: '203.0.113.7', family: 4 };
const NAMES: Readonly<Record<string, LookupAddress[]>> = {
  'here.localhost': [HERE],
  'mixed.localhost': [HERE, ELSEWHERE],
  'elsewhere.localhost': [ELSEWHERE],
};

const original = dns.lookup.bind(dns);

Object.assign(dns, {
  lookup: (name: string, options: LookupAllOptions, callback: Callback) => {
    const found = NAMES[name];
    if (found) process.nextTick(callback, null, found);
    else original(name, options, callback);
  },
});
