import { lookup } from 'node:dns';
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { EngineError } from '../engine.ts';
import { isLoopbackAddress } from './host.ts';

/** No proxy, whatever the environment says: agents made without `proxyEnv` know of none. */
const AGENTS = { 'http:': new http.Agent(), 'https:': new https.Agent() } as const;
/** Statuses whose answers have no body. */
const WITHOUT_BODY = [204, 205, 304];

/**
 * A `fetch` to this very machine: straight there, no proxy between, no redirect followed. A name such
 * as `ollama.localhost` is looked up, and what is connected to is what was found: an address of
 * another machine is refused before anything is sent.
 */
export const directFetch: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const isTls = url.protocol === 'https:';
  const { request } = isTls ? https : http;
  const sent = request(url, {
    agent: AGENTS[isTls ? 'https:' : 'http:'],
    lookup: loopbackOnly,
    method: init?.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init?.headers)),
    ...(init?.signal && { signal: init.signal }),
  });
  // What breaks after the answer has begun is told by its body.
  sent.on('error', () => undefined);
  sent.end(init?.body);
  const [message] = (await once(sent, 'response')) as [http.IncomingMessage];
  const { statusCode: status = 0, headers } = message;
  const body = WITHOUT_BODY.includes(status) ? null : Readable.toWeb(message);
  const type = headers['content-type'];
  return new Response(body as ReadableStream<Uint8Array> | null, {
    status,
    headers: type === undefined ? {} : { 'content-type': type },
  });
};

const loopbackOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) {
      callback(error, []);
      return;
    }
    const elsewhere = found.find(({ address }) => !isLoopbackAddress(address));
    const [first] = found;
    if (elsewhere || !first) callback(notThisMachine(hostname, elsewhere?.address), []);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function notThisMachine(name: string, address = 'no address'): EngineError {
  return new EngineError(
    'remote-not-allowed',
    `${name} is not this machine: it leads to ${address}. Use an address of this machine in shortstop.engine.url, or that host itself, and add it to shortstop.engine.allowedHosts if your code may go there.`,
  );
}
