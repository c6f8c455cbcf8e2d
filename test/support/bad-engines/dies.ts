import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** The process is killed in the middle of a stream: the connection breaks. */
export function dies(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.write(tokenLine('secret_code('));
    setTimeout(() => response.destroy(), 20);
  });
}
