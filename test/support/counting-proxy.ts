import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before an engine and counts what it is asked to generate. */
export interface CountingProxy {
  readonly url: string;
  /** Requests to `/api/generate` so far that asked for text; warm-ups have no prompt. */
  readonly generations: number;
  close(): Promise<void>;
}

export async function startCountingProxy(engineUrl: string): Promise<CountingProxy> {
  let generations = 0;
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      if (incoming.url === '/api/generate' && asksForText(body)) generations += 1;
      forward(engineUrl, incoming, body, outgoing);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get generations() {
      return generations;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Byte for byte, as they come; where one side hangs up, so does the other. */
function forward(
  engineUrl: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): void {
  const upstream = ask(
    new URL(incoming.url ?? '/', engineUrl),
    {
      method: incoming.method ?? 'GET',
      headers: { ...incoming.headers, host: new URL(engineUrl).host },
    },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    },
  );
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  upstream.end(body);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function asksForText(body: Buffer): boolean {
  const { prompt } = JSON.parse(body.toString('utf8')) as { prompt?: string };
  return prompt !== undefined && prompt !== '';
}
