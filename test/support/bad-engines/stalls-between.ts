import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** Sends one token and then nothing more, without closing the connection. */
export function stallsBetweenChunks(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.write(tokenLine('secret_code('));
  });
}
