import type { ServerResponse } from 'node:http';

/** Ways in which an engine fails a request; `drop` and `cut` break the connection. */
export const FAILURES = ['503', '500', 'drop', 'cut', 'line'] as const;
export type Failure = (typeof FAILURES)[number];

/** Fails the request at hand in this way, `cut` and `line` in the middle of the answer. */
export function fail(kind: Failure, response: ServerResponse): void {
  switch (kind) {
    case '503':
    case '500':
      response.writeHead(Number(kind), { 'content-type': 'application/json' });
      response.end('{"error":"server busy, please try again"}');
      return;
    case 'drop':
      response.destroy();
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write('{"response":"pri","done":false}\n');
      setTimeout(() => response.destroy(), 20);
      return;
    case 'line':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.end('{"response":"pri","done":false}\n{"error":"the engine fell over"}\n');
  }
}
