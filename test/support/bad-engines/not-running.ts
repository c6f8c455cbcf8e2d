import { badEngine, type BadEngine } from './bad-engine.ts';

/** An address at which nothing listens any more. */
export async function notRunning(): Promise<BadEngine> {
  const server = await badEngine((response) => response.end());
  await server.stop();
  return { url: server.url, stop: () => Promise.resolve() };
}
