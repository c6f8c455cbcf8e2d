import { badAtGenerating, startStream, tokenLine, type BadEngine } from './bad-engine.ts';

/** Ends the stream in order, but without the line that says `done`. */
export function noLastLine(): Promise<BadEngine> {
  return badAtGenerating((response) => {
    startStream(response);
    response.end(tokenLine('secret_code('));
  });
}
